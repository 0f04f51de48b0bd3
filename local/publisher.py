"""A publishers' host for demonstrations and tests: many hosts on one loopback port, told apart by the Host header."""

from __future__ import annotations

import hashlib
import mimetypes
import threading
from collections import deque
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK = "127.0.0.1"
_REMEMBERED = 10_000
"""Requests that are remembered."""
_MEDIA_TYPES = {".json": "application/json", ".yaml": "application/yaml", ".yml": "application/yaml"}


class PublisherHosts:
    """Serves `{host: {path: bytes}}` in plain HTTP, from the moment it is made until `close`."""

    def __init__(self) -> None:
        self._files: dict[str, Mapping[str, bytes]] = {}
        self._server = _Server(self._files)
        threading.Thread(target=self._server.serve_forever, name="publisher", daemon=True).start()

    def __enter__(self) -> Self:
        """Return itself: it serves already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop serving."""
        self.close()

    @property
    def address(self) -> str:
        """Where it listens, as CONNECT_TO takes it."""
        return f"{_LOOPBACK}:{self._server.server_port}"

    @property
    def answered(self) -> tuple[tuple[str, str, str, int], ...]:
        """The latest requests that were answered, the oldest first: method, host, path, and the answer's status."""
        return tuple(self._server.answered)

    def publish(self, host: str, files: Mapping[str, bytes]) -> None:
        """Let a host serve these files, all at once and none other."""
        self._files[host] = dict(files)

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, files: Mapping[str, Mapping[str, bytes]]) -> None:
        super().__init__((_LOOPBACK, 0), _Handler)
        self.files = files
        self.answered: deque[tuple[str, str, str, int]] = deque(maxlen=_REMEMBERED)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        answer = self._answer()
        if self.command == "GET":
            self.wfile.write(answer)

    do_HEAD = do_GET  # noqa: N815 - named by http.server

    def _host(self) -> str:
        return (self.headers.get("Host") or "").partition(":")[0]

    def _answer(self) -> bytes:
        """Send the head of an answer, and return the body that belongs to it."""
        path = self.path.partition("?")[0]
        found = self.server.files.get(self._host(), {}).get(path)
        body = b"There is nothing here.\n" if found is None else found
        etag = f'"{hashlib.sha256(body).hexdigest()}"'
        status = HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND
        if found is not None and self.headers.get("If-None-Match") == etag:
            status, body = HTTPStatus.NOT_MODIFIED, b""
        self.send_response(status)
        self.send_header("Content-Type", _media_type(path) if found is not None else "text/plain")
        if found is not None:
            self.send_header("ETag", etag)
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.server.answered.append((self.command, self._host(), self.path, status))
        self.end_headers()
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing: what is shown is for whoever runs the demonstration to decide."""


def _media_type(path: str) -> str:
    for suffix, media_type in _MEDIA_TYPES.items():
        if path.endswith(suffix):
            return media_type
    return mimetypes.guess_type(path)[0] or "application/octet-stream"

"""A publishers' host for demonstrations and tests: many hosts on one loopback port, told apart by the Host header."""

from __future__ import annotations

import mimetypes
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_LOOPBACK = "127.0.0.1"
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


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0]
        path = self.path.partition("?")[0]
        body = self.server.files.get(host, {}).get(path)
        status = HTTPStatus.OK if body is not None else HTTPStatus.NOT_FOUND
        answer = body if body is not None else b"There is nothing here.\n"
        self.send_response(status)
        self.send_header("Content-Type", _media_type(path) if body is not None else "text/plain")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing: what is shown is for whoever runs the demonstration to decide."""


def _media_type(path: str) -> str:
    for suffix, media_type in _MEDIA_TYPES.items():
        if path.endswith(suffix):
            return media_type
    return mimetypes.guess_type(path)[0] or "application/octet-stream"

"""The wire between a cache and the store: it counts what goes over it, and can be slow, broken, or tell lies.

A cache's own statistics would be the accused's word. The wire sees what the origin really had to answer.
"""

from __future__ import annotations

import http.client
import re
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

type Headers = dict[str, str]
type Alter = Callable[[Headers], Headers]

LOOPBACK = "127.0.0.1"
_HOP_BY_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_SECONDS = re.compile(r"(max-age|s-maxage|stale-while-revalidate|stale-if-error)=(\d+)")
_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """One request of the cache: its header names are in lower case; `status` is 0 where the store gave no answer."""

    method: str
    target: str
    headers: Mapping[str, str]
    status: int


class Wire:
    """Passes requests on to a store. The attributes may be changed while it runs.

    `pace` makes the answers' time limits so many times shorter: a cache cannot be told to hurry, but it believes the
    origin. `seconds` is how long an answer is held back; `alter` changes an answer's headers; `status`, where it is not
    None, is what is answered instead of asking the store: 0 hangs up.
    """

    def __init__(self, store_port: int, *, pace: int = 1) -> None:
        self.seen: list[Seen] = []
        self.pace = pace
        self.seconds = 0.0
        self.alter: Alter = dict
        self.status: int | None = None
        self._store_port = store_port
        self._server = _Server(self)
        threading.Thread(target=self._server.serve_forever, name="wire", daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._server.server_address[1]
        return port

    def to(self, path: str) -> list[Seen]:
        """Return the requests for a path, whatever their query."""
        return [seen for seen in self.seen if seen.target.partition("?")[0] == path]

    def ask(self, method: str, target: str, headers: Headers) -> tuple[int, Headers, bytes]:
        """Pass a request on. The status is 0 where the store did not answer."""
        if self.status is not None:
            self.seen.append(Seen(method, target, headers, self.status))
            return self.status, {"cache-control": "no-store"}, b""
        connection = http.client.HTTPConnection(LOOPBACK, self._store_port, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            body, status = answer.read(), answer.status
            given = {name.lower(): value for name, value in answer.getheaders()}
        except (OSError, http.client.HTTPException):
            body, status, given = b"", 0, {}
        finally:
            connection.close()
        self.seen.append(Seen(method, target, headers, status))
        # Only now: what is held back is an answer that the store has already decided on.
        time.sleep(self.seconds)
        return status, self.alter(self._hurried(given)), body

    def _hurried(self, headers: Headers) -> Headers:
        if "cache-control" not in headers:
            return headers
        said = _SECONDS.sub(lambda match: f"{match[1]}={int(match[2]) // self.pace}", headers["cache-control"])
        return headers | {"cache-control": said}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, wire: Wire) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.wire = wire

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a cache that hung up."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        self._pass_on()

    def do_HEAD(self) -> None:
        self._pass_on()

    def _pass_on(self) -> None:
        asked = {name.lower(): value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        status, headers, body = self.server.wire.ask(self.command, self.path, asked)
        if not status:
            self.close_connection = True  # as a store does that is not there
            return
        self.send_response_only(status)
        for name, value in headers.items():
            if name not in _HOP_BY_HOP:
                self.send_header(name, value)
        if status not in {204, 304}:
            self.send_header("content-length", headers.get("content-length", str(len(body))))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named by http.server
        """Say nothing."""

"""The end of a sign-in: a server on this machine for the one request that the browser is led back with."""

from __future__ import annotations

import hmac
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from cli.store.errors import NotSignedInError

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE = b"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Standfast</title>
<p>That is all here. Go back to the terminal; this window can be closed.</p></html>
"""
_FOUND, _NOT_FOUND = 200, 404


def listen(address: tuple[str, int], *, path: str, state: str, on_ready: Callable[[], None], seconds: float) -> str:
    """Return the target of the first request to `path` that carries `state`. Raises NotSignedInError."""
    found: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        timeout = 5

        def do_GET(self) -> None:
            """Take the request if it is the one."""
            parts = urlsplit(self.path)
            given = parse_qs(parts.query).get("state", [""])[0]
            is_it = parts.path == path and hmac.compare_digest(given.encode(), state.encode())
            if is_it:
                found.append(self.path)
            self.send_response(_FOUND if is_it else _NOT_FOUND)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-security-policy", "default-src 'none'")
            self.send_header("referrer-policy", "no-referrer")
            self.send_header("content-length", str(len(_PAGE) if is_it else 0))
            self.end_headers()
            self.wfile.write(_PAGE if is_it else b"")

        def log_message(self, *_: object) -> None:
            """Keep codes out of every log."""

    try:
        server = HTTPServer(address, Handler)
    except OSError as error:
        message = f"Port {address[1]} of this machine is taken, and the sign-in leads back to it."
        raise NotSignedInError(message, hint="standfast login --no-browser") from error
    with server:
        on_ready()
        deadline = time.monotonic() + seconds
        while not found and (rest := deadline - time.monotonic()) > 0:
            server.timeout = rest
            server.handle_request()
    if not found:
        raise NotSignedInError("Nobody signed in.", hint="standfast login")
    return found[0]

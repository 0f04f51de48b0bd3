"""The HTTP API on this machine: an ASGI application that finds the route, checks the token and calls the function."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.authorizer import Authorizer, ScopeMissingError, UnauthorizedError
from local.events import HttpAnswer, HttpRequest, message_answer, read_result, write_event
from local.functions import LocalFunction
from local.routing import Router
from local.template import HttpRoute

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from local.events import Event
    from local.routing import Match

    type Scope = dict[str, Any]
    type Receive = Callable[[], Awaitable[dict[str, Any]]]
    type Send = Callable[[dict[str, Any]], Awaitable[None]]

LARGEST_REQUEST = 10 * 1024 * 1024
"""Bytes of a request's body that an HTTP API takes."""
LARGEST_EVENT = 6 * 1024 * 1024
"""Bytes that Lambda takes and gives back in one synchronous call."""
LARGEST_HEAD = 10_240
"""Bytes of the request line and the header values together."""
LONGEST_SECONDS = 30.0
"""How long an HTTP API waits for a function."""

THREADS = 32
"""How many functions run at once."""

_BODILESS = frozenset({204, 304})
_logger = logging.getLogger("standfast.gateway")


class RequestTooLargeError(Exception):
    """The body of a request is larger than the gateway takes."""


class RequestBrokenOffError(Exception):
    """The client went away before the whole request was here."""


def _no_pages(_request: HttpRequest) -> HttpAnswer | None:
    return None


@dataclass(frozen=True, slots=True)
class Api:
    """What the gateway serves. `own_pages` answers for addresses of this machine that no template knows."""

    routes: tuple[HttpRoute, ...]
    functions: Mapping[str, LocalFunction]
    authorizer: Authorizer
    own_pages: Callable[[HttpRequest], HttpAnswer | None] = _no_pages


class Gateway:
    """An ASGI application over an API. Functions run in threads of its own, as many at once as there are."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._router = Router(api.routes)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="function")

    def close(self) -> None:
        """Wait for the functions that run, and take no more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = _head(scope)
        try:
            request = _head(scope, await _read_body(receive))
            answer = await self._answer(request)
        except RequestBrokenOffError:
            return  # half a request asks for nothing
        except RequestTooLargeError:
            answer = message_answer(413, "Request Entity Too Large", request.request_id)
        _logger.info("%s %s %s", request.method, request.raw_path, answer.status)
        await _send(send, answer, method=request.method)

    def answer_here(self, request: HttpRequest) -> HttpAnswer:
        """Answer in the thread of the caller, which is a function that itself calls the API.

        One that waited for another thread of the same pool could wait for ever: all of them may be doing so.
        """
        found = self._found(request)
        if isinstance(found, HttpAnswer):
            return found
        name, event = found
        try:
            return read_result(self._api.functions[name](event), request.request_id)
        except Exception:
            _logger.exception("%s failed", name)
            return message_answer(500, "Internal Server Error", request.request_id)

    async def _answer(self, request: HttpRequest) -> HttpAnswer:
        found = self._found(request)
        return found if isinstance(found, HttpAnswer) else await self._call(*found, request.request_id)

    def _found(self, request: HttpRequest) -> tuple[str, Event] | HttpAnswer:
        """Return the function that a request is for and its event, or an answer that needs no function."""
        if _head_size(request) > LARGEST_HEAD:
            return message_answer(431, "Request Header Fields Too Large", request.request_id)
        if own := self._api.own_pages(request):
            return own
        match = self._router.match(request.method, request.raw_path)
        if match is None:
            return message_answer(404, "Not Found", request.request_id)
        return self._admitted(request, match)

    def _admitted(self, request: HttpRequest, match: Match) -> tuple[str, Event] | HttpAnswer:
        try:
            event = write_event(request, match, self._admit(request, match))
        except UnauthorizedError as error:
            return message_answer(401, "Unauthorized", request.request_id, www_authenticate=error.challenge)
        except ScopeMissingError as error:
            return message_answer(403, "Forbidden", request.request_id, www_authenticate=error.challenge)
        if len(event.get("body", "")) > LARGEST_EVENT:
            return message_answer(413, "Request Entity Too Large", request.request_id)
        return match.route.function, event

    def _admit(self, request: HttpRequest, match: Match) -> dict[str, Any] | None:
        if match.route.scopes is None:
            return None
        return self._api.authorizer.admit(request.headers.get("authorization", ""), match.route.scopes)

    async def _call(self, name: str, event: Event, request_id: str) -> HttpAnswer:
        function = self._api.functions[name]
        running = asyncio.get_running_loop().run_in_executor(self._threads, function, event)
        try:
            # Shielded, since a thread cannot be stopped: it ends by itself, and nobody waits for it.
            answer = read_result(await asyncio.wait_for(asyncio.shield(running), LONGEST_SECONDS), request_id)
        except TimeoutError:
            _logger.error("%s did not answer within %s s", name, LONGEST_SECONDS)  # noqa: TRY400 - no trace to show
            return message_answer(503, "Service Unavailable", request_id)
        except Exception:
            _logger.exception("%s failed", name)
            return message_answer(500, "Internal Server Error", request_id)
        if len(answer.body) > LARGEST_EVENT:
            _logger.error("%s answered with %s bytes; Lambda passes on %s", name, len(answer.body), LARGEST_EVENT)
            return message_answer(500, "Internal Server Error", request_id)
        return answer


def _head(scope: Scope, body: bytes = b"") -> HttpRequest:
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]},{value}" if name in headers else value
    return HttpRequest(
        method=scope["method"],
        raw_path=scope["raw_path"].decode("latin-1"),
        raw_query=scope["query_string"].decode("latin-1"),
        headers=headers,
        body=body,
        client=(scope.get("client") or ("127.0.0.1", 0))[0],
        protocol=f"HTTP/{scope['http_version']}",
    )


def _head_size(request: HttpRequest) -> int:
    line = len(request.method) + len(request.raw_path) + len(request.raw_query)
    return line + sum(len(value) for value in request.headers.values())


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise RequestBrokenOffError
        part = message.get("body", b"")
        size += len(part)
        if size > LARGEST_REQUEST:
            raise RequestTooLargeError
        parts.append(part)
        if not message.get("more_body"):
            return b"".join(parts)


async def _send(send: Send, answer: HttpAnswer, *, method: str) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1", "replace")) for name, value in answer.headers]
    if answer.status in _BODILESS:
        headers = [(name, value) for name, value in headers if name not in {b"content-type", b"content-length"}]
    elif method != "HEAD" or not any(name == b"content-length" for name, _ in headers):
        headers = [(name, value) for name, value in headers if name != b"content-length"]
        headers.append((b"content-length", str(len(answer.body)).encode()))
    body = b"" if method == "HEAD" or answer.status in _BODILESS else answer.body
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})

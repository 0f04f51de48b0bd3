"""The gateway answers as an HTTP API does, whatever the function behind it does."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from local import gateway
from local.authorizer import Authorizer
from local.cloudformation import TemplateError
from local.functions import LocalFunction
from local.gateway import LARGEST_REQUEST, Api, Gateway
from local.machine import Machine, Ports
from local.template import HttpRoute, read_template
from local.tokens import signing_key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from local.tokens import SigningKey

type Served = tuple[int, dict[str, str], bytes]


class FunctionFailedTestError(Exception):
    pass


@dataclass
class Stub:
    """A function in the place of a deployed one."""

    answer: Callable[[dict[str, Any]], Any]
    name: str = "F"

    def __call__(self, event: dict[str, Any]) -> Any:  # noqa: ANN401
        return self.answer(event)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("data"))


@pytest.fixture
def serve(key: SigningKey) -> Iterator[Callable[[Callable[[dict[str, Any]], Any]], Gateway]]:
    opened: list[Gateway] = []

    def make(answer: Callable[[dict[str, Any]], Any]) -> Gateway:
        routes = (
            HttpRoute("F", "GET", "/open", None),
            HttpRoute("F", "HEAD", "/open", None),
            HttpRoute("F", "POST", "/open", None),
            HttpRoute("F", "GET", "/closed/{id}", ("standfast/publish",)),
        )
        functions: Any = {"F": Stub(answer)}
        made = Gateway(Api(routes, functions, Authorizer(key.private_key.public_key(), key.key_id)))
        opened.append(made)
        return made

    yield make
    for each in opened:
        each.close()


def scope_of(method: str, path: str, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    target, _, query = path.partition("?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "raw_path": target.encode(),
        "query_string": query.encode(),
        "headers": headers,
        "client": ("127.0.0.1", 5),
    }


async def ask(app: Gateway, method: str, path: str, *, body: bytes = b"", **headers: str) -> Served:
    scope = scope_of(
        method, path, [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    )
    chunks = [body[start : start + 65536] for start in range(0, len(body), 65536)] or [b""]
    incoming = iter(chunks)
    left = len(chunks)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        nonlocal left
        left -= 1
        return {"type": "http.request", "body": next(incoming), "more_body": left > 0}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start, end = sent
    return start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, end["body"]


def asked(app: Gateway, method: str, path: str, *, body: bytes = b"", **headers: str) -> Served:
    return asyncio.run(ask(app, method, path, body=body, **headers))


def fine(_: dict[str, Any]) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"etag": '"x"'}, "body": "hello"}


def test_a_request_is_answered_by_its_function(serve: Callable[..., Gateway]) -> None:
    status, headers, body = asked(serve(fine), "GET", "/open")
    assert (status, body) == (200, b"hello")
    assert headers["content-length"] == "5"
    assert headers["etag"] == '"x"'
    assert headers["apigw-requestid"]


def test_a_head_request_is_answered_without_the_body_but_with_its_length(serve: Callable[..., Gateway]) -> None:
    status, headers, body = asked(serve(fine), "HEAD", "/open")
    assert (status, headers["content-length"], body) == (200, "5", b"")
    length = {"statusCode": 200, "headers": {"content-length": "77"}}
    assert asked(serve(lambda _: length), "HEAD", "/open")[1]["content-length"] == "77"


def test_a_length_that_a_function_claims_is_not_believed_where_there_is_a_body(serve: Callable[..., Gateway]) -> None:
    app = serve(lambda _: {"statusCode": 200, "headers": {"Content-Length": "99"}, "body": "hello"})
    assert asked(app, "GET", "/open")[1]["content-length"] == "5"


@pytest.mark.parametrize("status", [204, 304])
def test_an_answer_without_content_has_no_length_and_no_type(serve: Callable[..., Gateway], status: int) -> None:
    answered, headers, body = asked(serve(lambda _: {"statusCode": status, "headers": {"etag": "x"}}), "GET", "/open")
    assert (answered, body) == (status, b"")
    assert headers.keys() == {"etag", "apigw-requestid"}


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("DELETE", "/open"), ("HEAD", "/closed/1")])
def test_what_has_no_route_is_not_found(serve: Callable[..., Gateway], method: str, path: str) -> None:
    status, headers, body = asked(serve(fine), method, path)
    assert (status, headers["content-type"]) == (404, "application/json")
    assert body == (b"" if method == "HEAD" else b'{"message":"Not Found"}')


def test_a_closed_route_asks_for_a_token_before_it_calls_anything(
    serve: Callable[..., Gateway], key: SigningKey
) -> None:
    called: list[dict[str, Any]] = []
    app = serve(called.append)
    status, headers, body = asked(app, "GET", "/closed/1")
    assert (status, headers["www-authenticate"], json.loads(body)) == (401, "Bearer", {"message": "Unauthorized"})
    status, headers, body = asked(app, "GET", "/closed/1", authorization=f"Bearer {key.issue('me', 'plus')}")
    assert (status, json.loads(body)) == (403, {"message": "Forbidden"})
    assert "insufficient_scope" in headers["www-authenticate"]
    assert called == []


def test_a_function_learns_who_asks(serve: Callable[..., Gateway], key: SigningKey) -> None:
    app = serve(lambda event: event["requestContext"]["authorizer"]["jwt"]["claims"]["sub"])
    token = key.issue("somebody", "developers")
    assert asked(app, "GET", "/closed/1", authorization=f"Bearer {token}")[2] == b'"somebody"'


def test_a_function_that_raises_is_an_internal_error_that_tells_nothing(serve: Callable[..., Gateway]) -> None:
    def fail(_: dict[str, Any]) -> None:
        raise FunctionFailedTestError("secret")

    status, _, body = asked(serve(fail), "GET", "/open")
    assert (status, body) == (500, b'{"message":"Internal Server Error"}')


def test_a_function_that_returns_no_answer_is_an_internal_error(serve: Callable[..., Gateway]) -> None:
    assert asked(serve(lambda _: {"statusCode": "fine"}), "GET", "/open")[0] == 500


def test_an_answer_larger_than_lambda_passes_on_is_an_internal_error(serve: Callable[..., Gateway]) -> None:
    app = serve(lambda _: {"statusCode": 200, "body": "x" * (6 * 1024 * 1024 + 1)})
    assert asked(app, "GET", "/open")[0] == 500


@pytest.mark.parametrize("size", [6 * 1024 * 1024 + 1, LARGEST_REQUEST + 1])
def test_a_request_that_is_too_large_is_refused(serve: Callable[..., Gateway], size: int) -> None:
    status, _, body = asked(serve(fine), "POST", "/open", body=b"x" * size, content_type="text/plain")
    assert (status, body) == (413, b'{"message":"Request Entity Too Large"}')


def test_headers_that_are_too_large_are_refused(serve: Callable[..., Gateway]) -> None:
    assert asked(serve(fine), "GET", "/open", x="y" * 10_241)[0] == 431


def test_a_function_that_takes_too_long_is_given_up(
    serve: Callable[..., Gateway], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway, "LONGEST_SECONDS", 0.05)
    end = threading.Event()
    app = serve(lambda _: end.wait(5))
    assert asked(app, "GET", "/open")[0] == 503
    end.set()


def test_headers_that_come_twice_are_joined(serve: Callable[..., Gateway]) -> None:
    app = serve(lambda event: event["headers"])

    async def twice() -> bytes:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await app(scope_of("GET", "/open", [(b"Accept", b"a"), (b"accept", b"b")]), receive, send)
        body: bytes = sent[1]["body"]
        return body

    assert json.loads(asyncio.run(twice())) == {"accept": "a,b"}


def test_a_request_that_breaks_off_asks_for_nothing(serve: Callable[..., Gateway]) -> None:
    called: list[dict[str, Any]] = []
    app = serve(called.append)
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"half", "more_body": True},
        {"type": "http.disconnect"},
    ]
    incoming = iter(messages)

    async def receive() -> dict[str, Any]:
        return next(incoming)

    async def send(message: dict[str, Any]) -> None:
        called.append(message)

    asyncio.run(app(scope_of("POST", "/open", []), receive, send))
    assert called == []


def test_many_slow_requests_at_once_do_not_block_one_another(serve: Callable[..., Gateway]) -> None:
    together = threading.Barrier(24, timeout=10)

    def meet(_: dict[str, Any]) -> dict[str, Any]:
        together.wait()  # passes only when 24 requests are inside the function at one moment
        return {"statusCode": 200}

    app = serve(meet)

    async def crowd() -> list[Served]:
        return await asyncio.gather(*(ask(app, "GET", "/open") for _ in range(24)))

    started = time.monotonic()
    assert [status for status, _, _ in asyncio.run(crowd())] == [200] * 24
    assert time.monotonic() - started < 10


def test_a_function_asking_for_a_port_that_is_not_here_is_told_at_the_start(machine: Machine) -> None:
    ports = machine.ports()
    (function,) = (each for each in read_template().functions.values() if each.package == "functions.submission")
    assert LocalFunction(function, ports)
    less: Any = SimpleNamespace(**{name: getattr(ports, name) for name in Ports.__slots__ if name != "queue"})
    with pytest.raises(TemplateError, match=r"functions\.submission asks for queue"):
        LocalFunction(function, less)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    opened = Machine.at(tmp_path)
    yield opened
    opened.close()

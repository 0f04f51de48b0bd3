"""A function that calls the API of its own store: without a socket, and admitted like everybody."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from local.authorizer import Authorizer
from local.console import InProcessHttp
from local.events import HttpAnswer, HttpRequest
from local.gateway import THREADS, Api, Gateway
from local.template import HttpRoute
from local.tokens import SigningKey, signing_key
from shared.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUTES = (
    HttpRoute("Echo", "GET", "/open", None),
    HttpRoute("Echo", "POST", "/closed/{id}", ("standfast/publish",)),
    HttpRoute("Broken", "GET", "/broken", None),
)


def echo(event: dict[str, Any]) -> dict[str, Any]:
    told = {name: event.get(name) for name in ("rawPath", "rawQueryString", "pathParameters", "body")}
    return {"statusCode": 200, "headers": {"x-seen": event["headers"].get("x-sent", "")}, "body": json.dumps(told)}


def broken(_: dict[str, Any]) -> dict[str, Any]:
    raise RuntimeError


def own_pages(request: HttpRequest) -> HttpAnswer | None:
    return HttpAnswer(200, (), b"own") if request.raw_path == "/own" else None


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("data"))


@pytest.fixture
def http(key: SigningKey) -> Iterator[InProcessHttp]:
    functions: Any = {"Echo": echo, "Broken": broken}
    gateway = Gateway(Api(ROUTES, functions, Authorizer(key.private_key.public_key(), key.key_id), own_pages))
    connected = InProcessHttp()
    connected.connect(gateway)
    yield connected
    gateway.close()


def test_a_call_reaches_the_function_that_the_route_names(http: InProcessHttp) -> None:
    reply = http("GET", "https://whatever.example/open?a=b", headers={"x-sent": "yes"})
    assert (reply.status, reply.headers["x-seen"]) == (200, "yes")
    assert json.loads(reply.body)["rawQueryString"] == "a=b"


def test_a_call_without_a_token_is_refused_where_one_is_demanded(http: InProcessHttp) -> None:
    assert http("POST", "https://x/closed/1", headers={}, body=b"{}").status == 401


def test_a_call_with_another_persons_kind_of_token_is_refused(http: InProcessHttp, key: SigningKey) -> None:
    headers = {"authorization": f"Bearer {key.issue('ada', 'plus')}"}
    assert http("POST", "https://x/closed/1", headers=headers, body=b"{}").status == 403


def test_a_call_with_the_right_token_carries_its_body(http: InProcessHttp, key: SigningKey) -> None:
    headers = {"authorization": f"Bearer {key.issue('ada', 'developers')}", "content-type": "application/json"}
    reply = http("POST", "https://x/closed/a%2Fb", headers=headers, body=b'{"n":1}')
    told = json.loads(reply.body)
    assert (told["pathParameters"], told["body"]) == ({"id": "a/b"}, '{"n":1}')


def test_a_function_that_fails_is_an_answer_of_500(http: InProcessHttp) -> None:
    assert http("GET", "https://x/broken", headers={}).status == 500


def test_what_is_nowhere_is_404(http: InProcessHttp) -> None:
    assert http("GET", "https://x/nowhere", headers={}).status == 404


def test_the_machines_own_pages_come_before_the_templates_routes(http: InProcessHttp) -> None:
    assert http("GET", "https://x/own", headers={}).body == b"own"


def test_functions_that_call_the_api_leave_one_another_threads_enough(key: SigningKey) -> None:
    # All threads are in such a function at once: if a call took another thread of theirs, each would wait for ever.
    http, together = InProcessHttp(), threading.Barrier(THREADS, timeout=20)

    def caller(_: dict[str, Any]) -> dict[str, Any]:
        together.wait()
        return {"statusCode": http("GET", "https://x/open", headers={}).status}

    routes = (*ROUTES, HttpRoute("Caller", "GET", "/caller", None))
    functions: Any = {"Echo": echo, "Caller": caller}
    gateway = Gateway(Api(routes, functions, Authorizer(key.private_key.public_key(), key.key_id)))
    http.connect(gateway)
    assert asyncio.run(all_at_once(gateway, THREADS)) == [200] * THREADS
    gateway.close()


async def all_at_once(gateway: Gateway, count: int) -> list[int]:
    return list(await asyncio.gather(*(status_of(gateway, "/caller") for _ in range(count))))


async def status_of(gateway: Gateway, path: str) -> int:
    sent: list[dict[str, Any]] = []
    scope = {"type": "http", "http_version": "1.1", "method": "GET", "raw_path": path.encode(), "query_string": b""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await gateway({**scope, "headers": []}, receive, send)
    return int(sent[0]["status"])


def test_before_the_store_serves_nobody_answers() -> None:
    with pytest.raises(UnavailableError):
        InProcessHttp()("GET", "https://x/open", headers={})

"""Requests as events of payload format 2.0, and results as answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from local.events import HttpRequest, ResultMalformedError, read_result, write_event
from local.routing import Match
from local.template import HttpRoute

ROUTE = HttpRoute("F", "POST", "/v1/plugins/{plugin_id}/versions", ("standfast/publish",))


def event(**changed: Any) -> dict[str, Any]:  # noqa: ANN401
    request = HttpRequest(
        **{
            "method": "POST",
            "raw_path": "/v1/plugins/caf%C3%A9/versions",
            "raw_query": "",
            "headers": {"host": "127.0.0.1:8080", "user-agent": "curl"},
            "body": b"",
            "client": "127.0.0.1",
            "protocol": "HTTP/1.1",
            "request_id": "id",
            **changed,
        }
    )
    return write_event(request, Match(ROUTE, {"plugin_id": "café"}), {"jwt": {"claims": {"sub": "me"}, "scopes": []}})


def test_an_event_has_what_api_gateway_gives() -> None:
    written = event()
    assert written["version"] == "2.0"
    assert written["routeKey"] == "POST /v1/plugins/{plugin_id}/versions"
    assert written["rawPath"] == "/v1/plugins/café/versions"
    assert written["pathParameters"] == {"plugin_id": "café"}
    context = written["requestContext"]
    assert context["http"] == {
        "method": "POST",
        "path": "/v1/plugins/café/versions",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "curl",
    }
    assert context["domainName"] == "127.0.0.1:8080"
    assert context["authorizer"]["jwt"]["claims"] == {"sub": "me"}
    assert (context["requestId"], context["stage"], context["routeKey"]) == ("id", "$default", written["routeKey"])
    assert isinstance(context["timeEpoch"], int)
    json.dumps(written)


def test_what_a_request_does_not_have_is_not_in_its_event() -> None:
    assert {"body", "cookies", "queryStringParameters"} & event().keys() == set()


def test_values_of_a_repeated_query_name_are_joined() -> None:
    written = event(raw_query="a=1&b=&a=2&c=x%20y%26")
    assert written["queryStringParameters"] == {"a": "1,2", "b": "", "c": "x y&"}
    assert written["rawQueryString"] == "a=1&b=&a=2&c=x%20y%26"


def test_cookies_are_taken_out_of_the_headers() -> None:
    written = event(headers={"cookie": "a=1; b=2"})
    assert written["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in written["headers"]


@pytest.mark.parametrize(
    ("media_type", "body", "text", "is_base64"),
    [
        ("application/json", b'{"a":"\xc3\xa9"}', '{"a":"é"}', False),
        ("application/problem+json; charset=utf-8", b"{}", "{}", False),
        ("text/plain", b"x", "x", False),
        ("application/json", b"\xff", "/w==", True),
        ("application/octet-stream", b"x", "eA==", True),
        ("", b"x", "eA==", True),
    ],
)
def test_a_body_is_text_only_where_it_says_so_and_is(
    media_type: str, body: bytes, text: str, *, is_base64: bool
) -> None:
    written = event(headers={"content-type": media_type}, body=body)
    assert (written["body"], written["isBase64Encoded"]) == (text, is_base64)


def test_a_result_with_a_status_is_the_answer() -> None:
    answer = read_result(
        {"statusCode": 201, "headers": {"Location": "/x", "X": 1}, "body": "é", "cookies": ["a=1", "b=2"]}, "id"
    )
    assert (answer.status, answer.body) == (201, "é".encode())
    assert set(answer.headers) == {
        ("location", "/x"),
        ("x", "1"),
        ("content-type", "application/json"),
        ("apigw-requestid", "id"),
        ("set-cookie", "a=1"),
        ("set-cookie", "b=2"),
    }


def test_a_result_in_base64_is_bytes() -> None:
    answer = read_result({"statusCode": 200, "body": "/w==", "isBase64Encoded": True}, "id")
    assert answer.body == b"\xff"


@pytest.mark.parametrize("result", [{"a": 1}, [1], "x", None])
def test_a_result_without_a_status_is_the_body_of_a_200(result: object) -> None:
    answer = read_result(result, "id")
    assert (answer.status, json.loads(answer.body)) == (200, result)


@pytest.mark.parametrize(
    "result",
    [
        {"statusCode": "x"},
        {"statusCode": 200, "body": "%", "isBase64Encoded": True},
        {"statusCode": 200, "body": 5},
        b"x",
    ],
)
def test_a_result_that_is_no_answer_is_an_error(result: object) -> None:
    with pytest.raises(ResultMalformedError):
        read_result(result, "id")

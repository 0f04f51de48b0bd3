"""Requests as HTTP API events of payload format 2.0, and the functions' results as answers.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

from __future__ import annotations

import base64
import binascii
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

if TYPE_CHECKING:
    from local.routing import Match

type Event = dict[str, Any]

_JSON = "application/json"
_TEXT_TYPES = ("text/", _JSON, "application/javascript", "application/xml", "application/x-www-form-urlencoded")
_TEXT_SUFFIXES = ("+json", "+xml")


class ResultMalformedError(Exception):
    """A function returned what API Gateway cannot turn into an answer."""


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request as it came over the wire: header names in lower case, repeated ones joined by commas."""

    method: str
    raw_path: str
    raw_query: str
    headers: Mapping[str, str]
    body: bytes
    client: str
    protocol: str
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer, ready to be sent."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def write_event(request: HttpRequest, match: Match, authorizer: Mapping[str, Any] | None) -> Event:
    """Write the event that a function gets for a request."""
    headers = dict(request.headers)
    cookies = headers.pop("cookie", "")
    body, is_base64 = _body(request)
    event: Event = {
        "version": "2.0",
        "routeKey": match.route.key,
        "rawPath": unquote(request.raw_path),
        "rawQueryString": request.raw_query,
        "headers": headers,
        "requestContext": _context(request, match, authorizer),
        "isBase64Encoded": is_base64,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";")]
    if request.raw_query:
        event["queryStringParameters"] = _query(request.raw_query)
    if match.parameters:
        event["pathParameters"] = match.parameters
    if body:
        event["body"] = body
    return event


def _context(request: HttpRequest, match: Match, authorizer: Mapping[str, Any] | None) -> dict[str, Any]:
    now = time.time()
    host = request.headers.get("host", "localhost")
    context: dict[str, Any] = {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": unquote(request.raw_path),
            "protocol": request.protocol,
            "sourceIp": request.client,
            "userAgent": request.headers.get("user-agent", ""),
        },
        "requestId": request.request_id,
        "routeKey": match.route.key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }
    return context | ({"authorizer": dict(authorizer)} if authorizer else {})


def _query(raw: str) -> dict[str, str]:
    """Read a query string; values of a repeated name are joined by commas."""
    values: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw, keep_blank_values=True):
        values.setdefault(name, []).append(value)
    return {name: ",".join(each) for name, each in values.items()}


def _body(request: HttpRequest) -> tuple[str, bool]:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type.startswith(_TEXT_TYPES) or media_type.endswith(_TEXT_SUFFIXES):
        try:
            return request.body.decode(), False
        except UnicodeDecodeError:
            pass  # not the text that it says: hand it over as bytes
    return base64.b64encode(request.body).decode(), bool(request.body)


def read_result(result: object, request_id: str) -> HttpAnswer:
    """Read what a function returned. Without a `statusCode`, it is the JSON body of a 200.

    Raises ResultMalformedError.
    """
    try:
        if not isinstance(result, dict) or "statusCode" not in result:
            return HttpAnswer(200, _headers({}, (), request_id), json.dumps(result).encode())
        text = result.get("body") or ""
        body = base64.b64decode(text, validate=True) if result.get("isBase64Encoded") else text.encode()
        headers = _headers(result.get("headers") or {}, result.get("cookies") or (), request_id)
        return HttpAnswer(int(result["statusCode"]), headers, body)
    except (TypeError, ValueError, AttributeError, binascii.Error) as error:
        message = f"The function returned something else than an answer: {error}"
        raise ResultMalformedError(message) from error


def _headers(given: Mapping[str, Any], cookies: tuple[str, ...], request_id: str) -> tuple[tuple[str, str], ...]:
    headers = {name.lower(): str(value) for name, value in given.items()}
    headers.setdefault("content-type", _JSON)
    headers["apigw-requestid"] = request_id
    return (*headers.items(), *(("set-cookie", cookie) for cookie in cookies))


def message_answer(status: int, message: str, request_id: str, **headers: str) -> HttpAnswer:
    """Return an answer of the gateway's own, such as `{"message":"Not Found"}`."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    body = json.dumps({"message": message}, separators=(",", ":")).encode()
    return HttpAnswer(status, _headers(named, (), request_id), body)

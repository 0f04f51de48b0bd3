"""HTTP: the pages. API Gateway knows three addresses; which page is meant is the console's own table to say."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from functions.console.failures import page_of
from functions.console.schema import Answer, Form, Request
from functions.console.wiring import from_environment
from shared.edge import origin
from shared.edge.observability import correlated, logger_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from functions.console.wiring import Serving

    type Event = Mapping[str, Any]
    type LambdaHandler = Callable[[Event, Any], dict[str, Any]]

ROUTES = (
    ("GET", "/"),
    ("GET", "/console"),
    ("GET", "/console/{page+}"),
    ("POST", "/console/{page+}"),
)
"""What the template routes here."""

_MOST_FIELDS = 1000
_PASSED_ON = (origin.SECRET_HEADER, origin.HOST_HEADER)


def build(
    provide: Callable[[], Serving], *, guard: Callable[[], origin.Origin] = origin.from_environment
) -> LambdaHandler:
    """Make the Lambda handler. `provide` gives the use case, `guard` the origin; both are asked at each request."""
    logger = logger_for("console")

    def handler(event: Event, _context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        serving = provide()
        request = _request(event, serving.public_base_url)
        with correlated(logger, event["requestContext"]["requestId"]):
            try:
                host = guard().host_asked(event)
                asked = request if serving.public_base_url else replace(request, origin=f"https://{host}")
                return _result(serving.console.answer(asked))
            except Exception as error:
                if not isinstance(error, origin.BypassedError):
                    logger.exception("unforeseen")
                visit = serving.console.visit(request)
                return _result(serving.console.render(visit, page_of(error, visit)))

    return handler


def _request(event: Event, public_base_url: str) -> Request:
    """Read a request. The API behind it is at the very host that this one came to, and asks for the same secret."""
    context = event["requestContext"]
    headers: Mapping[str, str] = event.get("headers") or {}
    api = f"https://{context['domainName']}"
    return Request(
        method=context["http"]["method"],
        path=event["rawPath"],
        query=_fields(event.get("rawQueryString", "")),
        form=_fields(_text(event)),
        headers=headers,
        cookies=_cookies(event.get("cookies") or []),
        origin=public_base_url or api,
        api=api,
        passed_on={name: headers[name] for name in _PASSED_ON if name in headers},
    )


def _fields(text: str) -> Form:
    try:
        found = parse_qs(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        found = {}
    return Form({name: tuple(values) for name, values in found.items()})


def _text(event: Event) -> str:
    body: str = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return body
    try:
        return base64.b64decode(body).decode(errors="replace")
    except binascii.Error:
        return ""


def _cookies(pairs: list[str]) -> dict[str, str]:
    named = (pair.partition("=") for pair in pairs)
    return {name.strip(): value.strip() for name, _, value in named}


def _result(answer: Answer) -> dict[str, Any]:
    result = {"statusCode": int(answer.status), "headers": dict(answer.headers), "body": answer.body}
    return result | ({"cookies": list(answer.cookies)} if answer.cookies else {})


handler = build(from_environment)

"""The HTTP edge of a function: declared routes, access, validation, problems.

A route is declared with what it takes, what it answers and who may call it; the published OpenAPI is made from the same
declarations (`docs/openapi.py`).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from shared.domain.commands import Command
from shared.domain.errors import (
    ForbiddenError,
    InvalidValueError,
    PluginNotFoundError,
    StandfastError,
    VersionNotFoundError,
)
from shared.domain.identity import Subject, digest_of_bytes
from shared.domain.identity import plugin_id as parse_plugin_id
from shared.domain.ports import PageRequest
from shared.edge import origin, payloads, problems
from shared.edge.callers import Caller, Role, caller_of
from shared.edge.negotiation import preferred
from shared.edge.observability import correlated, logger_for, trace_of

if TYPE_CHECKING:
    from shared.domain.identity import PluginId

type Event = dict[str, Any]
type LambdaHandler = Callable[[Event, Any], dict[str, Any]]

JSON = "application/json"
HTML = "text/html"
DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
_IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_VERSION_NUMBER = re.compile(r"[1-9][0-9]{0,7}")
_PAGING = frozenset({"limit", "cursor"})
_HARDENED = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


class Nothing(BaseModel, extra="forbid"):
    """A body without members."""


@dataclass(frozen=True, slots=True)
class Request[Body: BaseModel]:
    """A request whose caller may make it and whose body fits its model. `domain` is the host that they asked.

    `authorization` is the header as it came: where a route has no authorizer, nobody has looked at it.
    """

    caller: Caller
    body: Body
    path: Mapping[str, str]
    query: Mapping[str, str]
    command: Command
    domain: str = ""
    accept: str = ""
    authorization: str = ""

    @property
    def plugin_id(self) -> PluginId:
        """The plugin that the path names. Raises PluginNotFoundError: no plugin has a malformed id."""
        try:
            return parse_plugin_id(self.path["plugin_id"])
        except InvalidValueError as error:
            raise PluginNotFoundError(self.path["plugin_id"]) from error

    @property
    def version(self) -> int:
        """The version number that the path names. Raises VersionNotFoundError."""
        if not _VERSION_NUMBER.fullmatch(self.path["version"]):
            raise VersionNotFoundError(self.path["plugin_id"], 0)
        return int(self.path["version"])

    @property
    def page(self) -> PageRequest:
        """The page that the query asks for. Raises InvalidValueError."""
        limit = self.query.get("limit", str(DEFAULT_LIMIT))
        if not limit.isascii() or not limit.isdigit() or not 1 <= int(limit[:9]) <= LARGEST_LIMIT:
            message = f"`limit` is a whole number from 1 to {LARGEST_LIMIT}."
            raise InvalidValueError(message, field="limit")
        return PageRequest(cursor=self.query.get("cursor", ""), limit=int(limit))

    def wants(self, *offered: str) -> str:
        """Return which of the offered media types the client would rather have."""
        return preferred(self.accept, offered)

    def asked[Query: BaseModel](self, model: type[Query]) -> Query:
        """Return what the query asks for besides the page. Raises BodyInvalidError."""
        return _validated(model, {name: value for name, value in self.query.items() if name not in _PAGING})


@dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a model, or text of another media type as it is."""

    body: BaseModel | str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class Route:
    """A declared route. `roles` is empty for a public one; otherwise any one of them suffices.

    `queries` says what each query parameter means, beside those of pages; `also` has the other media types that it
    writes, for a client that would rather have one of them.
    """

    method: str
    path: str
    summary: str
    call: Callable[[Request[Any], Any], Answer]
    roles: tuple[Role, ...]
    takes: type[BaseModel]
    answers: type[BaseModel] | None
    status: int
    pages: bool
    queries: Mapping[str, str]
    also: tuple[str, ...]


class RequestMalformedError(StandfastError):
    """The request cannot be read at all."""


class UnauthenticatedError(StandfastError):
    """No access token came with the request."""


class BodyInvalidError(StandfastError):
    """The body or the query does not fit its model. `errors` says where and how, one entry for each."""

    def __init__(self, errors: list[dict[str, str]]) -> None:
        super().__init__("The request does not fit what this route takes.")
        self.errors = errors


class Api:
    """The routes of one function."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.routes: list[Route] = []

    def route[Body: BaseModel, UseCase](  # noqa: PLR0913 - a declaration, all but two of them by keyword
        self,
        method: str,
        path: str,
        *,
        summary: str,
        roles: tuple[Role, ...] = (),
        takes: type[Body] = Nothing,  # type: ignore[assignment] # mypy has no defaults for type parameters' bounds
        answers: type[BaseModel] | None,
        status: int = 200,
        pages: bool = False,
        queries: Mapping[str, str] = MappingProxyType({}),
        also: tuple[str, ...] = (),
    ) -> Callable[[Callable[[Request[Body], UseCase], Answer]], Callable[[Request[Body], UseCase], Answer]]:
        """Declare a route, `path` as in the template: `/v1/plugins/{plugin_id}`."""

        def declare(call: Callable[[Request[Body], UseCase], Answer]) -> Callable[[Request[Body], UseCase], Answer]:
            route = Route(method, path, summary, call, roles, takes, answers, status, pages, queries, also)
            self.routes.append(route)
            return call

        return declare

    def build[UseCase](
        self, provide: Callable[[], UseCase], *, guard: Callable[[], origin.Origin] = origin.from_environment
    ) -> LambdaHandler:
        """Make the Lambda handler. `provide` gives the use case, `guard` the origin; both are asked at each request.

        API Gateway has routed already: its `routeKey` is a declared route's method and path. The handler keeps nothing
        between requests, so threads may share it.
        """
        routes = {f"{route.method} {route.path}": route for route in self.routes}
        logger = logger_for(self.name)

        def handler(event: Event, _context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
            with correlated(logger, event["requestContext"]["requestId"]):
                try:
                    host = guard().host_asked(event)
                    route = routes[event["routeKey"]]
                    answer = route.call(_request(route, event, host), provide())
                except Exception as error:
                    status, body = _described(error)
                    if status >= problems.INTERNAL.status:
                        logger.exception("unforeseen")
                    answer = Answer(body, status, problems.headers_of(error), problems.MEDIA_TYPE)
                logger.info("answered", extra=_told(event, answer))
                return _sent(answer)

        return handler


def _told(event: Event, answer: Answer) -> dict[str, Any]:
    """Return what the line of a request says besides its id."""
    return {"route": event["routeKey"], "status": answer.status, **trace_of(event.get("headers") or {})}


def _sent(answer: Answer) -> dict[str, Any]:
    body = answer.body if isinstance(answer.body, str) else answer.body.model_dump_json()
    headers = {**_HARDENED, "content-type": answer.media_type, **answer.headers}
    return {"statusCode": answer.status, "headers": headers, **payloads.passed_on(body.encode())}


def _request(route: Route, event: Event, host: str) -> Request[Any]:
    caller = _admitted(route, event)
    headers = event.get("headers") or {}
    raw = _raw_body(event)
    fingerprint = digest_of_bytes(f"{route.method} {event.get('rawPath', '')}\n".encode() + raw)
    return Request(
        caller=caller,
        body=_body(route.takes, raw),
        path=event.get("pathParameters") or {},
        query=event.get("queryStringParameters") or {},
        command=Command(caller.subject, fingerprint, _idempotency_key(headers)),
        domain=host,
        accept=headers.get("accept", ""),
        authorization=headers.get("authorization", ""),
    )


_NOBODY = Caller(subject=Subject(""), scopes=frozenset(), groups=frozenset())


def _admitted(route: Route, event: Event) -> Caller:
    caller = caller_of(event)
    if not route.roles:
        return caller or _NOBODY
    if caller is None:
        raise UnauthenticatedError
    if not any(caller.has(role) for role in route.roles):
        groups = " or ".join(sorted({role.group.value for role in route.roles}))
        message = f"This is for {groups}, with a token for that use."
        raise ForbiddenError(message)
    return caller


def _idempotency_key(headers: Mapping[str, str]) -> str:
    key = headers.get("idempotency-key", "")
    if key and not _IDEMPOTENCY_KEY.fullmatch(key):
        message = "An Idempotency-Key is 1 to 255 visible ASCII characters, such as a UUID."
        raise RequestMalformedError(message)
    return key


def _raw_body(event: Event) -> bytes:
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except (binascii.Error, UnicodeEncodeError) as error:
        message = "The body is not valid base64 or text."
        raise RequestMalformedError(message) from error


def _body(model: type[BaseModel], raw: bytes) -> BaseModel:
    if model is Nothing:
        return Nothing()  # a route that takes nothing does not care what came
    try:
        document = json.loads(raw or b"{}")
    except (ValueError, RecursionError) as error:
        message = "The body is not JSON in UTF-8."
        raise RequestMalformedError(message) from error
    return _validated(model, document)


def _validated[Model: BaseModel](model: type[Model], document: object) -> Model:
    try:
        return model.model_validate(document)
    except ValidationError as error:
        raise BodyInvalidError([_located(each, document) for each in error.errors()]) from error


def _located(error: Any, document: object) -> dict[str, str]:  # noqa: ANN401 - pydantic's ErrorDetails
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in _place(error, document))
    return {"code": error["type"], "pointer": "".join(f"/{part}" for part in escaped), "message": error["msg"]}


def _place(error: Any, document: Any) -> Iterator[str | int]:  # noqa: ANN401 - pydantic's ErrorDetails, JSON
    """Give the steps of a place in the document. Pydantic names the alternatives of a type among them."""
    for part in error["loc"]:
        if part in document if isinstance(document, dict) else isinstance(document, list):
            document = document[part]
            yield part
    if error["type"] == "missing":
        yield error["loc"][-1]


def _described(error: Exception) -> tuple[int, str]:
    match error:
        case RequestMalformedError():
            return problems.MALFORMED.status, problems.write(problems.MALFORMED, str(error))
        case UnauthenticatedError():
            return problems.UNAUTHENTICATED.status, problems.write(problems.UNAUTHENTICATED)
        case BodyInvalidError():
            return problems.INVALID.status, problems.write(problems.INVALID, str(error), errors=error.errors)
    return problems.problem_of(error).status, problems.body_of(error)

"""The store's own API, as the signed-in person may use it: the console has no rights of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from shared.domain.errors import StandfastError

type Document = dict[str, Any]
"""A JSON document of the API. Its shape is the API's published contract; pages show what it says."""

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer, header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Http(Protocol):
    """Sends one request and waits for its answer; follows no redirect."""

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Send a request. Raises UnavailableError where no answer comes."""


_GATEWAYS: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "unauthenticated",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not-found",
    HTTPStatus.TOO_MANY_REQUESTS: "rate-limited",
    HTTPStatus.INTERNAL_SERVER_ERROR: "internal",
    HTTPStatus.BAD_GATEWAY: "unavailable",
    HTTPStatus.SERVICE_UNAVAILABLE: "unavailable",
    HTTPStatus.GATEWAY_TIMEOUT: "unavailable",
}
"""What the gateway itself refuses with: it writes no problem documents."""

_TITLES: Mapping[str, str] = {
    "forbidden": "You may not do this.",
    "not-found": "There is no such thing.",
    "rate-limited": "That is more than this store takes.",
    "internal": "Something went wrong here. It is not your fault.",
    "unavailable": "The store is busy. Try again in a moment.",
}


class ProblemError(StandfastError):
    """The API refused. `name` is the end of the problem's type, `errors` says what is wrong with which value."""

    def __init__(self, status: int, problem: Document) -> None:
        self.status = status
        self.name = str(problem.get("type", "")).rpartition(":")[2] or _GATEWAYS.get(status, "unknown")
        self.title = str(problem.get("title") or _TITLES.get(self.name, "The store could not do that."))
        self.detail = str(problem.get("detail") or "")
        self.errors: list[Document] = problem.get("errors") or []
        self.document = problem
        super().__init__(f"{self.name}: {self.detail or self.title}")

    def about(self, field: str) -> str:
        """Return what is wrong with one field of a form, as a sentence; "" where nothing is said of it."""
        place = f"/{field}"
        for error in self.errors:
            pointer = str(error.get("pointer", ""))
            if pointer == place or pointer.startswith(f"{place}/"):
                return f"{pointer.removeprefix(place)} {error.get('message', '')}".strip()
        return ""


@dataclass(frozen=True, slots=True)
class StoreApi:
    """The API at an address, for one person and one request of theirs.

    `key` is the Idempotency-Key that came with the form: a form sent twice does its work once. `headers` go with every
    request.
    """

    http: Http
    address: str
    token: str = ""
    key: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def get(self, path: str, **query: object) -> Document:
        """Read; a value of None is left out of the query. Raises ProblemError, UnavailableError."""
        asked = urlencode({name: value for name, value in query.items() if value not in {None, ""}})
        return self._call("GET", f"{path}?{asked}" if asked else path)

    def find(self, path: str, **query: object) -> Document | None:
        """Read what may not be there, or may not be for this person. Raises ProblemError for anything else."""
        try:
            return self.get(path, **query)
        except ProblemError as problem:
            if problem.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                return None
            raise

    def post(self, path: str, document: Mapping[str, Any] | None = None) -> Document:
        """Act. Raises ProblemError, UnavailableError."""
        return self._call("POST", path, document or {})

    def put(self, path: str, document: Mapping[str, Any] | None = None) -> Document:
        """Set. Raises ProblemError, UnavailableError."""
        return self._call("PUT", path, document or {})

    def delete(self, path: str) -> Document:
        """Remove. Raises ProblemError, UnavailableError."""
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, document: Mapping[str, Any] | None = None) -> Document:
        headers = {"accept": JSON, "content-type": JSON, **self.headers}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        if self.key and method != "GET":
            headers["idempotency-key"] = self.key
        body = json.dumps(document).encode() if document is not None else b""
        reply = self.http(method, f"{self.address}{path}", headers=headers, body=body)
        answered = _document(reply.body)
        if reply.status >= HTTPStatus.MULTIPLE_CHOICES:
            raise ProblemError(reply.status, answered)
        return answered


def _document(body: bytes) -> Document:
    try:
        document = json.loads(body or b"{}")
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def path_of(*parts: object) -> str:
    """Join the parts of an API path: what came from a request can be no more than one segment of it."""
    return "/" + "/".join(_segment(str(part)) for part in parts)


def _segment(part: str) -> str:
    # A segment of dots would be taken for a way up by whatever normalises paths in between.
    return quote(part, safe="") if part.strip(".") else quote(part, safe="").replace(".", "%2E")

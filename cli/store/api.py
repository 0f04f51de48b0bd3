"""The store's HTTP API as a client sees it: documents in and out, problems raised, repetitions harmless."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote, urlencode

from cli.store.errors import ProblemError, UnreachableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from cli.store.transport import Answer, Transport

type Document = dict[str, Any]

_ATTEMPTS = 4
_FIRST_PAUSE_SECONDS = 0.5
_PASSING = frozenset({502, 503, 504})
"""Statuses that say nothing about the request itself."""
_UNAUTHENTICATED, _NOT_FOUND, _FIRST_ERROR = 401, 404, 300
_PAGE = 100


class Credential(Protocol):
    """Who calls."""

    def token(self) -> str:
        """Return a token to send; "" is nobody. Raises NotSignedInError."""

    def renew(self) -> bool:
        """Get another token after the store refused this one, and tell whether there is one."""


class StoreApi:
    """A store at an origin, called as somebody.

    A request is tried again when no answer came or the store was busy. What changes something carries the same
    Idempotency-Key each time, so that it happens once.
    """

    def __init__(
        self,
        origin: str,
        *,
        send: Transport,
        credential: Credential,
        draw_key: Callable[[], str],
        sleep: Callable[[float], None],
    ) -> None:
        self.origin = origin
        self._send = send
        self._credential = credential
        self._draw_key = draw_key
        self._sleep = sleep

    def get(self, path: str, **query: object) -> Document:
        """Read. Raises ProblemError, NotSignedInError, UnreachableError, as all of these do."""
        asked = {name: _text(value) for name, value in query.items() if value not in (None, "")}
        return self._call("GET", f"{path}?{urlencode(asked)}" if asked else path)

    def pages(self, path: str, *, most: int, **query: object) -> Document:
        """Read a list, page after page, until it ends or there are enough; as one page, with the cursor of the rest."""
        items: list[Any] = []
        cursor: str | None = ""
        while cursor is not None and len(items) < most:
            page = self.get(path, limit=min(_PAGE, most - len(items)), cursor=cursor, **query)
            items += page["items"]
            cursor = page.get("next_cursor")
        return {"items": items, "next_cursor": cursor}

    def post(self, path: str, body: Mapping[str, Any] | None = None, *, is_repeatable: bool = True) -> Document:
        """Ask for something. `is_repeatable` is False where the store knows no Idempotency-Key."""
        return self._call("POST", path, body or {}, is_repeatable=is_repeatable)

    def put(self, path: str, body: Mapping[str, Any] | None = None) -> Document:
        """Set something."""
        return self._call("PUT", path, body or {})

    def delete(self, path: str) -> Document:
        """Remove something. Where an answer was lost and the thing is gone then, it was removed."""
        return self._call("DELETE", path)

    def _call(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, *, is_repeatable: bool = True
    ) -> Document:
        headers = {"accept": "application/json"}
        if method != "GET":
            headers["idempotency-key"] = self._draw_key()
        sent = None if body is None else json.dumps(body).encode()
        if sent is not None:
            headers["content-type"] = "application/json"
        answer, has_lost_one = self._repeated(
            lambda: self._authorized(method, path, headers=headers, body=sent), is_repeatable=is_repeatable
        )
        if method == "DELETE" and has_lost_one and answer.status == _NOT_FOUND:
            return {}
        return _read(answer)

    def _repeated(self, attempt: Callable[[], Answer], *, is_repeatable: bool) -> tuple[Answer, bool]:
        """Return the answer of the last attempt, and whether that of an earlier one may have been lost."""
        has_lost_one = False
        for pause in self._pauses():
            try:
                answer = attempt()
            except UnreachableError as error:
                if error.was_sent and not is_repeatable:
                    raise
                has_lost_one = has_lost_one or error.was_sent
            else:
                if answer.status not in _PASSING or not is_repeatable:
                    return answer, has_lost_one
            self._sleep(pause)
        return attempt(), has_lost_one

    @staticmethod
    def _pauses() -> Iterator[float]:
        """Give the pause after each attempt but the last one, in seconds."""
        for attempt in range(_ATTEMPTS - 1):
            yield _FIRST_PAUSE_SECONDS * 2**attempt

    def _authorized(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        answer = self._once(method, path, headers=headers, body=body)
        if answer.status == _UNAUTHENTICATED and self._credential.renew():
            return self._once(method, path, headers=headers, body=body)
        return answer

    def _once(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        token = self._credential.token()
        authorization = {"authorization": f"Bearer {token}"} if token else {}
        return self._send(method, f"{self.origin}{path}", headers={**headers, **authorization}, body=body)


def path_of(*parts: object) -> str:
    """Return a path of the API from its parts, each of them quoted."""
    return "/v1/" + "/".join(quote(str(part), safe="") for part in parts)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(answer: Answer) -> Document:
    document = _document(answer.body)
    if answer.status < _FIRST_ERROR and document is not None:
        return document
    raise ProblemError(
        answer.status,
        document or {"title": f"The answer, of status {answer.status}, is not one that a store gives."},
        request_id=answer.headers.get("apigw-requestid", ""),
        retry_after=answer.headers.get("retry-after", ""),
    )


def _document(body: bytes) -> Document | None:
    """Read a body as a JSON object; an empty one is an object without members, anything else None."""
    if not body:
        return {}
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None

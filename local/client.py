"""A small HTTP client for demonstrations and tests, over one connection that is kept open."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 30.0
_BROKEN = 0


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: `status` is 0 where none came. `seconds` is how long it took, to its last byte."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    seconds: float

    @property
    def document(self) -> Any:  # noqa: ANN401 - whatever JSON came
        """The body as JSON; an empty object where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return {}


class Client:
    """Talks to one store, as one person. For one thread."""

    def __init__(self, base_url: str, *, token: str = "") -> None:
        parts = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=_TIMEOUT_SECONDS)
        self._token = token
        self._idle_since = 0.0

    def get(self, path: str, **headers: str) -> Reply:
        """Read. Header names are given with underscores: `if_none_match`."""
        return self._call("GET", path, headers=headers)

    def post(self, path: str, document: Mapping[str, Any], **headers: str) -> Reply:
        """Send a JSON document."""
        body = json.dumps(document).encode()
        return self._call("POST", path, body=body, headers={"content_type": "application/json", **headers})

    def put(self, path: str, document: Mapping[str, Any], **headers: str) -> Reply:
        """Set a thing to a JSON document."""
        body = json.dumps(document).encode()
        return self._call("PUT", path, body=body, headers={"content_type": "application/json", **headers})

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _call(self, method: str, path: str, *, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self._token:
            sent["authorization"] = f"Bearer {self._token}"
        started = time.monotonic()
        if started - self._idle_since > 1:
            self._connection.close()  # the server may be about to: a fresh connection is never mistaken for an answer
        try:
            self._connection.request(method, path, body, sent)
            answer = self._connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            return Reply(_BROKEN, {}, repr(error).encode(), time.monotonic() - started)
        self._idle_since = time.monotonic()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, received, content, self._idle_since - started)

"""The whole store of one machine behind its own gateway, called in process: no sockets, no workers."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt

from local.authorizer import Authorizer
from local.functions import load_functions
from local.gateway import Api, Gateway
from local.machine import Machine
from local.tokens import ALGORITHM, CLIENT_ID, ISSUER, signing_key
from tests.integration.aws import deployed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    text: str


class LocalStore:
    """A store in a directory."""

    def __init__(self, data: Path, authorizer: Authorizer | None = None) -> None:
        template = deployed()
        self.key = signing_key(data)
        self._machine = Machine.at(data)
        ports = self._machine.ports()
        functions = load_functions(template.functions, ports)
        own = Authorizer(self.key.private_key.public_key(), self.key.key_id)
        self._gateway = Gateway(Api(template.routes, functions, authorizer or own))
        ports.http.connect(self._gateway)

    def close(self) -> None:
        """Close the store."""
        self._gateway.close()
        self._machine.close()

    def call(self, method: str, path: str, *, authorization: str = "", body: object = None) -> Answer:
        """Send one request through the gateway."""
        headers = [(b"host", b"store.example"), (b"content-type", b"application/json")]
        headers += [(b"authorization", authorization.encode())] if authorization else []
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
        }
        return asyncio.run(self._ask(scope, json.dumps(body).encode() if body is not None else b""))

    async def _ask(self, scope: dict[str, Any], body: bytes) -> Answer:
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self._gateway(scope, receive, send)
        start, end = sent
        return Answer(start["status"], end["body"].decode())

    def token(self, subject: str, group: str, **changes: object) -> str:
        """Return a bearer token of a person in a group with every scope, changed as asked; None leaves a claim out."""
        return self.signed(claims_of(subject, group, **changes), self.key.private_key, self.key.key_id)

    @staticmethod
    def signed(claims: dict[str, object], key: Any, key_id: str, algorithm: str = ALGORITHM) -> str:  # noqa: ANN401
        """Return a bearer token with these claims."""
        return "Bearer " + jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id})


def claims_of(subject: str, group: str, **changes: object) -> dict[str, object]:
    """Return the claims of an access token, changed as asked; None leaves a claim out."""
    now = int(time.time())
    claims: dict[str, object] = {
        "sub": subject,
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "token_use": "access",
        "scope": "standfast/publish standfast/review standfast/use standfast/operate",
        "cognito:groups": [group],
        "iat": now,
        "exp": now + 600,
        "jti": str(uuid.uuid4()),
    }
    return {name: value for name, value in (claims | changes).items() if value is not None}


@contextmanager
def local_store(data: Path, authorizer: Authorizer | None = None) -> Iterator[LocalStore]:
    """Open a store in a directory, with its own authorizer unless there is another."""
    store = LocalStore(data, authorizer)
    try:
        yield store
    finally:
        store.close()

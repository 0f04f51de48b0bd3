"""A CI service of our own: it signs tokens for workflows as GitHub does, good ones and others."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from shared.domain.documents import Document
from shared.domain.ports import Fetched, FetchFailedError

if TYPE_CHECKING:
    from datetime import datetime

ISSUER = "https://token.actions.githubusercontent.com"
KEYS_HOST, KEYS_PATH = "token.actions.githubusercontent.com", "/.well-known/jwks"
KEY_ID = "key-1"
REPOSITORY = "octo/todo"
REF = "refs/heads/main"
WORKFLOW_REF = f"{REPOSITORY}/.github/workflows/publish.yml@{REF}"
_BITS, _EXPONENT = 2048, 65537


class CiService:
    """Signs tokens with keys that its key set tells of. It is also the `Fetcher` that this set is fetched with."""

    def __init__(self) -> None:
        self.key = new_key()
        self.published: list[dict[str, Any]] = [jwk_of(self.key, KEY_ID)]
        self.fetches = 0
        self.is_down = False

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch the key set."""
        self.fetches += 1
        if self.is_down:
            raise FetchFailedError("The service does not answer.", code="fetch.timeout", fix="")
        return Fetched(Document(role, url, self.key_set()), ())

    def key_set(self) -> bytes:
        """Return the JWK set as it is served."""
        return json.dumps({"keys": self.published}).encode()

    def claims(self, audience: str, now: datetime, **changes: object) -> dict[str, object]:
        """Return the claims of a fine token, changed as asked; None leaves a claim out."""
        moment = int(now.timestamp())
        fine: dict[str, object] = {
            "jti": "token-1",
            "sub": f"repo:{REPOSITORY}:ref:{REF}",
            "aud": audience,
            "iss": ISSUER,
            "nbf": moment - 5,
            "iat": moment,
            "exp": moment + 300,
            "repository": REPOSITORY,
            "repository_id": "4711",
            "repository_owner_id": "42",
            "job_workflow_ref": WORKFLOW_REF,
            "ref": REF,
            "sha": "2f3c1d",
            "event_name": "push",
            "run_id": "1001",
            "run_attempt": "1",
        }
        return {name: value for name, value in (fine | changes).items() if value is not None}

    def sign(
        self,
        claims: dict[str, object],
        *,
        key: rsa.RSAPrivateKey | None = None,
        key_id: str = KEY_ID,
        algorithm: str = "RS256",
    ) -> str:
        """Return a bearer token with these claims."""
        return "Bearer " + jwt.encode(claims, key or self.key, algorithm=algorithm, headers={"kid": key_id})


def new_key(bits: int = _BITS) -> rsa.RSAPrivateKey:
    """Make a key pair."""
    return rsa.generate_private_key(public_exponent=_EXPONENT, key_size=bits)


def jwk_of(key: rsa.RSAPrivateKey, key_id: str) -> dict[str, Any]:
    """Return the public half as a JWK."""
    found: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return {"kty": "RSA", "n": found["n"], "e": found["e"], "kid": key_id, "use": "sig", "alg": "RS256"}

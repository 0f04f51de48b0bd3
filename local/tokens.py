"""Access tokens of this machine: its own key pair, and tokens shaped like Cognito's.

Kept apart from the rest of the stack, and free of heavy imports: `python -m local token` runs this and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

ISSUER = "https://standfast.local/people"
CLIENT_ID = "standfast-local"
ALGORITHM = "RS256"
LIFETIME_SECONDS = 12 * 60 * 60

SCOPES: Mapping[str, str] = {
    "developers": "standfast/publish standfast/use",
    "reviewers": "standfast/review standfast/use",
    "plus": "standfast/use",
    "operators": "standfast/operate standfast/use",
    "none": "standfast/use",
}
"""What a token of each group may be used for. "none" is an account in no group."""

PEOPLE: Mapping[str, str] = {
    "developer": "developers",
    "developer2": "developers",
    "reviewer": "reviewers",
    "reviewer2": "reviewers",
    "plus": "plus",
    "operator": "operators",
    "nobody": "none",
}
"""Who gets a token at every start, and their group."""

_PRIVATE_KEY = "signing-key.pem"
_KEY_SET = "jwks.json"
_TOKENS = "tokens.json"
_KEY_BITS = 2048
_EXPONENT = 65537
_PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class SigningKey:
    """The private key of a data directory, and the id that its tokens and the key set name it by."""

    private_key: rsa.RSAPrivateKey
    key_id: str

    def issue(self, subject: str, group: str, *, now: float | None = None) -> str:
        """Return an access token for a person, good for 12 hours. `now` is in seconds since 1970."""
        moment = int(time.time() if now is None else now)
        claims = {
            "sub": subject,
            "iss": ISSUER,
            "client_id": CLIENT_ID,
            "token_use": "access",
            "scope": SCOPES[group],
            "auth_time": moment,
            "iat": moment,
            "exp": moment + LIFETIME_SECONDS,
            "jti": str(uuid.uuid4()),
            "username": subject,
        }
        if group != "none":
            claims["cognito:groups"] = [group]
        return jwt.encode(claims, self.private_key, algorithm=ALGORITHM, headers={"kid": self.key_id})


def signing_key(data: Path) -> SigningKey:
    """Return the key of a data directory, made and stored on first use."""
    place = data / _PRIVATE_KEY
    if not place.exists():
        made = rsa.generate_private_key(public_exponent=_EXPONENT, key_size=_KEY_BITS)
        text = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_once(place, text)
    # Read back even when it was made here: another process may have been first.
    key = serialization.load_pem_private_key(place.read_bytes(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        message = f"{place} holds no RSA key. Move it away, and a new one is made."
        raise TypeError(message)
    return SigningKey(key, _thumbprint(key.public_key()))


def write_people(data: Path, key: SigningKey) -> Path:
    """Write fresh tokens of everybody, and the public key set, and return where the tokens are."""
    tokens = {subject: key.issue(subject, group) for subject, group in PEOPLE.items()}
    _replace(data / _KEY_SET, json.dumps(key_set(key.private_key.public_key()), indent=2) + "\n")
    _replace(data / _TOKENS, json.dumps(tokens, indent=2) + "\n")
    return data / _TOKENS


def key_set(public_key: rsa.RSAPublicKey) -> dict[str, list[dict[str, str]]]:
    """Return the JWK set (RFC 7517) of a public key."""
    return {"keys": [{"kid": _thumbprint(public_key), "use": "sig", "alg": ALGORITHM, **_members(public_key)}]}


def _members(public_key: rsa.RSAPublicKey) -> dict[str, str]:
    numbers = public_key.public_numbers()
    return {"e": _base64url(numbers.e), "kty": "RSA", "n": _base64url(numbers.n)}


def _thumbprint(public_key: rsa.RSAPublicKey) -> str:
    """Name a key by RFC 7638."""
    canonical = json.dumps(_members(public_key), sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(canonical.encode()).digest()).decode().rstrip("=")


def _base64url(number: int) -> str:
    size = (number.bit_length() + 7) // 8
    return base64.urlsafe_b64encode(number.to_bytes(size)).decode().rstrip("=")


def _write_once(place: Path, content: bytes) -> None:
    """Write a private file whole, unless somebody else did meanwhile."""
    draft = _draft(place, content)
    with suppress(FileExistsError):
        os.link(draft, place)
    draft.unlink()


def _replace(place: Path, text: str) -> None:
    """Write a private file so that readers find the old one or the new one, whole."""
    _draft(place, text.encode()).replace(place)


def _draft(place: Path, content: bytes) -> Path:
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return draft

"""Who is signed in, kept by the browser alone: tokens in cookies that no script can read.

Over HTTPS the cookies' names begin with `__Host-`: a browser takes those only with `Secure`, for the whole host and no
other. Plain HTTP is spoken on the loopback of one machine alone, where browsers may refuse `Secure`; there the names
say so by lacking the prefix.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_SESSION, _REFRESH, _SIGN_IN = "standfast-session", "standfast-refresh", "standfast-sign-in"
_PREFIX = "__Host-"
KEY_BYTES = 16
SIGN_IN_SECONDS = 600
"""For how long a sign-in may take."""

_LEEWAY = timedelta(seconds=30)
"""A token that ends while a request is under way is as good as ended."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in gives: the access token, and what gets a new one ("" where there is nothing)."""

    access: str
    refresh: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom the access token is about. For showing only: the API checks the token itself, at every call."""

    subject: str
    name: str
    groups: frozenset[str]
    ends: datetime

    def is_in(self, *groups: str) -> bool:
        """Tell whether they are in one of these groups."""
        return bool(self.groups & set(groups))


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person's tokens, and the key of their forms: drawn at sign-in, kept while tokens are renewed."""

    key: str
    tokens: Tokens
    person: Person

    @property
    def form_token(self) -> str:
        """What each form of the session carries, and no other site knows."""
        return encoded(hmac.digest(self.key.encode(), b"standfast form", hashlib.sha256))

    def owns(self, form_token: str) -> bool:
        """Tell whether a form is this session's."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())

    def has_ended(self, now: datetime) -> bool:
        """Tell whether the access token is over, or nearly."""
        return now + _LEEWAY >= self.person.ends

    def renewed(self, tokens: Tokens) -> Session | None:
        """Return the session with new tokens; None where they are not readable."""
        person = person_of(tokens.access)
        kept = replace(tokens, refresh=tokens.refresh or self.tokens.refresh)
        return Session(self.key, kept, person) if person else None


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in under way: what the answer must come with, the secret of PKCE (RFC 7636), and where to go then."""

    state: str
    verifier: str
    to: str


def new_session(key: bytes, tokens: Tokens) -> Session | None:
    """Return the session that begins with these tokens; None where they are not readable."""
    person = person_of(tokens.access)
    return Session(encoded(key), tokens, person) if person else None


def person_of(access: str) -> Person | None:
    """Read whom an access token is about, without checking it. None where it is no token."""
    try:
        claims = json.loads(_decoded(access.split(".")[1]))
        groups = claims.get("cognito:groups", [])
        name = str(claims.get("username") or claims["sub"])
        return Person(str(claims["sub"]), name, frozenset(groups), datetime.fromtimestamp(int(claims["exp"]), UTC))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, OSError):
        return None


@dataclass(frozen=True, slots=True)
class Cookies:
    """Reads and writes the cookies of a store at an origin."""

    origin: str

    def session(self, sent: Mapping[str, str]) -> Session | None:
        """Read who is signed in."""
        key, _, access = sent.get(self._name(_SESSION), "").partition(".")
        person = person_of(access)
        return Session(key, Tokens(access, sent.get(self._name(_REFRESH), "")), person) if key and person else None

    def keep(self, session: Session) -> tuple[str, ...]:
        """Write a session. It ends with the browser's."""
        access = self._write(_SESSION, f"{session.key}.{session.tokens.access}")
        return (access, self._write(_REFRESH, session.tokens.refresh)) if session.tokens.refresh else (access,)

    def forget(self) -> tuple[str, ...]:
        """Write that nobody is signed in."""
        return tuple(self._write(name, "", seconds=0) for name in (_SESSION, _REFRESH))

    def sign_in(self, sent: Mapping[str, str]) -> SignIn | None:
        """Read the sign-in that is under way."""
        try:
            kept: dict[str, Any] = json.loads(_decoded(sent.get(self._name(_SIGN_IN), "")))
            return SignIn(str(kept["state"]), str(kept["verifier"]), str(kept["to"]))
        except (ValueError, KeyError, TypeError):
            return None

    def keep_sign_in(self, begun: SignIn) -> str:
        """Write a sign-in that begins."""
        kept = json.dumps({"state": begun.state, "verifier": begun.verifier, "to": begun.to})
        return self._write(_SIGN_IN, encoded(kept.encode()), seconds=SIGN_IN_SECONDS)

    def forget_sign_in(self) -> str:
        """Write that no sign-in is under way."""
        return self._write(_SIGN_IN, "", seconds=0)

    @property
    def _is_secure(self) -> bool:
        return self.origin.startswith("https://")

    def _name(self, name: str) -> str:
        return f"{_PREFIX}{name}" if self._is_secure else name

    def _write(self, name: str, value: str, *, seconds: int | None = None) -> str:
        age = "" if seconds is None else f"; Max-Age={seconds}"
        secure = "; Secure" if self._is_secure else ""
        # Lax, not Strict: a link in an e-mail, or the way back from the sign-in, finds people signed in.
        return f"{self._name(name)}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}"


def encoded(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        message = "This is not base64url."
        raise ValueError(message) from error

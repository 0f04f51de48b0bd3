"""Signing in: the authorization code flow with PKCE (RFC 7636), led back to this machine (RFC 8252), and renewal."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cli.store.errors import NotSignedInError
from cli.store.vault import Tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cli.store.profiles import Profile
    from cli.store.transport import Answer, Transport

REDIRECT_URI = "http://localhost:8910/callback"
"""Where the sign-in pages lead back to: one of the template's CallbackUrls."""
_OK = 200
_PATIENCE_SECONDS = 300.0
_LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Pages:
    """Where people of a store sign in, as the store tells."""

    authorization_endpoint: str
    token_endpoint: str
    client_id: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sign-in under way: its secrets never leave this process but as the standard says."""

    pages: Pages
    state: str
    verifier: str
    redirect_uri: str = REDIRECT_URI

    @property
    def url(self) -> str:
        """The address to open in a browser."""
        challenge = base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).decode().rstrip("=")
        query = {
            "response_type": "code",
            "client_id": self.pages.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": " ".join(self.pages.scopes),
            "state": self.state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self.pages.authorization_endpoint}?{urlencode(query)}"

    def code_of(self, address: str) -> str:
        """Return the code of the address that the browser was led back to. Raises NotSignedInError."""
        found = {name: values[0] for name, values in parse_qs(urlsplit(address.strip()).query).items()}
        if not hmac.compare_digest(found.get("state", "").encode(), self.state.encode()):
            raise NotSignedInError("The answer belongs to another sign-in. Begin again.", hint="standfast login")
        if "code" not in found:
            reason = found.get("error_description") or found.get("error") or "no code came back"
            raise NotSignedInError(f"The sign-in failed: {reason}.", hint="standfast login")
        return found["code"]


def exchanged(attempt: Attempt, code: str, *, send: Transport, now: float) -> Tokens:
    """Exchange a code for tokens. Raises NotSignedInError, UnreachableError."""
    form = {
        "grant_type": "authorization_code",
        "client_id": attempt.pages.client_id,
        "redirect_uri": attempt.redirect_uri,
        "code": code,
        "code_verifier": attempt.verifier,
    }
    answer = _posted(attempt.pages.token_endpoint, form, send)
    tokens = _tokens(answer, now)
    if tokens is None:
        reason = _document(answer).get("error", f"status {answer.status}")
        raise NotSignedInError(f"The sign-in failed: {reason}.", hint="standfast login")
    return tokens


def renewed(profile: Profile, tokens: Tokens, *, send: Transport, now: float) -> Tokens | None:
    """Exchange a refresh token for a new access token; None where it is good no more. Raises UnreachableError."""
    form = {"grant_type": "refresh_token", "client_id": profile.client_id, "refresh_token": tokens.refresh}
    return _tokens(_posted(profile.token_endpoint, form, send), now, refresh=tokens.refresh)


def _posted(url: str, form: Mapping[str, str], send: Transport) -> Answer:
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return send("POST", url, headers=headers, body=urlencode(form).encode())


def _document(answer: Answer) -> dict[str, Any]:
    try:
        value = json.loads(answer.body)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _tokens(answer: Answer, now: float, *, refresh: str = "") -> Tokens | None:
    """Read a token endpoint's answer. An answer without a refresh token leaves the one that there was."""
    found = _document(answer)
    access, lasts = found.get("access_token"), found.get("expires_in")
    if answer.status != _OK or not isinstance(access, str):
        return None
    expires = int(now) + lasts if isinstance(lasts, int) else 0
    return Tokens(access, str(found.get("refresh_token") or refresh), expires)


def wait_for_browser(attempt: Attempt, on_ready: Callable[[], None]) -> str:
    """Listen where the browser is led back to, call `on_ready`, and return the address of the one that counts.

    What does not carry the state of this sign-in is answered with 404 and passed over. Raises NotSignedInError.
    """
    from cli.store.callback import listen  # noqa: PLC0415 - an HTTP server

    address = urlsplit(attempt.redirect_uri)
    return listen(
        (_LOOPBACK, address.port or 80),
        path=address.path,
        state=attempt.state,
        on_ready=on_ready,
        seconds=_PATIENCE_SECONDS,
    )

"""Signing in at the user pool's own pages: authorization code flow with PKCE (RFC 6749, 7636).

https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints.html
"""

from __future__ import annotations

import base64
import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol
from urllib.parse import urlencode

from functions.console.session import Tokens
from functions.console.store import Http
from shared.domain.errors import StandfastError, UnavailableError

SCOPES = "openid standfast/publish standfast/review standfast/use"
_FORM = "application/x-www-form-urlencoded"


class SignInRefusedError(StandfastError):
    """The sign-in did not succeed. Its text is for the person."""


class Login(Protocol):
    """The user pool's pages."""

    @property
    def origin(self) -> str:
        """The origin that forms may lead to; "" where it is the store's own."""

    def page(self, *, back_to: str, state: str, verifier: str) -> str:
        """Return the address of the sign-in page."""

    def exchange(self, code: str, *, back_to: str, verifier: str) -> Tokens:
        """Return the tokens for a code. Raises SignInRefusedError, UnavailableError."""

    def renew(self, refresh: str) -> Tokens:
        """Return new tokens. Raises SignInRefusedError, UnavailableError."""

    def revoke(self, refresh: str) -> None:
        """See to it that a refresh token is good for nothing, as far as that can be done."""

    def sign_out_page(self, *, back_to: str) -> str:
        """Return the address that ends the session of the sign-in pages."""


@dataclass(frozen=True, slots=True)
class HostedLogin:
    """Cognito's hosted pages, for a public client."""

    origin: str
    client_id: str
    http: Http

    def page(self, *, back_to: str, state: str, verifier: str) -> str:
        """Return the address of the sign-in page."""
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": back_to,
            "scope": SCOPES,
            "state": state,
            "code_challenge_method": "S256",
            "code_challenge": challenge(verifier),
        }
        return f"{self.origin}/oauth2/authorize?{urlencode(asked)}"

    def exchange(self, code: str, *, back_to: str, verifier: str) -> Tokens:
        """Return the tokens for a code. Raises SignInRefusedError, UnavailableError."""
        return self._tokens(grant_type="authorization_code", code=code, redirect_uri=back_to, code_verifier=verifier)

    def renew(self, refresh: str) -> Tokens:
        """Return new tokens. Raises SignInRefusedError, UnavailableError."""
        return self._tokens(grant_type="refresh_token", refresh_token=refresh)

    def revoke(self, refresh: str) -> None:
        """See to it that a refresh token is good for nothing; where nobody answers, it ends by itself."""
        with suppress(UnavailableError):
            self._post("/oauth2/revoke", token=refresh)

    def sign_out_page(self, *, back_to: str) -> str:
        """Return the address that ends the session of the sign-in pages."""
        return f"{self.origin}/logout?{urlencode({'client_id': self.client_id, 'logout_uri': back_to})}"

    def _tokens(self, **asked: str) -> Tokens:
        status, body = self._post("/oauth2/token", **asked)
        try:
            answered = json.loads(body)
            if status != HTTPStatus.OK:
                raise SignInRefusedError(f"The sign-in was refused: {answered.get('error', status)}.")
            return Tokens(str(answered["access_token"]), str(answered.get("refresh_token", "")))
        except (ValueError, KeyError, AttributeError) as error:
            message = "The sign-in's answer cannot be read."
            raise SignInRefusedError(message) from error

    def _post(self, path: str, **asked: str) -> tuple[int, bytes]:
        body = urlencode({"client_id": self.client_id, **asked}).encode()
        headers = {"content-type": _FORM, "accept": "application/json"}
        reply = self.http("POST", f"{self.origin}{path}", headers=headers, body=body)
        return reply.status, reply.body


def challenge(verifier: str) -> str:
    """Return what the sign-in page learns of the verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")

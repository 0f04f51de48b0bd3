"""API Gateway's JWT authorizer: who may reach a function at all.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from local.tokens import ALGORITHM, CLIENT_ID, ISSUER

if TYPE_CHECKING:
    from collections.abc import Mapping


class UnauthorizedError(Exception):
    """No token, or one that is not good. `challenge` is the WWW-Authenticate of the answer (RFC 6750)."""

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason or "no token")
        told = f' scope="" error="invalid_token" error_description="{reason}"' if reason else ""
        self.challenge = f"Bearer{told}"


class ScopeMissingError(Exception):
    """A good token without any of the scopes that the route demands."""

    def __init__(self, scopes: tuple[str, ...]) -> None:
        super().__init__(f"none of {scopes}")
        self.challenge = (
            f'Bearer scope="{" ".join(scopes)}" error="insufficient_scope"'
            ' error_description="the token lacks the scopes of this route"'
        )


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Checks tokens against one key: RS256, issuer, audience or client, times and scopes."""

    public_key: RSAPublicKey
    key_id: str

    def admit(self, authorization: str, scopes: tuple[str, ...]) -> dict[str, Any]:
        """Return the authorizer's part of the request context. One of `scopes` suffices; none demanded is fine.

        Raises UnauthorizedError, ScopeMissingError.
        """
        claims = self._claims(_token(authorization))
        held = str(claims.get("scope", "")).split()
        if scopes and not set(scopes) & set(held):
            raise ScopeMissingError(scopes)
        return {"jwt": {"claims": _stringified(claims), "scopes": held if scopes else None}}

    def _claims(self, token: str) -> dict[str, Any]:
        try:
            if jwt.get_unverified_header(token).get("kid") != self.key_id:
                raise UnauthorizedError("the token was signed by an unknown key")
            claims: dict[str, Any] = jwt.decode(
                token,
                self.public_key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                # The audience is checked below: Cognito's access tokens name the client instead.
                options={"require": ["exp", "iss"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise UnauthorizedError(str(error).replace('"', "'")) from error
        if CLIENT_ID not in _audience(claims):
            raise UnauthorizedError("the token is for another audience")
        return claims


def _token(authorization: str) -> str:
    if not authorization:
        raise UnauthorizedError
    kind, _, token = authorization.strip().rpartition(" ")
    if kind.strip().lower() not in {"", "bearer"}:
        raise UnauthorizedError("the token is no bearer token")
    return token


def _audience(claims: Mapping[str, Any]) -> list[Any]:
    """List whom a token is for. `client_id` counts only where there is no `aud`."""
    audience = claims["aud"] if "aud" in claims else claims.get("client_id")
    return audience if isinstance(audience, list) else [audience]


def _stringified(claims: Mapping[str, Any]) -> dict[str, str]:
    """Write claims as API Gateway hands them to a function: every value is text, a list is `[a b]`."""
    return {name: _text(value) for name, value in claims.items()}


def _text(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case list():
            return f"[{' '.join(_text(each) for each in value)}]"
        case None:
            return "null"
    return str(value)

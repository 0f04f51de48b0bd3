"""The tokens of CI workflows: whose they are, proved by the keys of the service that signed them.

What a token says of itself chooses nothing: the issuer's own algorithm and its own key set are in the table, and a
token's `alg`, `jku`, `jwk` or `x5u` change neither (RFC 8725, 3.1 and 3.10).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from shared.domain.errors import WorkflowTokenRefusedError
from shared.domain.publishers import ISSUERS, Issuer, WorkflowRun

if TYPE_CHECKING:
    from collections.abc import Mapping

    from jwt.types import Options

    from shared.domain.ports import KeySets

_SKEW = timedelta(seconds=60)
"""By how much the service's clock and ours may differ."""
_LONGEST_LIFE = timedelta(hours=1)
"""A token that is good for longer could be used again once its id is forgotten."""
_LONGEST_TOKEN = 16 * 1024
_LEAST_KEY_BITS = 2048
_REQUIRED = ("iss", "aud", "exp", "iat", "jti", "repository", "repository_id", "job_workflow_ref", "ref", "event_name")
_NO_CHECKS: Options = {
    # Done below, against the same clock as everything else, and told by claim.
    "verify_exp": False,
    "verify_nbf": False,
    "verify_iat": False,
    "verify_aud": False,
    "verify_iss": False,
    "verify_sub": False,
    "verify_jti": False,
}


def read_token(authorization: str, *, audience: str, keys: KeySets, now: datetime) -> WorkflowRun:
    """Return the run that a bearer token is of, for a store at `audience`.

    Raises WorkflowTokenRefusedError, and UnavailableError where the keys cannot be had.
    """
    token = _bearer(authorization)
    name, issuer = _issuer(token)
    claims = _verified(token, issuer, keys)
    _require(claims, audience)
    _require_time(claims, now)
    return _run(name, claims)


def _bearer(authorization: str) -> str:
    kind, _, token = authorization.strip().partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token or len(token) > _LONGEST_TOKEN:
        message = "There is no workflow's token in the request: send it as `Authorization: Bearer …`."
        raise WorkflowTokenRefusedError(message)
    return token


def _issuer(token: str) -> tuple[str, Issuer]:
    """Find out whose token it claims to be; that is proved afterwards by their keys."""
    try:
        seen = jwt.decode(token, options={"verify_signature": False}).get("iss")
    except jwt.PyJWTError as error:
        raise WorkflowTokenRefusedError("What was sent is no token (RFC 7519).") from error
    for name, issuer in ISSUERS.items():
        if seen == issuer.url:
            return name, issuer
    known = " or ".join(issuer.url for issuer in ISSUERS.values())
    raise _different("iss", wanted=known, seen=seen)


def _verified(token: str, issuer: Issuer, keys: KeySets) -> Mapping[str, Any]:
    key_id = jwt.get_unverified_header(token).get("kid")
    jwk = keys(issuer.keys_url, key_id) if isinstance(key_id, str) else None
    if jwk is None:
        raise WorkflowTokenRefusedError(f"The token is signed with the key {key_id!r}, which its issuer does not have.")
    try:
        claims: dict[str, Any] = jwt.decode(token, _key(jwk), algorithms=[issuer.algorithm], options=_NO_CHECKS)
    except jwt.InvalidAlgorithmError as error:
        message = f"The token is not signed with {issuer.algorithm}, as its issuer signs."
        raise WorkflowTokenRefusedError(message) from error
    except jwt.PyJWTError as error:
        raise WorkflowTokenRefusedError("The token's signature is not its issuer's.") from error
    return claims


def _key(jwk: Mapping[str, str]) -> RSAPublicKey:
    """Return a public key for signatures. Raises WorkflowTokenRefusedError for any other kind."""
    try:
        key = jwt.PyJWK({"kty": jwk.get("kty", ""), "n": jwk.get("n", ""), "e": jwk.get("e", "")}, "RS256").key
    except (jwt.PyJWTError, ValueError) as error:
        raise WorkflowTokenRefusedError("The issuer's key cannot be used.") from error
    is_for_this = jwk.get("use", "sig") == "sig" and jwk.get("alg", "RS256") == "RS256"
    if not isinstance(key, RSAPublicKey) or key.key_size < _LEAST_KEY_BITS or not is_for_this:
        message = "The issuer's key is not one for signatures of tokens."
        raise WorkflowTokenRefusedError(message)
    return key


def _require(claims: Mapping[str, Any], audience: str) -> None:
    for name in _REQUIRED:
        if claims.get(name) in (None, ""):
            raise WorkflowTokenRefusedError(f"The token has no claim {name!r}.")
    if claims["aud"] != audience:
        raise _different("aud", wanted=audience, seen=claims["aud"])


def _require_time(claims: Mapping[str, Any], now: datetime) -> None:
    issued, expires = _moment(claims, "iat"), _moment(claims, "exp")
    begins = _moment(claims, "nbf") if "nbf" in claims else issued
    if expires - issued > _LONGEST_LIFE:
        raise _different("exp", wanted=f"at most {_LONGEST_LIFE} after iat", seen=expires.isoformat())
    if now >= expires + _SKEW:
        raise _different("exp", wanted=f"later than {now.isoformat()}", seen=expires.isoformat())
    if max(begins, issued) > now + _SKEW:
        raise _different("nbf", wanted=f"not later than {now.isoformat()}", seen=max(begins, issued).isoformat())


def _moment(claims: Mapping[str, Any], name: str) -> datetime:
    seconds = claims[name]
    try:
        if not isinstance(seconds, bool) and isinstance(seconds, int | float):
            return datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        pass
    raise _different(name, wanted="seconds since 1970", seen=seconds)


def _different(claim: str, *, wanted: str, seen: object) -> WorkflowTokenRefusedError:
    return WorkflowTokenRefusedError(f"The token's claim {claim!r} is {str(seen)[:200]!r}, and wanted is {wanted!r}.")


def _run(issuer: str, claims: Mapping[str, Any]) -> WorkflowRun:
    def text(name: str) -> str:
        return str(claims.get(name) or "")

    return WorkflowRun(
        issuer=issuer,
        token_id=text("jti"),
        repository=text("repository"),
        repository_id=text("repository_id"),
        workflow_ref=text("job_workflow_ref"),
        ref=text("ref"),
        event=text("event_name"),
        environment=text("environment"),
        run_id=text("run_id"),
        run_attempt=text("run_attempt"),
        commit=text("sha"),
    )

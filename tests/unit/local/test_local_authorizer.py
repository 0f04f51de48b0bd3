"""The authorizer lets in what API Gateway's would, and nothing else."""

from __future__ import annotations

import base64
import hmac
import json
import time
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from local.authorizer import Authorizer, ScopeMissingError, UnauthorizedError
from local.tokens import CLIENT_ID, ISSUER, LIFETIME_SECONDS, PEOPLE, key_set, signing_key, write_people

if TYPE_CHECKING:
    from pathlib import Path

    from local.tokens import SigningKey

PUBLISH = "standfast/publish"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("data"))


@pytest.fixture
def authorizer(key: SigningKey) -> Authorizer:
    return Authorizer(key.private_key.public_key(), key.key_id)


def token(key: SigningKey, *, headers: dict[str, Any] | None = None, **claims: Any) -> str:  # noqa: ANN401
    now = int(time.time())
    every = {
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "exp": now + 60,
        "iat": now,
        "sub": "me",
        "scope": PUBLISH,
        **claims,
    }
    kept = {name: value for name, value in every.items() if value is not None}
    return jwt.encode(kept, key.private_key, algorithm="RS256", headers={"kid": key.key_id, **(headers or {})})


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def admit(authorizer: Authorizer, encoded: str, *scopes: str) -> dict[str, Any]:
    admitted: dict[str, Any] = authorizer.admit(f"Bearer {encoded}", scopes)["jwt"]
    return admitted


@pytest.mark.parametrize("kind", ["Bearer ", "bearer ", "BEARER  ", ""])
def test_a_good_token_is_let_in(authorizer: Authorizer, key: SigningKey, kind: str) -> None:
    admitted = authorizer.admit(kind + token(key), (PUBLISH,))["jwt"]
    assert admitted["claims"]["sub"] == "me"
    assert admitted["scopes"] == [PUBLISH]


def test_claims_are_written_as_api_gateway_writes_them(authorizer: Authorizer, key: SigningKey) -> None:
    groups: dict[str, Any] = {"cognito:groups": ["developers", "reviewers"]}
    claims = admit(authorizer, token(key, exp=99999999999, verified=True, **groups))["claims"]
    assert claims["cognito:groups"] == "[developers reviewers]"
    assert claims["exp"] == "99999999999"
    assert claims["verified"] == "true"


def test_one_of_the_scopes_of_a_route_suffices(authorizer: Authorizer, key: SigningKey) -> None:
    assert admit(authorizer, token(key), "standfast/review", PUBLISH)
    assert admit(authorizer, token(key, scope=None))["scopes"] is None


@pytest.mark.parametrize("scope", ["standfast/review", "standfast/publishing", "", None])
def test_a_token_without_the_scope_is_refused_by_name(
    authorizer: Authorizer, key: SigningKey, scope: str | None
) -> None:
    with pytest.raises(ScopeMissingError) as refusal:
        admit(authorizer, token(key, scope=scope), PUBLISH)
    assert 'error="insufficient_scope"' in refusal.value.challenge


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"nbf": int(time.time()) + 86400},
        {"iat": int(time.time()) + 86400},
        {"iss": "https://standfast.local/others"},
        {"iss": None},
        {"client_id": "another"},
        {"client_id": None},
        {"aud": "another"},
        {"aud": []},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(authorizer: Authorizer, key: SigningKey, claims: dict[str, Any]) -> None:
    with pytest.raises(UnauthorizedError):
        admit(authorizer, token(key, **claims))


@pytest.mark.parametrize("audience", [CLIENT_ID, ["another", CLIENT_ID]])
def test_a_token_for_this_audience_is_let_in(authorizer: Authorizer, key: SigningKey, audience: Any) -> None:  # noqa: ANN401
    assert admit(authorizer, token(key, aud=audience, client_id="another"))


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a.b", "Bearer a b c", "x.y.z"]
)
def test_what_is_no_token_is_refused(authorizer: Authorizer, header: str) -> None:
    with pytest.raises(UnauthorizedError) as refusal:
        authorizer.admit(header, ())
    assert refusal.value.challenge.startswith("Bearer")


def test_a_token_of_another_key_is_refused(authorizer: Authorizer, key: SigningKey) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    claims = {"iss": ISSUER, "client_id": CLIENT_ID, "exp": int(time.time()) + 60}
    forged = jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": key.key_id})
    with pytest.raises(UnauthorizedError):
        admit(authorizer, forged)
    with pytest.raises(UnauthorizedError):
        admit(authorizer, token(key, headers={"kid": "another"}))


def test_a_token_that_is_not_signed_is_refused(authorizer: Authorizer, key: SigningKey) -> None:
    header, payload, signature = token(key).split(".")
    for algorithm in ("none", "None", "RS512", "HS256"):
        forged = (
            base64.urlsafe_b64encode(json.dumps({"alg": algorithm, "kid": key.key_id}).encode()).decode().rstrip("=")
        )
        for end in ("", signature):
            with pytest.raises(UnauthorizedError):
                admit(authorizer, f"{forged}.{payload}.{end}")
    with pytest.raises(UnauthorizedError):
        admit(authorizer, f"{header}.{payload}.{signature[:-6]}AAAAAA")


def test_the_public_key_is_no_shared_secret(authorizer: Authorizer, key: SigningKey) -> None:
    public = key.private_key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    # By hand: PyJWT itself refuses to sign so.
    parts = ({"alg": "HS256", "kid": key.key_id}, {"iss": ISSUER, "client_id": CLIENT_ID, "exp": 99999999999})
    signed = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    with pytest.raises(UnauthorizedError):
        admit(authorizer, f"{signed}.{encoded(hmac.digest(public, signed.encode(), 'sha256'))}")


# ------------------------------------------------------------------------------------------------------------ tokens


def test_everybody_gets_a_token_with_the_scopes_and_groups_of_theirs(
    tmp_path: Path, key: SigningKey, authorizer: Authorizer
) -> None:
    tokens = json.loads(write_people(tmp_path, key).read_text())
    people = {"developer", "developer2", "reviewer", "reviewer2", "operator", "plus", "nobody"}
    assert tokens.keys() == PEOPLE.keys() == people
    seen = {name: admit(authorizer, each)["claims"] for name, each in tokens.items()}
    assert {name: claims.get("cognito:groups") for name, claims in seen.items()} == {
        "developer": "[developers]",
        "developer2": "[developers]",
        "reviewer": "[reviewers]",
        "reviewer2": "[reviewers]",
        "operator": "[operators]",
        "plus": "[plus]",
        "nobody": None,
    }
    assert seen["developer"]["scope"] == "standfast/publish standfast/use"
    assert seen["reviewer"]["scope"] == "standfast/review standfast/use"
    assert seen["operator"]["scope"] == "standfast/operate standfast/use"
    assert seen["plus"]["scope"] == seen["nobody"]["scope"] == "standfast/use"
    assert {claims["token_use"] for claims in seen.values()} == {"access"}


def test_a_token_is_good_for_twelve_hours(key: SigningKey) -> None:
    claims = jwt.decode(key.issue("me", "plus", now=1000), options={"verify_signature": False})
    assert (claims["iat"], claims["exp"]) == (1000, 1000 + LIFETIME_SECONDS)
    assert LIFETIME_SECONDS == 12 * 3600


def test_keys_and_tokens_are_for_their_owner_alone(tmp_path: Path) -> None:
    write_people(tmp_path, signing_key(tmp_path))
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    assert {path.name for path in tmp_path.iterdir()} == {"signing-key.pem", "jwks.json", "tokens.json"}


def test_a_directory_keeps_its_key(tmp_path: Path) -> None:
    assert signing_key(tmp_path).key_id == signing_key(tmp_path).key_id


def test_the_key_set_holds_the_public_key(key: SigningKey) -> None:
    (published,) = key_set(key.private_key.public_key())["keys"]
    assert published["kid"] == key.key_id
    assert jwt.PyJWK(published).key.public_numbers() == key.private_key.public_key().public_numbers()
    assert not {"d", "p", "q"} & published.keys()

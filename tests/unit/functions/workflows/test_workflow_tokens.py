"""Tokens of CI workflows: the good one, and every way in which one can be bad."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from shared.domain.errors import UnavailableError, WorkflowTokenRefusedError
from shared.edge.workflow_tokens import read_token
from shared.fetching.key_sets import FetchedKeySets
from tests.unit.functions.workflows.issuers import KEY_ID, REPOSITORY, CiService, jwk_of, new_key

if TYPE_CHECKING:
    from shared.domain.publishers import WorkflowRun

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
STORE = "https://plugins.example.com"


@pytest.fixture(scope="module")
def signer() -> CiService:
    return CiService()


@pytest.fixture
def service(signer: CiService) -> CiService:
    """A service with the module's key pair, and nothing done to it yet."""
    signer.published = [jwk_of(signer.key, KEY_ID)]
    signer.is_down = False
    signer.fetches = 0
    return signer


def read(service: CiService, authorization: str, *, now: datetime = NOW) -> WorkflowRun:
    return read_token(authorization, audience=STORE, keys=FetchedKeySets(service, lambda: now), now=now)


def refused(service: CiService, authorization: str) -> str:
    with pytest.raises(WorkflowTokenRefusedError) as refusal:
        read(service, authorization)
    return str(refusal.value)


def test_a_good_token_tells_of_its_run(service: CiService) -> None:
    run = read(service, service.sign(service.claims(STORE, NOW, environment="store")))
    assert (run.issuer, run.repository, run.repository_id, run.environment) == ("github", REPOSITORY, "4711", "store")
    assert run.subject == "workflow:github:octo/todo"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"aud": "https://other.example.com"}, f"claim 'aud' is 'https://other.example.com', and wanted is '{STORE}'"),
        ({"aud": [STORE, "https://other.example.com"]}, "claim 'aud'"),
        ({"aud": None}, "no claim 'aud'"),
        ({"iss": "https://evil.example"}, "claim 'iss' is 'https://evil.example'"),
        ({"iss": f"{'https://token.actions.githubusercontent.com'}/"}, "claim 'iss'"),
        ({"iss": None}, "claim 'iss'"),
        ({"exp": int(NOW.timestamp()) - 61}, "claim 'exp'"),
        ({"exp": int((NOW + timedelta(hours=2)).timestamp())}, "claim 'exp'"),
        ({"exp": "soon"}, "claim 'exp' is 'soon', and wanted is 'seconds since 1970'"),
        ({"exp": 10**30}, "claim 'exp'"),
        ({"nbf": int(NOW.timestamp()) + 120}, "claim 'nbf'"),
        ({"iat": int(NOW.timestamp()) + 120, "nbf": None}, "claim 'nbf'"),
        ({"jti": None}, "no claim 'jti'"),
        ({"jti": ""}, "no claim 'jti'"),
        ({"repository_id": None}, "no claim 'repository_id'"),
        ({"job_workflow_ref": None}, "no claim 'job_workflow_ref'"),
    ],
)
def test_a_claim_that_is_not_right_is_named_with_what_is_wanted(
    service: CiService, changes: dict[str, object], told: str
) -> None:
    assert told in refused(service, service.sign(service.claims(STORE, NOW, **changes)))


def test_clocks_may_differ_by_a_minute(service: CiService) -> None:
    moment = int(NOW.timestamp())
    late = service.claims(STORE, NOW, exp=moment - 59, iat=moment - 300, nbf=moment - 300)
    early = service.claims(STORE, NOW, iat=moment + 59, nbf=moment + 59)
    assert read(service, service.sign(late)).token_id == read(service, service.sign(early)).token_id


def test_a_token_without_a_signature_is_refused(service: CiService) -> None:
    unsigned = jwt.encode(service.claims(STORE, NOW), "", algorithm="none", headers={"kid": KEY_ID})
    assert "not signed with RS256" in refused(service, f"Bearer {unsigned}")


def test_the_public_key_is_no_shared_secret(service: CiService) -> None:
    # The classic: HS256 with the public key's own text as the secret (RFC 8725, 2.1).
    text = service.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    header = {"alg": "HS256", "typ": "JWT", "kid": KEY_ID}
    signed = ".".join(_part(json.dumps(each).encode()) for each in (header, service.claims(STORE, NOW)))
    signature = hmac.digest(text, signed.encode(), hashlib.sha256)
    assert "not signed with RS256" in refused(service, f"Bearer {signed}.{_part(signature)}")


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def test_another_algorithm_of_the_right_key_is_refused(service: CiService) -> None:
    assert "not signed with RS256" in refused(service, service.sign(service.claims(STORE, NOW), algorithm="RS512"))


def test_a_key_of_ones_own_under_the_issuers_key_id_is_refused(service: CiService) -> None:
    assert "signature is not its issuer's" in refused(
        service, service.sign(service.claims(STORE, NOW), key=new_key(), key_id=KEY_ID)
    )


def test_a_key_that_the_token_brings_along_counts_for_nothing(service: CiService) -> None:
    own = new_key()
    headers = {
        "kid": "mine",
        "jwk": jwk_of(own, "mine"),
        "jku": "https://evil.example/jwks",
        "x5u": "https://evil.example",
    }
    token = jwt.encode(service.claims(STORE, NOW), own, algorithm="RS256", headers=headers)
    assert "key 'mine', which its issuer does not have" in refused(service, f"Bearer {token}")


def test_two_keys_of_one_id_are_no_key(service: CiService) -> None:
    service.published.append(jwk_of(new_key(), KEY_ID))
    assert "does not have" in refused(service, service.sign(service.claims(STORE, NOW)))


@pytest.mark.parametrize("change", [{"kty": "oct"}, {"use": "enc"}, {"alg": "RS512"}, {"n": "AQAB"}, {"n": ""}])
def test_a_key_that_is_not_for_this_is_not_used(service: CiService, change: dict[str, str]) -> None:
    service.published[0] |= change
    assert "key" in refused(service, service.sign(service.claims(STORE, NOW)))


def test_a_short_key_is_not_used(service: CiService) -> None:
    short = new_key(1024)
    service.published = [jwk_of(short, KEY_ID)]
    with pytest.warns(jwt.InsecureKeyLengthWarning):
        token = service.sign(service.claims(STORE, NOW), key=short)
    assert "not one for signatures" in refused(service, token)


def test_a_changed_claim_breaks_the_signature(service: CiService) -> None:
    header, _, signature = service.sign(service.claims(STORE, NOW)).removeprefix("Bearer ").split(".")
    other = _part(json.dumps(service.claims(STORE, NOW, repository="evil/todo")).encode())
    assert "signature is not its issuer's" in refused(service, f"Bearer {header}.{other}.{signature}")


@pytest.mark.parametrize(
    "authorization", ["", "Bearer", "Basic abc", "Bearer a.b", "Bearer " + "x" * 20_000, "Bearer \u00e9.é.é"]
)
def test_what_is_no_token_is_refused(service: CiService, authorization: str) -> None:
    assert refused(service, authorization)
    assert service.fetches == 0


def test_nothing_is_fetched_for_a_token_of_somebody_else(service: CiService) -> None:
    refused(service, service.sign(service.claims(STORE, NOW, iss="https://evil.example")))
    assert service.fetches == 0


def test_without_keys_nothing_is_decided(service: CiService) -> None:
    service.is_down = True
    with pytest.raises(UnavailableError):
        read(service, service.sign(service.claims(STORE, NOW)))

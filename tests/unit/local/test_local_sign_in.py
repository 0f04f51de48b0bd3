"""The sign-in page of one machine: for whom it is there, and what it gives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest

from functions.console.login import challenge
from local.authorizer import Authorizer, UnauthorizedError
from local.events import HttpRequest
from local.sign_in import DUTIES, SignInPages
from local.tokens import CLIENT_ID, PEOPLE, SCOPES, SigningKey, signing_key

if TYPE_CHECKING:
    from local.events import HttpAnswer

HERE = "http://127.0.0.1:8080"
VERIFIER = "v" * 43
WISH = {
    "client_id": CLIENT_ID,
    "response_type": "code",
    "redirect_uri": f"{HERE}/console/signed-in",
    "state": "state-1",
    "code_challenge": challenge(VERIFIER),
    "code_challenge_method": "S256",
}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return signing_key(tmp_path_factory.mktemp("data"))


@pytest.fixture
def pages(key: SigningKey) -> SignInPages:
    return SignInPages(key, HERE)


def ask(pages: SignInPages, wish: dict[str, str], path: str = "/oauth2/authorize", **headers: str) -> HttpAnswer:
    """Ask for a page."""
    told = {"host": "127.0.0.1:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
    return answered(pages, HttpRequest("GET", path, urlencode(wish), told, b"", "127.0.0.1", "HTTP/1.1"))


def post(pages: SignInPages, path: str, fields: dict[str, str], **headers: str) -> HttpAnswer:
    """Send a form."""
    told = {"host": "127.0.0.1:8080", **{name.replace("_", "-"): value for name, value in headers.items()}}
    body = urlencode(fields).encode()
    return answered(pages, HttpRequest("POST", path, "", told, body, "127.0.0.1", "HTTP/1.1"))


def choose(pages: SignInPages, subject: str = "reviewer", **changes: str) -> HttpAnswer:
    """Click on somebody."""
    return post(pages, "/oauth2/authorize", {**WISH, "subject": subject, **changes})


def answered(pages: SignInPages, request: HttpRequest) -> HttpAnswer:
    answer = pages(request)
    assert answer
    return answer


def code_of(answer: HttpAnswer) -> str:
    return parse_qs(urlsplit(dict(answer.headers)["location"]).query)["code"][0]


def traded(pages: SignInPages, code: str, **changes: str) -> HttpAnswer:
    """Trade a code for tokens."""
    asked = {
        "client_id": CLIENT_ID,
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": WISH["redirect_uri"],
        "code_verifier": VERIFIER,
    }
    return post(pages, "/oauth2/token", asked | changes)


def renewed(pages: SignInPages, token: str) -> HttpAnswer:
    asked = {"client_id": CLIENT_ID, "grant_type": "refresh_token", "refresh_token": token}
    return post(pages, "/oauth2/token", asked)


def test_other_addresses_are_not_its_business(pages: SignInPages) -> None:
    assert pages(HttpRequest("GET", "/catalog", "", {}, b"", "127.0.0.1", "HTTP/1.1")) is None


def test_everybody_of_this_machine_is_offered_with_what_they_do(pages: SignInPages) -> None:
    page = ask(pages, WISH).body.decode()
    assert all(f"Sign in as {name}" in page for name in PEOPLE)
    assert set(DUTIES) == set(SCOPES)


def test_a_choice_leads_back_with_a_code_and_the_state(pages: SignInPages) -> None:
    answer = choose(pages)
    location = dict(answer.headers)["location"]
    assert answer.status == 303
    assert location.startswith(f"{HERE}/console/signed-in?code=")
    assert location.endswith("&state=state-1")


def test_a_code_gives_the_tokens_of_who_was_chosen(pages: SignInPages, key: SigningKey) -> None:
    tokens = json.loads(traded(pages, code_of(choose(pages))).body)
    authorizer = Authorizer(key.private_key.public_key(), key.key_id)
    claims = authorizer.admit(f"Bearer {tokens['access_token']}", ("standfast/review",))["jwt"]["claims"]
    assert (claims["sub"], claims["cognito:groups"]) == ("reviewer", "[reviewers]")
    again = json.loads(renewed(pages, tokens["refresh_token"]).body)["access_token"]
    assert jwt.decode(again, options={"verify_signature": False})["sub"] == "reviewer"


def test_a_refresh_token_opens_no_route(pages: SignInPages, key: SigningKey) -> None:
    tokens = json.loads(traded(pages, code_of(choose(pages))).body)
    authorizer = Authorizer(key.private_key.public_key(), key.key_id)
    with pytest.raises(UnauthorizedError):
        authorizer.admit(f"Bearer {tokens['refresh_token']}", ())


def test_an_access_token_is_no_refresh_token(pages: SignInPages, key: SigningKey) -> None:
    assert renewed(pages, key.issue("reviewer", "reviewers")).status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"code": "guessed"},
        {"code_verifier": "w" * 43},
        {"redirect_uri": f"{HERE}/elsewhere"},
        {"client_id": "another"},
        {"grant_type": "password"},
    ],
)
def test_a_code_is_good_for_what_it_was_given_for_alone(pages: SignInPages, changes: dict[str, str]) -> None:
    assert traded(pages, **{"code": code_of(choose(pages)), **changes}).status == 400


def test_a_code_is_good_once(pages: SignInPages) -> None:
    code = code_of(choose(pages))
    assert [traded(pages, code).status for _ in range(2)] == [200, 400]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://evil.example/"},
        {"redirect_uri": "http://127.0.0.1.evil.example/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": ""},
        {"client_id": "another"},
        {"code_challenge": ""},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
    ],
)
def test_a_sign_in_that_could_be_misused_is_refused(pages: SignInPages, changes: dict[str, str]) -> None:
    assert ask(pages, WISH | changes).status == 400
    assert choose(pages, **changes).status == 400


def test_a_program_on_this_machine_may_ask_too(pages: SignInPages) -> None:
    assert ask(pages, WISH | {"redirect_uri": "http://localhost:8910/callback"}).status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "192.0.2.1:8080"},
        {"x_forwarded_for": "192.0.2.1"},
        {"forwarded": "for=192.0.2.1"},
        {"via": "1.1 proxy"},
    ],
)
def test_nobody_from_elsewhere_signs_in_by_a_click(pages: SignInPages, headers: dict[str, str]) -> None:
    assert b"Sign in as" not in ask(pages, WISH, **headers).body
    assert post(pages, "/oauth2/authorize", {**WISH, "subject": "reviewer"}, **headers).status == 400


def test_nobody_on_the_network_signs_in_by_a_click_whatever_host_they_name(pages: SignInPages) -> None:
    body = urlencode({**WISH, "subject": "reviewer"}).encode()
    told = {"host": "127.0.0.1:8080"}
    request = HttpRequest("POST", "/oauth2/authorize", "", told, body, "192.0.2.1", "HTTP/1.1")
    assert answered(pages, request).status == 400


def test_a_store_with_a_public_address_has_no_click_for_anybody(key: SigningKey) -> None:
    public = SignInPages(key, "https://plugins.example.com")
    wish = WISH | {"redirect_uri": "https://plugins.example.com/console/signed-in"}
    shown = ask(public, wish)
    assert (shown.status, b"Sign in as" in shown.body) == (200, False)
    assert post(public, "/oauth2/authorize", {**wish, "subject": "reviewer"}).status == 400


def test_a_token_signs_in_wherever_it_is_pasted(pages: SignInPages, key: SigningKey) -> None:
    token = key.issue("ada", "developers")
    answer = post(pages, "/oauth2/authorize", {**WISH, "token": token}, host="evil.example")
    assert json.loads(traded(pages, code_of(answer)).body)["access_token"] == token


def test_a_token_that_is_not_good_signs_nobody_in(pages: SignInPages, key: SigningKey) -> None:
    answer = choose(pages, token=key.issue("ada", "developers", now=0))
    assert (answer.status, b"The token is not good" in answer.body) == (400, True)


def test_a_sign_out_leads_back_and_nowhere_else(pages: SignInPages) -> None:
    assert dict(ask(pages, {"logout_uri": f"{HERE}/"}, "/logout").headers)["location"] == f"{HERE}/"
    assert ask(pages, {"logout_uri": "https://evil.example/"}, "/logout").status == 400


def test_what_the_sign_in_was_asked_is_escaped(pages: SignInPages) -> None:
    page = ask(pages, WISH | {"state": '"><script>alert(1)</script>'}).body.decode()
    assert "<script>" not in page

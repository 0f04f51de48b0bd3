"""The session in the browser's cookies, and what its forms carry."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.console.session import Cookies, SignIn, Tokens, new_session, person_of

GROUPS_OF_ANOTHER_FORM: dict[str, Any] = {"cognito:groups": 5}
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
SAFE, PLAIN = Cookies("https://plugins.example.com"), Cookies("http://127.0.0.1:8080")


def token(ends: datetime = NOON + timedelta(hours=1), **claims: object) -> str:
    """Return an access token, which nobody signed."""
    document = {"sub": "s-1", "username": "ada", "cognito:groups": ["developers"], "exp": int(ends.timestamp())}
    payload = base64.urlsafe_b64encode(json.dumps(document | claims).encode()).decode().rstrip("=")
    return f"e30.{payload}.c2ln"


def sent(*cookies: str) -> dict[str, str]:
    """Return cookies as a browser sends them back."""
    return dict(cookie.partition(";")[0].split("=", 1) for cookie in cookies)


def test_a_session_comes_back_as_it_was_kept() -> None:
    session = new_session(b"k" * 16, Tokens(token(), "refresh"))
    assert session
    assert SAFE.session(sent(*SAFE.keep(session))) == session


def test_over_https_a_cookie_is_for_this_host_alone_and_never_sent_in_the_clear() -> None:
    session = new_session(b"k" * 16, Tokens(token(), "refresh"))
    assert session
    for cookie in (*SAFE.keep(session), SAFE.keep_sign_in(SignIn("s", "v", "/")), *SAFE.forget()):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_on_loopback_the_names_say_that_nothing_protects_them_on_the_way() -> None:
    cookie = PLAIN.keep_sign_in(SignIn("s", "v", "/"))
    assert "__Host-" not in cookie
    assert "Secure" not in cookie
    assert "HttpOnly" in cookie


def test_a_cookie_of_plain_http_is_no_session_over_https() -> None:
    session = new_session(b"k" * 16, Tokens(token(), ""))
    assert session
    assert SAFE.session(sent(*PLAIN.keep(session))) is None


def test_a_sign_in_ends_by_itself_after_a_while() -> None:
    assert "Max-Age=600" in SAFE.keep_sign_in(SignIn("s", "v", "/"))


def test_a_sign_in_comes_back_as_it_was_kept() -> None:
    begun = SignIn("state", "verifier", "/console/plugins?cursor=é")
    assert SAFE.sign_in(sent(SAFE.keep_sign_in(begun))) == begun


def test_rubbish_is_no_sign_in() -> None:
    for rubbish in ("", "%", "e30", "bnVsbA", "W10"):
        assert SAFE.sign_in({"__Host-standfast-sign-in": rubbish}) is None


def test_a_form_token_is_that_of_its_session_alone() -> None:
    one, other = (new_session(key * 16, Tokens(token(), "")) for key in (b"a", b"b"))
    assert one
    assert other
    assert one.owns(one.form_token)
    assert not one.owns(other.form_token)
    assert not one.owns("")
    assert not one.owns("ü")


def test_a_form_token_outlives_a_renewal() -> None:
    session = new_session(b"a" * 16, Tokens(token(), "refresh"))
    assert session
    renewed = session.renewed(Tokens(token(NOON + timedelta(hours=2)), ""))
    assert renewed
    assert renewed.form_token == session.form_token
    assert renewed.tokens.refresh == "refresh"


def test_a_form_token_tells_nothing_of_the_access_token() -> None:
    one, other = (new_session(b"a" * 16, Tokens(token(sub=sub), "")) for sub in ("x", "y"))
    assert one
    assert other
    assert one.form_token == other.form_token


def test_a_session_has_ended_a_little_before_its_token() -> None:
    session = new_session(b"a" * 16, Tokens(token(NOON), ""))
    assert session
    assert not session.has_ended(NOON - timedelta(minutes=1))
    assert session.has_ended(NOON - timedelta(seconds=30))


def test_the_person_is_read_from_the_token() -> None:
    person = person_of(token())
    assert person
    assert (person.subject, person.name, person.is_in("developers"), person.is_in("reviewers")) == (
        "s-1",
        "ada",
        True,
        False,
    )


def test_a_token_that_cannot_be_read_is_nobodys() -> None:
    for text in (
        "",
        "a",
        "a.b",
        "a.bnVsbA.c",
        "a.W10.c",
        token(exp="soon"),
        token(exp=10**20),
        token(**GROUPS_OF_ANOTHER_FORM),
    ):
        assert person_of(text) is None

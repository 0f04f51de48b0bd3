"""Signing in and out: the code flow, the cookies, and that it leads nowhere else."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from local.tokens import PEOPLE
from tests.integration.console_browser import BASE_URL, Browser, PagedStore, paged_store, query_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration.console_browser import Sight


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagedStore]:
    with paged_store(tmp_path_factory.mktemp("data")) as opened:
        yield opened


def begun(browser: Browser, to: str = "/") -> tuple[str, dict[str, str]]:
    """Begin a sign-in, and return the address that it leads to, and its query."""
    sight = browser.look("GET", f"/console/sign-in?next={to}", {})
    assert sight.status == 303
    address = sight.headers["location"]
    return address, query_of(address)


def test_signing_in_comes_back_to_the_page_that_asked_for_it(shop: PagedStore) -> None:
    browser = shop.browser()
    assert browser.get("/console/plugins").title == "Sign in"
    sight = browser.sign_in("developer", "/console/plugins?cursor=")
    assert (sight.status, sight.address, sight.title) == (200, "/console/plugins?cursor=", "My plugins")


def test_a_sign_in_asks_for_a_code_with_a_challenge_and_a_state(shop: PagedStore) -> None:
    _, query = begun(shop.browser())
    assert query["response_type"] == "code"
    assert query["code_challenge_method"] == "S256"
    assert len(query["code_challenge"]) == 43
    assert len(query["state"]) >= 22
    assert query["redirect_uri"] == f"{BASE_URL}/console/signed-in"


def test_two_sign_ins_share_neither_state_nor_challenge(shop: PagedStore) -> None:
    first, second = (begun(shop.browser())[1] for _ in range(2))
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_the_session_is_kept_from_scripts_and_from_other_sites(shop: PagedStore) -> None:
    browser = shop.browser()
    sight = browser.get("/console/sign-in").send("Sign in as developer")
    assert sight.status == 200
    cookies = browser.look("GET", "/console/sign-in", {}).set_cookies
    assert all("HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie for cookie in cookies)
    assert set(browser.cookies) == {"standfast-session", "standfast-refresh", "standfast-sign-in"}


def test_the_answer_of_a_sign_in_that_was_not_begun_here_signs_nobody_in(shop: PagedStore) -> None:
    victim, attacker = shop.browser(), shop.browser()
    address, _ = begun(attacker)
    answer = attacker.get(address)
    back = attacker.send("/oauth2/authorize", {**_fields(answer), "subject": "developer"}).headers["location"]
    sight = victim.get(back)
    assert (sight.status, sight.title) == (400, "You are not signed in")
    assert "standfast-session" not in victim.cookies


def test_an_answer_with_another_state_signs_nobody_in(shop: PagedStore) -> None:
    browser = shop.browser()
    address, _ = begun(browser)
    back = browser.send("/oauth2/authorize", {**_fields(browser.get(address)), "subject": "developer"})
    code = query_of(back.headers["location"])["code"]
    sight = browser.get(f"/console/signed-in?code={code}&state=other")
    assert (sight.status, sight.title) == (400, "You are not signed in")
    assert "standfast-session" not in browser.cookies


def test_a_code_is_good_once(shop: PagedStore) -> None:
    browser = shop.browser()
    address, query = begun(browser)
    back = browser.send("/oauth2/authorize", {**_fields(browser.get(address)), "subject": "developer"})
    code = query_of(back.headers["location"])["code"]
    kept = dict(browser.cookies)
    assert browser.look("GET", f"/console/signed-in?code={code}&state={query['state']}", {}).status == 303
    browser.cookies = kept
    sight = browser.get(f"/console/signed-in?code={code}&state={query['state']}")
    assert (sight.status, "invalid_grant" in sight.words) == (400, True)


def test_whoever_breaks_the_sign_in_off_is_told_so(shop: PagedStore) -> None:
    browser = shop.browser()
    _, query = begun(browser)
    sight = browser.get(f"/console/signed-in?error=access_denied&state={query['state']}")
    assert (sight.status, sight.title) == (400, "You are not signed in")


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/console/",
        "/\\evil.example",
        "/console/\\..\\evil",
        "/%5Cevil.example",
        "javascript:alert(1)",
        "/oauth2/authorize",
        "/console/\n/evil",
        "/console" + "x" * 2000,
    ],
)
def test_a_sign_in_leads_nowhere_but_to_our_own_pages(shop: PagedStore, elsewhere: str) -> None:
    sight = shop.browser().sign_in("developer", elsewhere)
    assert (sight.status, sight.address) == (200, "/")


def test_a_session_whose_token_is_over_is_renewed_unseen(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    _age(shop, browser)
    before = browser.cookies["standfast-session"]
    sight = browser.get("/console/plugins")
    assert (sight.status, sight.title) == (200, "My plugins")
    assert browser.cookies["standfast-session"] != before


def test_a_form_of_before_the_renewal_still_counts(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    page = browser.get("/console/submit")
    _age(shop, browser)
    browser.get("/console/plugins")
    assert page.send("Submit", manifest_url="https://todo.example.com/m.json").title == "Version 1"


def test_a_session_that_ended_says_so_and_comes_back_to_where_it_was(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    _age(shop, browser)
    del browser.cookies["standfast-refresh"]
    sight = browser.get("/console/submit")
    assert (sight.status, sight.title) == (401, "Your session has ended")
    assert "standfast-session" not in browser.cookies
    signed = sight.browser.get(_of_main(sight, "Sign in")).send("Sign in as developer")
    assert signed.title == "Submit a plugin"


def test_a_form_sent_after_the_session_ended_does_nothing_and_leads_back_to_itself(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    page = browser.get("/console/submit")
    before = shop.call("GET", "/v1/plugins", who="developer").json["items"]
    _age(shop, browser)
    del browser.cookies["standfast-refresh"]
    sight = page.send("Submit", manifest_url="https://lost.example.com/m.json")
    assert (sight.status, "nothing was done" in sight.words) == (401, True)
    assert query_of(_of_main(sight, "Sign in"))["next"] == "/console/submit"
    assert shop.call("GET", "/v1/plugins", who="developer").json["items"] == before


def test_a_forged_session_shows_nobodys_plugins(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    key, _, token = browser.cookies["standfast-session"].partition(".")
    header, payload, _ = token.split(".")
    browser.cookies = {"standfast-session": f"{key}.{header}.{payload}.c2lnbmF0dXJl"}
    sight = browser.get("/console/plugins")
    assert (sight.status, sight.title) == (401, "Your session has ended")


@pytest.mark.parametrize("rubbish", ["", ".", "k", "k.", "k.a.b.c", ".a.b.c", "k.e30.e30.e30", "k.\xff"])
def test_a_cookie_that_is_no_session_is_nobodys(shop: PagedStore, rubbish: str) -> None:
    browser = shop.browser()
    browser.cookies["standfast-session"] = rubbish
    assert browser.get("/console/plugins").title == "Sign in"


def test_signing_out_ends_the_session_and_leads_home(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    sight = browser.get("/console/plugins").send("Sign out")
    assert (sight.status, sight.address) == (200, "/")
    assert not {"standfast-session", "standfast-refresh"} & set(browser.cookies)


def test_another_site_can_sign_nobody_out(shop: PagedStore) -> None:
    browser = shop.browser("developer")
    assert (
        browser.send("/console/sign-out", {}, origin="https://evil.example", sec_fetch_site="cross-site").status == 403
    )
    assert "standfast-session" in browser.cookies


def test_a_sign_in_begins_on_the_host_that_its_cookies_are_for(shop: PagedStore) -> None:
    sight = shop.browser().look("GET", "/console/sign-in?next=/console/submit", {"host": "localhost:8080"})
    assert sight.headers["location"] == f"{BASE_URL}/console/sign-in?next=%2Fconsole%2Fsubmit"


def _age(shop: PagedStore, browser: Browser) -> None:
    """Let the access token of a session be over."""
    key, _, _ = browser.cookies["standfast-session"].partition(".")
    old = shop.key.issue("developer", PEOPLE["developer"], now=time.time() - 13 * 60 * 60)
    browser.cookies["standfast-session"] = f"{key}.{old}"


def _of_main(sight: Sight, text: str) -> str:
    (found,) = [each for each in sight.every("main a") if each.text(strip=True) == text]
    return str(found.attributes["href"])


def _fields(sight: Sight) -> dict[str, str]:
    form = sight.form("Sign in as developer")
    return {str(each.attributes["name"]): each.attributes["value"] or "" for each in form.css("input")}

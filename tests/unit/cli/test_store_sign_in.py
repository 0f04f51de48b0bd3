"""Signing in: by the browser, by pasting, by a token; where tokens are kept, and how they are renewed."""

from __future__ import annotations

import json
import stat
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from cli.store.errors import UnreachableError
from cli.store.profiles import Profile, Profiles
from cli.store.sign_in import Attempt, Pages
from cli.store.transport import Answer
from cli.store.vault import KeyringRefusedError, Tokens, Vault
from local.tokens import signing_key
from tests.unit.cli.shops import ORIGIN, Shop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.unit.cli.shops import Person


class Ring:
    """A keyring in memory, which may refuse."""

    def __init__(self, *, refuses: bool = False) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.refuses = refuses

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.refuses:
            raise KeyringRefusedError
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def stranger(shop: Shop, tmp_path: Path) -> Person:
    """Somebody who has not signed in yet."""
    return shop.person("", tmp_path / "config")


def with_ring(person: Person, ring: Ring) -> Person:
    return replace(person, world=replace(person.world, keyring=lambda: ring))


def by_hand(shop: Shop, url: str, name: str) -> str:
    """Choose somebody on the sign-in page, as a person with a browser does, and return where that leads."""
    asked = {key: values[0] for key, values in parse_qs(urlsplit(url).query).items()}
    form = urlencode({**asked, "subject": name}).encode()
    answer = shop.send("POST", f"{ORIGIN}/oauth2/authorize", headers={}, body=form)
    assert answer.status == 303, answer.body
    return answer.headers["location"]


def pasting(shop: Shop, person: Person, name: str) -> tuple[int, str]:
    """Sign in without a browser on this machine: the address that it ended at is typed in."""
    # The attempt's own secrets are drawn here, so that the address can be known before it is asked for.
    fixed = replace(person, world=replace(person.world, draw_secret=lambda: "s" * 64))
    pages = fixed.world.send("GET", f"{ORIGIN}/v1/sign-in", headers={}, body=None)
    found = json.loads(pages.body)
    told = Pages(found["authorization_endpoint"], found["token_endpoint"], found["client_id"], tuple(found["scopes"]))
    address = by_hand(shop, Attempt(told, "s" * 64, "s" * 64).url, name)
    ended = fixed.run("login", "--no-browser", typed=f"{address}\n")
    return ended.status, ended.out + ended.err


def test_somebody_signs_in_and_is_known_from_then_on(shop: Shop, stranger: Person) -> None:
    assert stranger.run("list").status == 4
    status, said = pasting(shop, stranger, "developer")
    assert status == 0, said
    assert "there is no keyring that takes it" in said
    person = stranger.with_environment(STANDFAST_STORE="")
    assert person.run("list").status == 0
    assert json.loads(person.run("whoami", "--json").out)["subject"] == "developer"


def test_a_sign_in_that_leads_back_with_another_state_is_refused(stranger: Person) -> None:
    ended = stranger.run("login", "--no-browser", typed="http://localhost:8910/callback?code=abc&state=other\n")
    assert ended.status == 4
    assert "belongs to another sign-in" in ended.err


def test_a_token_of_a_file_is_read_from_it_each_time(shop: Shop, stranger: Person, tmp_path: Path) -> None:
    assert stranger.run("login", "--data-dir", shop.data, "--as", "reviewer").status == 0
    assert not [path for path in (tmp_path / "config").iterdir() if "eyJ" in path.read_text()]
    assert stranger.run("queue").status == 0
    shop.tokens_file.write_text(json.dumps({"reviewer": shop.tokens["developer"]}))
    assert stranger.run("queue").status == 4
    shop.tokens_file.unlink()
    ended = stranger.run("queue")
    assert (ended.status, "make run" in ended.err) == (4, True)


def test_a_person_who_is_not_there_is_told_who_is(shop: Shop, stranger: Person) -> None:
    ended = stranger.run("login", "--data-dir", shop.data, "--as", "nobody-else")
    assert ended.status == 4
    assert "developer, developer2" in ended.err


def test_a_token_on_the_input_is_taken(shop: Shop, stranger: Person) -> None:
    assert stranger.run("login", "--token-stdin", typed=shop.tokens["developer"]).status == 0
    assert stranger.run("list").status == 0
    assert stranger.run("login", "--token-stdin", typed="").status == 2
    assert stranger.run("login", "--token-stdin", typed="nonsense").status == 4


def test_signing_out_forgets_the_token(shop: Shop, stranger: Person) -> None:
    ring = Ring()
    person = with_ring(stranger, ring)
    assert person.run("login", "--token-stdin", typed=shop.tokens["developer"]).status == 0
    assert len(ring.kept) == 1
    assert "Signed out." in person.run("logout").out
    assert ring.kept == {}
    assert person.run("list").status == 4
    assert "Nobody was signed in." in person.run("logout").out


def test_profiles_are_apart(shop: Shop, stranger: Person) -> None:
    for name in ("developer", "reviewer"):
        stranger.run("login", "--profile", name, "--data-dir", shop.data, "--as", name)
    assert stranger.run("queue", "--profile", "developer").status == 4
    assert stranger.run("queue", "--profile", "reviewer").status == 0
    assert stranger.with_environment(STANDFAST_PROFILE="reviewer").run("queue").status == 0


def test_a_token_never_goes_to_another_store_than_its_own(shop: Shop, stranger: Person) -> None:
    stranger.run("login", "--token-stdin", typed=shop.tokens["developer"])
    shop.requests.clear()
    ended = stranger.run("list", "--store", "https://elsewhere.example.com")
    assert ended.status == 4
    assert shop.requests == []


def test_without_a_store_it_says_how_to_name_one(shop: Shop, tmp_path: Path) -> None:
    ended = shop.person("", tmp_path / "empty").with_environment(STANDFAST_STORE="").run("list")
    assert (ended.status, "Give --store URL" in ended.err) == (2, True)


def test_a_store_without_sign_in_pages_says_what_to_do(stranger: Person) -> None:
    def without_pages(_method: str, _url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        assert (bool(headers), body) == (True, None)
        return Answer(200, {}, json.dumps({"authorization_endpoint": None}).encode())

    ended = replace(stranger, world=replace(stranger.world, send=without_pages)).run("login")
    assert ended.status == 2
    assert "--data-dir .standfast" in ended.err


@pytest.mark.parametrize(
    "endpoint", ["http://elsewhere.example.com/token", "javascript:alert(1)", "file:///etc/passwd"]
)
def test_sign_in_pages_that_are_none_are_not_opened(stranger: Person, endpoint: str) -> None:
    told = {"authorization_endpoint": endpoint, "token_endpoint": endpoint, "client_id": "x", "scopes": []}
    opened: list[str] = []

    def send(_method: str, _url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        assert (bool(headers), body) == (True, None)
        return Answer(200, {}, json.dumps(told).encode())

    def open_browser(url: str) -> bool:
        opened.append(url)
        return True

    world = replace(stranger.world, send=send, open_browser=open_browser)
    assert replace(stranger, world=world).run("login").status == 2
    assert opened == []


# ---------------------------------------------------------------------------------------------------------- renewal


@pytest.fixture
def signed_in(shop: Shop, stranger: Person) -> Person:
    assert pasting(shop, stranger, "developer")[0] == 0
    return stranger


def renewals(shop: Shop) -> int:
    return sum(path == "/oauth2/token" for _, path, _ in shop.requests)


def test_a_token_is_renewed_before_it_runs_out(shop: Shop, signed_in: Person) -> None:
    shop.requests.clear()
    assert signed_in.run("list").status == 0
    assert renewals(shop) == 0
    later = replace(signed_in, world=replace(signed_in.world, now=lambda: time.time() + 12 * 3600 - 30))
    assert later.run("list").status == 0
    assert renewals(shop) == 1


def test_a_token_that_the_store_refuses_is_renewed_once(shop: Shop, signed_in: Person, tmp_path: Path) -> None:
    vault = Vault(tmp_path / "config", None)
    kept = vault.find("default", ORIGIN)
    assert kept is not None
    expired = signing_key(shop.data).issue("developer", "developers", now=time.time() - 90_000)
    vault.keep("default", ORIGIN, replace(kept, access=expired, expires=0))
    assert signed_in.run("list").status == 0
    renewed = vault.find("default", ORIGIN)
    assert renewed is not None
    assert renewed.access != expired
    assert renewed.refresh == kept.refresh


def test_where_nothing_can_be_renewed_it_says_to_sign_in_again(shop: Shop, stranger: Person) -> None:
    expired = signing_key(shop.data).issue("developer", "developers", now=time.time() - 90_000)
    stranger.run("login", "--token-stdin", typed=expired)
    ended = stranger.run("list")
    assert ended.status == 4
    assert "standfast login" in ended.err


# ------------------------------------------------------------------------------------------------------------- keeping


def test_tokens_in_a_file_are_for_their_owner_alone(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "config", None)
    assert "only you can read" in vault.keep("default", ORIGIN, Tokens("a"))
    (kept,) = (tmp_path / "config").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert vault.find("default", ORIGIN) == Tokens("a")
    assert vault.find("other", ORIGIN) is None
    assert vault.forget("default", ORIGIN)
    assert not kept.exists()


def test_a_keyring_that_takes_it_leaves_no_file(tmp_path: Path) -> None:
    ring = Ring()
    vault = Vault(tmp_path, ring)
    assert vault.keep("default", ORIGIN, Tokens("a")) == "in the system's keyring"
    assert list(tmp_path.iterdir()) == []


def test_a_keyring_that_refuses_is_said_aloud_and_a_file_takes_its_place(tmp_path: Path) -> None:
    vault = Vault(tmp_path, Ring(refuses=True))
    assert "there is no keyring that takes it" in vault.keep("default", ORIGIN, Tokens("a"))
    assert vault.find("default", ORIGIN) == Tokens("a")


@pytest.mark.parametrize("text", ["", "nonsense", "[]", '{"default http://127.0.0.1:8080": "x"}'])
def test_a_broken_file_of_tokens_is_nobodys(tmp_path: Path, text: str) -> None:
    (tmp_path / "tokens.json").write_text(text)
    assert Vault(tmp_path, None).find("default", ORIGIN) is None


def test_profiles_keep_what_people_wrote_beside_them(tmp_path: Path) -> None:
    (tmp_path / "profiles.ini").write_text("[work]\nstore = https://plugins.example.com\nnote = mine\n")
    profiles = Profiles(tmp_path)
    profiles.save("default", Profile(ORIGIN))
    assert profiles.find("work") == Profile("https://plugins.example.com")
    assert "note = mine" in (tmp_path / "profiles.ini").read_text()
    assert profiles.find("nowhere") is None


def test_a_store_that_cannot_be_reached_ends_with_5(stranger: Person, shop: Shop) -> None:
    def unreachable(_method: str, _url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        raise UnreachableError("There is no connection.", was_sent=bool(headers and body))

    person = stranger.with_environment(STANDFAST_TOKEN=shop.tokens["developer"])
    ended = replace(person, world=replace(person.world, send=unreachable)).run("list")
    assert (ended.status, "There is no connection." in ended.err) == (5, True)

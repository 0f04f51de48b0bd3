"""What an upgrade changes about whom users talk to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from shared.domain.differences import Difference, Differences, differences
from shared.domain.version import State, Version
from tests.building import LISTING, version

if TYPE_CHECKING:
    from shared.domain.documents import Listing

LIVE = version(State.LIVE, 1)
CANDIDATE = version(State.IN_REVIEW, 2)


def with_listing(listing: Listing | None) -> Version:
    assert CANDIDATE.snapshot
    return replace(CANDIDATE, snapshot=replace(CANDIDATE.snapshot, listing=listing))


def with_urls(*urls: str) -> Version:
    assert CANDIDATE.snapshot
    parts = [replace(part, url=url) for part, url in zip(CANDIDATE.snapshot.parts, urls, strict=True)]
    return replace(CANDIDATE, snapshot=replace(CANDIDATE.snapshot, parts=tuple(parts)))


@pytest.mark.parametrize("live", [None, LIVE])
def test_new_content_from_the_same_host_is_no_such_change(live: Version | None) -> None:
    found = differences(live, CANDIDATE)
    assert found == Differences()
    assert not found


def test_a_version_that_was_not_examined_yet_is_not_compared() -> None:
    assert not differences(LIVE, version(State.SUBMITTED, 2))


def test_another_host_is_one() -> None:
    moved = with_urls("https://lists.example.net/m.json", "https://lists.example.net/s.yaml")
    assert differences(LIVE, moved).host == Difference("todo.example.com", "lists.example.net")


def test_another_host_of_the_schema_alone_is_one_too() -> None:
    moved = with_urls("https://todo.example.com/m.json", "https://api.todo.example.com/s.yaml")
    assert differences(LIVE, moved).host == Difference("todo.example.com", "todo.example.com, api.todo.example.com")


def test_another_path_on_the_same_host_is_none() -> None:
    assert not differences(LIVE, with_urls("https://todo.example.com/v2/m", "https://todo.example.com/v2/s"))


@pytest.mark.parametrize(
    ("auth_type", "auth_urls"), [("oauth", ()), ("none", ("https://todo.example.com/login",)), ("", ())]
)
def test_another_authentication_is_one(auth_type: str, auth_urls: tuple[str, ...]) -> None:
    found = differences(LIVE, with_listing(replace(LISTING, auth_type=auth_type, auth_urls=auth_urls)))
    assert found.auth
    assert found.auth.before == "none"
    assert found.host is None


def test_people_who_sign_in_elsewhere_sign_in_otherwise() -> None:
    one, other = (replace(LISTING, auth_type="oauth", auth_urls=(url,)) for url in ("https://a/", "https://b/"))
    live = replace(with_listing(one), state=State.LIVE)
    assert differences(live, with_listing(other)).auth == Difference("oauth https://a/", "oauth https://b/")

"""The access table, to the letter, and what an install is worth under it."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import installs
from shared.domain.access import Access, Kind, Person, Verdict, access_of
from shared.domain.errors import AccessDeniedError
from shared.domain.identity import Digest, PluginId, Subject
from shared.domain.installs import Channel, Install
from shared.domain.plugin import Ban, Live, PluginStatus, Pointer
from tests.building import LISTING, NOON, REVIEWER

TODO = PluginId("todo")
DIGEST = Digest("sha256:" + "0" * 64)
SOMEBODY = Subject("somebody")
NEVER_LIVE = Pointer(TODO)
LIVE = Pointer(
    TODO,
    live=Live(3, DIGEST, "ai-plugin.json", DIGEST, "openapi.yaml", LISTING, NOON),
    released={3: {"openapi.yaml": DIGEST}},
    revision=1,
)
BAN = Ban(REVIEWER, NOON, "malware")
BANNED = replace(LIVE, ban=BAN, revision=2)
BANNED_UNSEEN = replace(NEVER_LIVE, ban=BAN, revision=1)
POINTERS = (NEVER_LIVE, LIVE, BANNED, BANNED_UNSEEN)

DEVELOPER = Person(SOMEBODY, frozenset({Kind.DEVELOPER}))
PLUS = Person(SOMEBODY, frozenset({Kind.PLUS}))
BOTH = Person(SOMEBODY, frozenset(Kind))
NOBODY = Person(SOMEBODY, frozenset())

TABLE = [
    (PluginStatus.UNVERIFIED, DEVELOPER, Access.PLACE),
    (PluginStatus.UNVERIFIED, PLUS, Access.NOTHING),
    (PluginStatus.UNVERIFIED, BOTH, Access.PLACE),
    (PluginStatus.UNVERIFIED, NOBODY, Access.NOTHING),
    (PluginStatus.APPROVED, DEVELOPER, Access.UNLIMITED),
    (PluginStatus.APPROVED, PLUS, Access.UNLIMITED),
    (PluginStatus.APPROVED, BOTH, Access.UNLIMITED),
    (PluginStatus.APPROVED, NOBODY, Access.NOTHING),
    (PluginStatus.BANNED, DEVELOPER, Access.NOTHING),
    (PluginStatus.BANNED, PLUS, Access.NOTHING),
    (PluginStatus.BANNED, BOTH, Access.NOTHING),
    (PluginStatus.BANNED, NOBODY, Access.NOTHING),
]

people = st.sampled_from([DEVELOPER, PLUS, BOTH, NOBODY])
pointers = st.sampled_from(POINTERS)
held = st.none() | st.sampled_from(Channel).map(lambda channel: Install(TODO, SOMEBODY, NOON, channel))
candidates = st.none() | st.just(4)


@pytest.mark.parametrize(("status", "person", "access"), TABLE)
def test_the_table_gives_what_the_review_page_says(status: PluginStatus, person: Person, access: Access) -> None:
    assert access_of(status, person) is access


def test_the_table_is_tested_whole() -> None:
    groups = [frozenset(each) for size in range(3) for each in combinations(Kind, size)]
    assert {(status, person.kinds) for status, person, _ in TABLE} == {
        (status, kinds) for status in PluginStatus for kinds in groups
    }


@given(pointers, people, held, st.sampled_from(Channel))
def test_whoever_gets_nothing_installs_nothing(
    pointer: Pointer, person: Person, before: Install | None, wish: Channel
) -> None:
    if access_of(pointer.status, person) is not Access.NOTHING:
        return
    with pytest.raises(AccessDeniedError):
        installs.install(pointer, person, before, wish=wish, at=NOON)


@given(pointers, people, held, st.sampled_from(Channel))
def test_an_install_without_a_place_is_one_of_an_approved_plugin(
    pointer: Pointer, person: Person, before: Install | None, wish: Channel
) -> None:
    try:
        after = installs.install(pointer, person, before, wish=wish, at=NOON)
    except AccessDeniedError:
        return
    if after.channel is Channel.LIVE:
        assert pointer.status is PluginStatus.APPROVED
    if after.channel is Channel.PREVIEW and after != before:
        assert Kind.DEVELOPER in person.kinds
    assert installs.install(pointer, person, after, wish=wish, at=NOON) is after


@given(pointers, people, held, candidates)
def test_nobody_is_entitled_without_an_install_or_to_a_banned_plugin(
    pointer: Pointer, person: Person, before: Install | None, candidate: int | None
) -> None:
    entitlement = installs.entitlement(pointer, person, before, candidate)
    if not before or pointer.ban or not person.kinds:
        assert not entitlement.is_allowed
        assert entitlement.version is None
    assert entitlement.is_allowed == (entitlement.version is not None)


@given(pointers, people, held, candidates)
def test_only_a_developer_with_a_place_is_entitled_to_a_candidate(
    pointer: Pointer, person: Person, before: Install | None, candidate: int | None
) -> None:
    entitlement = installs.entitlement(pointer, person, before, candidate)
    if entitlement.candidate is not None:
        assert before
        assert before.channel is Channel.PREVIEW
        assert Kind.DEVELOPER in person.kinds
        installs.require_place(pointer, person, before)


@pytest.mark.parametrize(
    ("pointer", "person", "verdict"),
    [
        (BANNED, PLUS, Verdict.BANNED),
        (BANNED, DEVELOPER, Verdict.BANNED),
        (BANNED_UNSEEN, DEVELOPER, Verdict.BANNED),
        (BANNED_UNSEEN, PLUS, Verdict.NOT_APPROVED),
        (NEVER_LIVE, PLUS, Verdict.NOT_APPROVED),
    ],
)
def test_of_what_never_was_public_users_learn_nothing(pointer: Pointer, person: Person, verdict: Verdict) -> None:
    with pytest.raises(AccessDeniedError) as denied:
        installs.install(pointer, person, None, wish=Channel.LIVE, at=NOON)
    assert denied.value.reason == verdict
    assert installs.entitlement(pointer, person, None, None).verdict is verdict


def test_a_developer_who_has_become_a_user_keeps_the_install_and_loses_the_preview() -> None:
    install = Install(TODO, SOMEBODY, NOON, Channel.PREVIEW)
    assert installs.entitlement(LIVE, PLUS, install, 4) == installs.Entitlement(Verdict.LIVE, 3)
    with pytest.raises(AccessDeniedError):
        installs.require_place(LIVE, PLUS, install)


def test_an_install_keeps_the_place_that_it_has() -> None:
    place = Install(TODO, SOMEBODY, NOON, Channel.PREVIEW)
    assert installs.install(LIVE, DEVELOPER, place, wish=Channel.LIVE, at=NOON) is place
    none = replace(place, channel=Channel.LIVE)
    taken = installs.install(LIVE, DEVELOPER, none, wish=Channel.PREVIEW, at=NOON)
    assert (taken.channel, taken.revision) == (Channel.PREVIEW, 2)

"""The decisions, as pure functions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain import lifecycle
from shared.domain.errors import DigestMismatchError, IllegalMoveError, PluginBannedError
from shared.domain.events import EventType
from shared.domain.identity import Digest
from shared.domain.lifecycle import Standing
from shared.domain.plugin import PluginStatus, Pointer
from shared.domain.version import Action, Reason, Release, ReleaseMode, State
from tests.building import REVIEWER, TODO, URL, digest, occasion, plugin, snapshot, version

NEVER_LIVE = Standing(Pointer(TODO), None)
OTHER_DIGEST = Digest("sha256:" + "0" * 64)


def approved(number: int, standing: Standing = NEVER_LIVE) -> Standing:
    """Approve a version and return where the plugin stands then."""
    candidate = version(State.IN_REVIEW, number)
    transition = lifecycle.approve(
        candidate, standing, digest=digest(candidate), note="", release=Release(), occasion=occasion(REVIEWER)
    )
    assert transition.pointer
    return Standing(transition.pointer, transition.versions[0])


def test_an_approval_makes_the_version_live_and_supersedes_the_one_that_was() -> None:
    first = approved(1)
    candidate = version(State.IN_REVIEW, 2)
    transition = lifecycle.approve(
        candidate, first, digest=digest(candidate), note="fine", release=Release(), occasion=occasion(REVIEWER)
    )
    assert [(each.number, each.state) for each in transition.versions] == [(2, State.LIVE), (1, State.SUPERSEDED)]
    assert transition.pointer
    assert transition.pointer.live
    assert transition.pointer.live.number == 2
    assert transition.pointer.revision == first.pointer.revision + 1
    assert [each.type for each in transition.events] == [
        EventType.VERSION_APPROVED,
        EventType.VERSION_RELEASED,
        EventType.VERSION_SUPERSEDED,
    ]


def test_the_schema_of_a_superseded_version_stays_readable() -> None:
    second = approved(2, approved(1))
    assert set(second.pointer.released) == {1, 2}


def test_an_approval_of_another_digest_is_refused() -> None:
    with pytest.raises(DigestMismatchError):
        lifecycle.approve(
            version(State.IN_REVIEW),
            NEVER_LIVE,
            digest=OTHER_DIGEST,
            note="",
            release=Release(),
            occasion=occasion(REVIEWER),
        )


def test_a_rejection_of_another_digest_is_refused() -> None:
    with pytest.raises(DigestMismatchError):
        lifecycle.reject(
            version(State.IN_REVIEW), digest=OTHER_DIGEST, reasons=(), note="", occasion=occasion(REVIEWER)
        )


@pytest.mark.parametrize("state", [state for state in State if state not in {State.IN_REVIEW, State.SUBMITTED}])
def test_what_is_not_in_review_cannot_be_approved(state: State) -> None:
    decided = version(state)
    with pytest.raises(IllegalMoveError) as refused:
        lifecycle.approve(
            decided, NEVER_LIVE, digest=digest(decided), note="", release=Release(), occasion=occasion(REVIEWER)
        )
    assert refused.value.state == state


def test_a_banned_plugin_is_not_revived() -> None:
    live = approved(1)
    transition = lifecycle.ban(live.pointer, reason="malware", occasion=occasion(REVIEWER))
    assert transition.pointer
    assert transition.pointer.status is PluginStatus.BANNED
    banned = Standing(transition.pointer, live.live)
    candidate = version(State.IN_REVIEW, 2)
    with pytest.raises(PluginBannedError):
        lifecycle.approve(
            candidate, banned, digest=digest(candidate), note="", release=Release(), occasion=occasion(REVIEWER)
        )
    with pytest.raises(PluginBannedError):
        lifecycle.release(version(State.APPROVED, 2), banned, occasion(REVIEWER))
    with pytest.raises(PluginBannedError):
        lifecycle.roll_back(version(State.SUPERSEDED, 2), banned, reason="", occasion=occasion(REVIEWER))
    with pytest.raises(PluginBannedError):
        lifecycle.submit_upgrade(plugin(), version(State.LIVE), banned.pointer, manifest_url=URL, occasion=occasion())


def test_lifting_a_ban_brings_back_what_was_live() -> None:
    live = approved(1)
    banned = lifecycle.ban(live.pointer, reason="malware", occasion=occasion(REVIEWER)).pointer
    assert banned
    lifted = lifecycle.lift_ban(banned, reason="appeal", occasion=occasion(REVIEWER)).pointer
    assert lifted
    assert (lifted.status, lifted.live) == (PluginStatus.APPROVED, live.pointer.live)


def test_a_ban_is_lifted_once() -> None:
    with pytest.raises(IllegalMoveError):
        lifecycle.lift_ban(Pointer(TODO), reason="", occasion=occasion(REVIEWER))


def test_a_manual_release_writes_no_pointer_but_rests_on_it() -> None:
    candidate = version(State.IN_REVIEW)
    transition = lifecycle.approve(
        candidate,
        NEVER_LIVE,
        digest=digest(candidate),
        note="",
        release=Release(ReleaseMode.MANUAL),
        occasion=occasion(REVIEWER),
    )
    assert transition.versions[0].state is State.APPROVED
    assert transition.pointer is None
    assert transition.unmoved_pointer == NEVER_LIVE.pointer


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW])
def test_a_newer_submission_withdraws_an_undecided_candidate_and_keeps_its_place(state: State) -> None:
    waiting = version(state)
    transition = lifecycle.submit_upgrade(
        plugin(), waiting, Pointer(TODO), manifest_url=URL, occasion=occasion(after=timedelta(days=1))
    )
    new, old = transition.versions
    assert (new.number, new.state, new.queued_at) == (2, State.SUBMITTED, waiting.queued_at)
    assert (old.number, old.state) == (1, State.WITHDRAWN)


@pytest.mark.parametrize("state", [State.LIVE, State.REJECTED, State.INVALID, State.WITHDRAWN, State.SUPERSEDED])
def test_a_newer_submission_leaves_what_is_no_candidate_as_it_is(state: State) -> None:
    late = occasion(after=timedelta(days=1))
    transition = lifecycle.submit_upgrade(plugin(), version(state), Pointer(TODO), manifest_url=URL, occasion=late)
    assert [each.number for each in transition.versions] == [2]
    assert transition.versions[0].queued_at == late.at


def test_a_rejection_tells_its_reasons_in_the_event() -> None:
    candidate = version(State.IN_REVIEW)
    transition = lifecycle.reject(
        candidate,
        digest=digest(candidate),
        reasons=(Reason("other", "Say what it does."),),
        note="",
        occasion=occasion(REVIEWER),
    )
    assert transition.versions[0].state is State.REJECTED
    assert transition.events[0].detail["reason.1.other"] == "Say what it does."


def test_a_rollback_makes_an_earlier_version_live_without_a_new_number() -> None:
    standing = approved(2, approved(1))
    first = replace(version(State.SUPERSEDED, 1), revision=3)
    transition = lifecycle.roll_back(first, standing, reason="bug", occasion=occasion(REVIEWER))
    assert transition.pointer
    assert transition.pointer.live
    assert transition.pointer.live.number == 1
    assert [(each.number, each.state) for each in transition.versions] == [(1, State.LIVE), (2, State.SUPERSEDED)]


def test_a_settled_snapshot_is_kept_with_its_version() -> None:
    found = snapshot()
    pinned = lifecycle.settle(version(), found, Action.PIN, occasion())
    assert (pinned.versions[0].state, pinned.versions[0].snapshot) == (State.IN_REVIEW, found)
    broken = lifecycle.settle(version(), replace(found, digest=None), Action.INVALIDATE, occasion())
    assert broken.versions[0].state is State.INVALID

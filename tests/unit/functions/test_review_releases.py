"""When an approved version becomes live: at once, when its publisher says so, at a moment, or again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.release.use_case import ApprovalNotYetCommittedError
from shared.domain.errors import (
    IllegalMoveError,
    InvalidValueError,
    LiveVersionError,
    PluginBannedError,
    PluginNotFoundError,
    ReleaseNotDueError,
)
from shared.domain.plugin import PluginStatus
from shared.domain.version import Release, ReleaseMode, State, planned
from tests.building import NOON, OWNER, REVIEWER, TODO
from tests.unit.functions.desk import command, keeper
from tests.unit.functions.promises import broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.unit.functions.desk import Desk

HOUR = timedelta(hours=1)
MANUAL = Release(ReleaseMode.MANUAL)
AT_ONE = planned(NOON + HOUR)


def release(desk: Desk, number: int, by: str = OWNER) -> str:
    return desk.review().release(command(by), TODO, number).state


def revoke(desk: Desk, number: int, rollback_to: int | None = None) -> str:
    return desk.review().revoke(command(), TODO, number, reason="leaks data", rollback_to=rollback_to).state


# ------------------------------------------------------------------------------------------------------------- manual


def test_a_manual_release_waits_for_the_publisher(desk: Desk) -> None:
    number = desk.candidate()
    assert desk.approve(number, release=MANUAL).state == State.APPROVED
    assert desk.live_number() is None
    assert release(desk, number) == State.LIVE
    assert desk.live_number() == number
    assert not broken(desk)


def test_an_upgrade_that_waits_for_its_release_leaves_the_live_version_serving(desk: Desk) -> None:
    desk.live()
    desk.approve(desk.candidate(), release=MANUAL)
    assert desk.live_number() == 1


@pytest.mark.parametrize("somebody", ["developer-2", REVIEWER])
def test_nobody_but_the_owner_releases_and_nobody_else_learns_of_it(desk: Desk, somebody: str) -> None:
    desk.approve(desk.candidate(), release=MANUAL)
    with pytest.raises(PluginNotFoundError):
        release(desk, 1, somebody)


def test_what_is_not_approved_is_not_released(desk: Desk) -> None:
    desk.candidate()
    with pytest.raises(IllegalMoveError):
        release(desk, 1)


# ---------------------------------------------------------------------------------------------------------- scheduled


def test_a_scheduled_release_takes_place_at_its_moment_and_not_before(desk: Desk) -> None:
    number = desk.candidate()
    desk.approve(number, release=AT_ONE)
    desk.now += HOUR - timedelta(seconds=1)
    assert desk.pass_moments() == 0
    desk.now += timedelta(seconds=1)
    assert desk.pass_moments() == 1
    assert desk.live_number() == number
    assert desk.told()[-1] == "VersionReleased"
    assert not broken(desk)


@pytest.mark.parametrize("moment", [NOON, NOON - HOUR, NOON + timedelta(days=400)])
def test_a_release_is_scheduled_for_what_is_to_come_and_not_for_the_far_future(desk: Desk, moment: object) -> None:
    number = desk.candidate()
    with pytest.raises(InvalidValueError) as refused:
        desk.approve(number, release=Release(ReleaseMode.SCHEDULED, moment))  # type: ignore[arg-type]
    assert refused.value.field == "release/at"
    assert desk.state(number) is State.IN_REVIEW


def test_the_owner_cannot_release_before_the_moment_that_the_approval_set(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=AT_ONE)
    with pytest.raises(ReleaseNotDueError):
        release(desk, 1)
    desk.now += HOUR
    assert release(desk, 1) == State.LIVE
    desk.pass_moments()
    assert desk.told().count("VersionReleased") == 1


def test_a_release_that_is_asked_for_twice_takes_place_once(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=AT_ONE)
    desk.now += HOUR
    for _ in range(2):
        desk.releases().release(TODO, 1, moment=NOON + HOUR)
    assert desk.told().count("VersionReleased") == 1


def test_a_ban_drops_a_scheduled_release_and_the_audit_says_so_once(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=AT_ONE)
    desk.ban()
    desk.now += HOUR
    for _ in range(2):
        desk.releases().release(TODO, 1, moment=NOON + HOUR)
    assert [event.detail for event in desk.events() if event.type == "VersionReleaseDropped"] == [
        {"reason": "the plugin is banned"}
    ]
    assert desk.live_number() is None


def test_a_release_that_a_ban_dropped_is_the_owners_to_make_once_the_ban_is_lifted(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=AT_ONE)
    desk.ban()
    desk.now += HOUR
    desk.pass_moments()
    desk.lift()
    assert desk.live_number() is None
    assert release(desk, 1) == State.LIVE


def test_a_newer_submission_drops_a_scheduled_release(desk: Desk) -> None:
    desk.live()
    desk.approve(desk.candidate(), release=AT_ONE)
    desk.submit()
    desk.now += HOUR
    assert desk.pass_moments() == 1
    assert desk.live_number() == 1
    assert desk.told()[-1] == "VersionReleaseDropped"


def test_a_revocation_drops_a_scheduled_release(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=AT_ONE)
    revoke(desk, 1)
    desk.now += HOUR
    desk.pass_moments()
    assert desk.told()[-1] == "VersionReleaseDropped"
    assert desk.state(1) is State.REVOKED


def test_a_crash_between_scheduling_and_approving_releases_nothing(desk: Desk) -> None:
    number = desk.candidate()
    desk.schedule.at(NOON + HOUR, TODO, number)
    desk.now += HOUR + timedelta(minutes=1)
    assert desk.pass_moments() == 1
    assert desk.state(number) is State.IN_REVIEW
    assert "VersionReleaseDropped" not in desk.told()


def test_a_moment_that_comes_before_its_approval_is_committed_comes_again(desk: Desk) -> None:
    number = desk.candidate()
    with pytest.raises(ApprovalNotYetCommittedError):
        desk.releases().release(TODO, number, moment=NOON)


def test_the_moment_of_an_approval_that_never_was_is_not_that_of_another(desk: Desk) -> None:
    number = desk.candidate()
    desk.schedule.at(NOON + HOUR, TODO, number)  # its approval lost, and another one set a later moment
    desk.approve(number, release=planned(NOON + 2 * HOUR))
    desk.now += HOUR
    assert desk.pass_moments() == 1
    assert desk.state(number) is State.APPROVED
    desk.now += HOUR
    desk.pass_moments()
    assert desk.live_number() == number


@pytest.mark.parametrize("plugin", [TODO, "nothing"])
def test_the_release_of_what_never_was_is_dropped(desk: Desk, plugin: str) -> None:
    desk.candidate()
    desk.releases().release(plugin, 7, moment=NOON)


def test_asking_twice_for_one_moment_is_one_message(desk: Desk) -> None:
    for _ in range(2):
        desk.schedule.at(NOON + HOUR, TODO, 1)
    desk.now += HOUR
    assert len(desk.due.receive(10, visibility_seconds=60)) == 1


# ----------------------------------------------------------------------------------------------------------- rollback


@pytest.mark.parametrize("who", [OWNER, REVIEWER])
def test_a_rollback_makes_an_earlier_version_live_in_one_write_and_burns_no_number(desk: Desk, who: str) -> None:
    for _ in range(3):
        desk.live()
    outcome = desk.roll_back(1, by=who)
    assert (outcome.version, outcome.state, outcome.replaced) == (1, State.LIVE, 3)
    assert desk.live_number() == 1
    assert desk.truth.plugin(TODO).last_version == 3
    assert not broken(desk)


def test_a_rollback_leaves_the_candidate_in_review(desk: Desk) -> None:
    desk.live()
    desk.live()
    number = desk.candidate()
    desk.roll_back(1)
    assert desk.state(number) is State.IN_REVIEW
    desk.approve(number)
    assert desk.live_number() == number
    assert not broken(desk)


def test_a_rehearsed_rollback_says_what_would_happen_and_writes_nothing(desk: Desk) -> None:
    desk.live()
    desk.live()
    before = desk.events()
    outcome = desk.review().rehearse_rollback(keeper(), TODO, 1, reason="bug")
    assert (outcome.version, outcome.state, outcome.replaced) == (1, State.LIVE, 2)
    assert desk.live_number() == 2
    assert desk.events() == before


@pytest.mark.parametrize("state", ["live", "rejected", "withdrawn", "revoked", "in_review"])
def test_there_is_no_rollback_to_what_is_not_an_earlier_approved_version(desk: Desk, state: str) -> None:
    desk.live()
    desk.live()
    wanted = _NUMBERS[state](desk)
    for attempt in (desk.roll_back, lambda which: desk.review().rehearse_rollback(keeper(), TODO, which, reason="")):
        with pytest.raises(IllegalMoveError) as refused:
            attempt(wanted)
        assert refused.value.state == state


def _rejected(desk: Desk) -> int:
    number = desk.candidate()
    digest = desk.version(number).digest
    assert digest
    desk.review().reject(command(), TODO, number, digest=digest, reasons=(), note="")
    return number


def _withdrawn(desk: Desk) -> int:
    number = desk.candidate()
    desk.submission().withdraw(command(OWNER), TODO, number, reason="")
    return number


def _revoked(desk: Desk) -> int:
    revoke(desk, 1)
    return 1


_NUMBERS: dict[str, Callable[[Desk], int]] = {
    "live": lambda desk: desk.live_number() or 0,
    "rejected": _rejected,
    "withdrawn": _withdrawn,
    "revoked": _revoked,
    "in_review": lambda desk: desk.candidate(),
}


def test_a_stranger_is_told_that_there_is_no_such_plugin(desk: Desk) -> None:
    desk.live()
    desk.live()
    with pytest.raises(PluginNotFoundError):
        desk.roll_back(1, by="developer-2")


def test_a_banned_plugin_is_not_rolled_back(desk: Desk) -> None:
    desk.live()
    desk.live()
    desk.ban()
    with pytest.raises(PluginBannedError):
        desk.roll_back(1)


# --------------------------------------------------------------------------------------------------------- revocation


def test_a_superseded_version_is_revoked_and_its_schema_is_gone(desk: Desk) -> None:
    desk.live()
    desk.live()
    assert revoke(desk, 1) == State.REVOKED
    assert set(desk.truth.pointer(TODO).released) == {2}
    assert desk.live_number() == 2
    assert not broken(desk)


def test_an_approved_version_that_waits_for_its_release_is_revoked(desk: Desk) -> None:
    desk.approve(desk.candidate(), release=MANUAL)
    revoke(desk, 1)
    with pytest.raises(IllegalMoveError):
        release(desk, 1)


def test_a_live_version_is_not_revoked_without_another_in_its_place(desk: Desk) -> None:
    desk.live()
    with pytest.raises(LiveVersionError, match="rollback_to"):
        revoke(desk, 1)
    assert desk.live_number() == 1


def test_a_live_version_goes_together_with_the_rollback(desk: Desk) -> None:
    desk.live()
    desk.live()
    revoke(desk, 2, rollback_to=1)
    assert (desk.live_number(), desk.state(2)) == (1, State.REVOKED)
    assert set(desk.truth.pointer(TODO).released) == {1}
    assert not broken(desk)


def test_a_fallback_that_was_never_live_is_refused(desk: Desk) -> None:
    desk.live()
    number = desk.candidate()
    with pytest.raises(IllegalMoveError):
        revoke(desk, 1, rollback_to=number)
    with pytest.raises(IllegalMoveError):
        revoke(desk, 1, rollback_to=1)


def test_a_fallback_without_need_is_refused(desk: Desk) -> None:
    desk.live()
    desk.live()
    desk.live()
    with pytest.raises(InvalidValueError, match="not live"):
        revoke(desk, 1, rollback_to=2)


def test_while_a_plugin_is_banned_its_live_version_may_go_and_lifting_brings_nothing_bad_back(desk: Desk) -> None:
    desk.live()
    desk.ban()
    revoke(desk, 1)
    desk.lift()
    assert desk.truth.pointer(TODO).status is PluginStatus.UNVERIFIED
    assert not broken(desk)
    desk.live()
    assert desk.live_number() == 2
    assert not broken(desk)


def test_a_revoked_version_stays_revoked(desk: Desk) -> None:
    desk.live()
    desk.live()
    revoke(desk, 1)
    with pytest.raises(IllegalMoveError):
        revoke(desk, 1)

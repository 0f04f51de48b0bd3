"""Races, made certain: somebody else commits between one's reading and one's writing.

Each race is run twice: as it is, and with a guard dropped, where the same check has to notice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import IllegalMoveError, PluginBannedError, RateLimitedError, StandfastError
from shared.domain.limits import Limits
from shared.domain.version import Release, ReleaseMode, State, planned
from tests.building import NOON, OWNER, TODO
from tests.unit.functions.desk import OTHER_REVIEWER, Desk, command
from tests.unit.functions.interposing import Interposing, Unguarded
from tests.unit.functions.promises import broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.database import Database

MANUAL = Release(ReleaseMode.MANUAL)
HOUR = timedelta(hours=1)
VERSION, POINTER, EITHER = "version ", "the pointer", "is as it was read"


class Race:
    """A desk at which somebody else comes in between, and what the loser was told."""

    def __init__(self, database: Database, dropped: str | None = None) -> None:
        self.between = Interposing(None)  # type: ignore[arg-type] # the desk gives it its table

        def over(table: object) -> Interposing:
            self.between.table = table if dropped is None else Unguarded(table, dropped)  # type: ignore[arg-type,assignment]
            return self.between

        self.desk = Desk(database, over)
        self.lost: StandfastError | None = None

    def run(self, one: Callable[[], object], other: Callable[[], object]) -> None:
        """Let `one` read, then `other` do all it does, then `one` write."""
        self.between.before.append(other)
        try:
            one()
        except StandfastError as error:
            self.lost = error


def two_approvals(race: Race) -> bool:
    number = race.desk.candidate()
    race.run(lambda: race.desk.approve(number), lambda: race.desk.approve(number, by=OTHER_REVIEWER))
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.LIVE


def approval_and_rejection(race: Race) -> bool:
    number = race.desk.candidate()
    digest = race.desk.version(number).digest
    assert digest
    race.run(
        lambda: race.desk.approve(number),
        lambda: race.desk.review().reject(command(OTHER_REVIEWER), TODO, number, digest=digest, reasons=(), note=""),
    )
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.REJECTED


def approval_and_ban(race: Race) -> bool:
    race.desk.live()
    number = race.desk.candidate()
    race.run(lambda: race.desk.approve(number), race.desk.ban)
    return isinstance(race.lost, PluginBannedError)


def manual_approval_and_ban(race: Race) -> bool:
    number = race.desk.candidate()
    race.run(lambda: race.desk.approve(number, release=MANUAL), race.desk.ban)
    return isinstance(race.lost, PluginBannedError) and race.desk.state(number) is State.IN_REVIEW


def release_and_ban(race: Race) -> bool:
    number = race.desk.candidate()
    race.desk.approve(number, release=MANUAL)
    race.run(lambda: race.desk.review().release(command(OWNER), TODO, number), race.desk.ban)
    return isinstance(race.lost, PluginBannedError)


def rollback_and_ban(race: Race) -> bool:
    race.desk.live()
    race.desk.live()
    race.run(lambda: race.desk.roll_back(1), race.desk.ban)
    return isinstance(race.lost, PluginBannedError)


def approval_and_newer_submission(race: Race) -> bool:
    race.desk.live()
    number = race.desk.candidate()
    race.run(lambda: race.desk.approve(number), race.desk.submit)
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.WITHDRAWN


def approval_and_withdrawal(race: Race) -> bool:
    number = race.desk.candidate()
    race.run(
        lambda: race.desk.approve(number),
        lambda: race.desk.submission().withdraw(command(OWNER), TODO, number, reason=""),
    )
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.WITHDRAWN


def release_and_newer_submission(race: Race) -> bool:
    number = race.desk.candidate()
    race.desk.approve(number, release=MANUAL)
    race.run(lambda: race.desk.review().release(command(OWNER), TODO, number), race.desk.submit)
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.WITHDRAWN


def rollback_and_approval(race: Race) -> bool:
    race.desk.live()
    race.desk.live()
    number = race.desk.candidate()
    race.run(lambda: race.desk.roll_back(1), lambda: race.desk.approve(number))
    return race.lost is None and race.desk.live_number() == 1


def two_rollbacks(race: Race) -> bool:
    for _ in range(3):
        race.desk.live()
    race.run(lambda: race.desk.roll_back(1), lambda: race.desk.roll_back(2))
    return race.lost is None and race.desk.live_number() == 1


def rollback_and_revocation(race: Race) -> bool:
    race.desk.live()
    race.desk.live()
    revoke = race.desk.review().revoke
    race.run(lambda: race.desk.roll_back(1), lambda: revoke(command(), TODO, 1, reason="leaks", rollback_to=None))
    return isinstance(race.lost, IllegalMoveError) and race.lost.state == State.REVOKED


def two_submissions(race: Race) -> bool:
    race.desk.live()
    race.run(race.desk.submit, race.desk.submit)
    return race.lost is None and race.desk.truth.plugin(TODO).last_version == 3


def scheduled_release_and_ban(race: Race) -> bool:
    number = race.desk.candidate()
    race.desk.approve(number, release=planned(NOON + HOUR))
    race.desk.now += HOUR
    race.run(race.desk.pass_moments, race.desk.ban)
    return race.lost is None and race.desk.told()[-1] == "VersionReleaseDropped"


def scheduled_release_and_newer_submission(race: Race) -> bool:
    race.desk.live()
    number = race.desk.candidate()
    race.desk.approve(number, release=planned(NOON + HOUR))
    race.desk.now += HOUR
    race.run(race.desk.pass_moments, race.desk.submit)
    return race.lost is None and race.desk.live_number() == 1 and race.desk.state(number) is State.WITHDRAWN


def two_last_submissions_of_a_day(race: Race) -> bool:
    limits = Limits(submissions_per_day=2)
    race.desk.submission(limits).register(command(OWNER), manifest_url="https://a.example.com/x", wished_id="todo")
    submission = race.desk.submission(limits)
    race.run(
        lambda: submission.submit(command(OWNER), TODO, manifest_url=None),
        lambda: submission.register(command(OWNER), manifest_url="https://b.example.com/x", wished_id="other"),
    )
    return isinstance(race.lost, RateLimitedError)


RACES: dict[Callable[[Race], bool], str] = {
    two_approvals: EITHER,
    approval_and_rejection: VERSION,
    approval_and_ban: POINTER,
    manual_approval_and_ban: POINTER,
    release_and_ban: POINTER,
    rollback_and_ban: POINTER,
    approval_and_newer_submission: VERSION,
    approval_and_withdrawal: VERSION,
    release_and_newer_submission: VERSION,
    rollback_and_approval: EITHER,
    two_rollbacks: EITHER,
    rollback_and_revocation: EITHER,
    two_submissions: "",
    scheduled_release_and_ban: POINTER,
    scheduled_release_and_newer_submission: VERSION,
    two_last_submissions_of_a_day: "the quota",
}
"""Each race, and what the guards that close it are called; "" stands for all of them."""


def ends_well(database: Database, story: Callable[[Race], bool], dropped: str | None = None) -> bool:
    race = Race(database, dropped)
    return story(race) and not race.between.before and not broken(race.desk)


@pytest.mark.parametrize("story", RACES)
def test_whoever_loses_a_race_is_told_the_state_it_lost_to_and_no_promise_is_broken(
    database: Database, story: Callable[[Race], bool]
) -> None:
    assert ends_well(database, story)


@pytest.mark.parametrize(("story", "guard"), RACES.items())
def test_without_its_guard_a_race_ends_badly_and_that_is_noticed(
    database: Database, story: Callable[[Race], bool], guard: str
) -> None:
    assert not ends_well(database, story, guard)

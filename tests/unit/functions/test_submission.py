"""Submitting within limits, and taking back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.errors import IllegalMoveError, PluginNotFoundError, RateLimitedError, VersionNotFoundError
from shared.domain.limits import Limits
from shared.domain.version import Release, ReleaseMode, State
from tests.building import NOON, OWNER, REVIEWER, TODO, URL
from tests.unit.functions.desk import command
from tests.unit.functions.promises import broken

if TYPE_CHECKING:
    from functions.submission.use_case import Submission
    from tests.unit.functions.desk import Desk

OTHER_OWNER = "developer-2"


def register(submission: Submission, plugin: str, by: str = OWNER, key: str = "") -> int:
    return submission.register(command(by, key), manifest_url=URL, wished_id=plugin).version or 0


def upgrade(submission: Submission, key: str = "") -> int:
    return submission.submit(command(OWNER, key), TODO, manifest_url=None).version or 0


def withdraw(desk: Desk, number: int, by: str = OWNER) -> str:
    return desk.submission().withdraw(command(by), TODO, number, reason="not ready").state


# --------------------------------------------------------------------------------------------------------- withdrawing


@pytest.mark.parametrize("state", [State.SUBMITTED, State.IN_REVIEW, State.APPROVED])
def test_a_candidate_is_withdrawn_and_the_live_version_stays(desk: Desk, state: State) -> None:
    desk.live()
    number = desk.submit()
    if state is not State.SUBMITTED:
        desk.pin(number)
    if state is State.APPROVED:
        desk.approve(number, release=Release(ReleaseMode.MANUAL))
    assert desk.state(number) is state
    assert withdraw(desk, number) == State.WITHDRAWN
    assert desk.live_number() == 1
    assert desk.events()[-1].detail == {"reason": "not ready"}
    assert not broken(desk)


def test_what_is_live_is_not_withdrawn(desk: Desk) -> None:
    desk.live()
    with pytest.raises(IllegalMoveError):
        withdraw(desk, 1)


@pytest.mark.parametrize("somebody", [OTHER_OWNER, REVIEWER])
def test_nobody_but_the_owner_withdraws(desk: Desk, somebody: str) -> None:
    desk.candidate()
    with pytest.raises(PluginNotFoundError):
        withdraw(desk, 1, by=somebody)


def test_a_number_that_never_was_is_not_found(desk: Desk) -> None:
    desk.candidate()
    with pytest.raises(VersionNotFoundError):
        withdraw(desk, 2)


def test_after_a_withdrawal_the_next_version_gets_the_next_number(desk: Desk) -> None:
    desk.candidate()
    withdraw(desk, 1)
    assert desk.candidate() == 2
    assert not broken(desk)


# -------------------------------------------------------------------------------------------------------------- limits


def test_submissions_of_a_day_are_limited_and_the_error_says_when_the_next_day_begins(desk: Desk) -> None:
    submission = desk.submission(Limits(submissions_per_day=2))
    register(submission, TODO)
    upgrade(submission)
    with pytest.raises(RateLimitedError, match="2 submissions a day") as refused:
        upgrade(submission)
    assert refused.value.retry_after == 12 * 60 * 60
    desk.now += timedelta(seconds=refused.value.retry_after)
    assert upgrade(submission) == 3


def test_a_refused_submission_asks_for_no_snapshot_and_burns_no_number(desk: Desk) -> None:
    submission = desk.submission(Limits(submissions_per_day=1))
    register(submission, TODO)
    before = desk.queue.waiting()
    with pytest.raises(RateLimitedError):
        upgrade(submission)
    assert desk.queue.waiting() == before
    assert desk.truth.plugin(TODO).last_version == 1


def test_a_repeated_submission_with_its_key_counts_once_and_is_answered_beyond_the_limit(desk: Desk) -> None:
    submission = desk.submission(Limits(submissions_per_day=1))
    assert register(submission, TODO, key="once") == register(submission, TODO, key="once")


def test_the_limits_are_each_publishers_own(desk: Desk) -> None:
    submission = desk.submission(Limits(open_candidates=1, submissions_per_day=1))
    register(submission, "one")
    register(submission, "two", by=OTHER_OWNER)


def test_open_candidates_are_limited_until_one_is_decided(desk: Desk) -> None:
    submission = desk.submission(Limits(open_candidates=2))
    register(submission, TODO)
    register(submission, "two")
    with pytest.raises(RateLimitedError, match="2 candidates") as refused:
        register(submission, "three")
    assert refused.value.retry_after > 0
    desk.pin(1)
    desk.approve(1)
    register(submission, "three")


def test_an_upgrade_that_replaces_a_candidate_takes_no_further_place(desk: Desk) -> None:
    submission = desk.submission(Limits(open_candidates=1))
    register(submission, TODO)
    assert upgrade(submission) == 2


def test_an_upgrade_of_what_is_decided_takes_a_place(desk: Desk) -> None:
    submission = desk.submission(Limits(open_candidates=1))
    desk.live()
    register(submission, "two")
    with pytest.raises(RateLimitedError):
        upgrade(submission)


def test_without_limits_nothing_is_counted(desk: Desk) -> None:
    submission = desk.submission()
    for _ in range(5):
        upgrade(submission) if desk.told() else register(submission, TODO)
    assert desk.truth.open_candidates(OWNER, up_to=9) == 1
    assert desk.now == NOON

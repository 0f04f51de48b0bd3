"""Limits for publishers, and what to expect of a review."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import RateLimitedError
from shared.domain.forecasting import SLOTS, Wait, forecast, slot_of
from shared.domain.limits import Limits, quota_of, require_place
from tests.building import NOON, OWNER

HOUR = timedelta(hours=1)
TWO_A_DAY = Limits(submissions_per_day=2)


def wait(hours: float, decided_at: datetime = NOON) -> Wait:
    return Wait(0, decided_at - hours * HOUR, decided_at)


def test_no_limit_is_no_quota() -> None:
    assert quota_of(Limits(), OWNER, NOON) is None


def test_a_quota_is_that_of_a_day_and_says_when_the_next_one_begins() -> None:
    quota = quota_of(TWO_A_DAY, OWNER, NOON)
    assert quota
    assert (quota.day, quota.at_most, quota.ends) == ("2026-11-21", 2, NOON + 12 * HOUR)
    assert quota.exceeded().retry_after == 12 * 60 * 60


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_whoever_waits_as_long_as_they_are_told_has_a_new_quota(moment: datetime) -> None:
    quota = quota_of(TWO_A_DAY, OWNER, moment)
    assert quota
    assert quota.retry_after >= 1
    later = quota_of(TWO_A_DAY, OWNER, moment + timedelta(seconds=quota.retry_after + 1))
    assert later
    assert later.day > quota.day


@pytest.mark.parametrize(("limit", "open_candidates"), [(0, 10_000), (3, 2)])
def test_there_is_a_place_below_the_limit(limit: int, open_candidates: int) -> None:
    require_place(Limits(open_candidates=limit), open_candidates)


def test_there_is_none_at_the_limit() -> None:
    with pytest.raises(RateLimitedError):
        require_place(Limits(open_candidates=3), 3)


def test_nothing_is_expected_of_nothing() -> None:
    assert forecast([], NOON) is None


def test_the_usual_wait_is_the_median_so_that_one_slow_decision_does_not_count_for_ten() -> None:
    found = forecast([wait(1), wait(2), wait(200)], NOON)
    assert found
    assert (found.usual, found.decisions) == (2 * HOUR, 3)


def test_decisions_of_long_ago_are_forgotten() -> None:
    assert forecast([wait(1, NOON - timedelta(days=91))], NOON) is None


def test_what_should_have_been_decided_by_now_has_no_expected_moment() -> None:
    found = forecast([wait(2)], NOON)
    assert found
    assert found.expected_at(NOON - HOUR, NOON) == NOON + HOUR
    assert found.expected_at(NOON - 2 * HOUR, NOON) is None


@given(st.binary(min_size=8, max_size=8))
def test_a_slot_is_one_of_those_there_are(entropy: bytes) -> None:
    assert 0 <= slot_of(entropy) < SLOTS

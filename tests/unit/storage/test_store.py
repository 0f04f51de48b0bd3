"""The records over the table: lists that are sifted, and what is counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.database import Database
from local.table import SqliteTable
from shared.domain.errors import RateLimitedError
from shared.domain.forecasting import Wait
from shared.domain.identity import PluginId
from shared.domain.limits import Limits, quota_of
from shared.domain.ports import PageRequest
from shared.domain.transition import Transition
from shared.domain.version import State, Version
from shared.storage.store import Store
from tests.building import NOON, OWNER, version

if TYPE_CHECKING:
    from collections.abc import Iterator

QUOTA = quota_of(Limits(submissions_per_day=2), OWNER, NOON)


@pytest.fixture
def store() -> Iterator[Store]:
    database = Database()
    yield Store(SqliteTable(database))
    database.close()


def put(store: Store, *versions: Version) -> None:
    for each in versions:
        store.commit(Transition(events=(), versions=(each,)))


def waiting(number: int, plugin: str = "todo") -> Version:
    """Return a version in review; a higher number waits less long."""
    queued_at = NOON + timedelta(minutes=number)
    return replace(version(State.IN_REVIEW, number), plugin_id=PluginId(plugin), queued_at=queued_at)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(wanted=st.sets(st.integers(1, 12)), limit=st.integers(1, 14))
def test_sifted_pages_hold_what_is_wanted_once_and_in_order(wanted: set[int], limit: int) -> None:
    database = Database()
    store = Store(SqliteTable(database))
    put(store, *(waiting(number) for number in range(1, 13)))
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = store.queue(PageRequest(cursor, limit), lambda each: each.number in wanted)
        assert len(page.records) <= limit
        seen += [each.number for each in page.records]
        cursor = page.next_cursor
    assert seen == sorted(wanted)
    database.close()


def test_a_sifted_list_gives_up_after_a_thousand_and_goes_on_from_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.storage.store._MOST_SIFTED", 3)
    put(store, *(waiting(number) for number in range(1, 6)))
    first = store.queue(PageRequest(), lambda each: each.number == 5)
    assert first.records == ()
    assert first.next_cursor
    second = store.queue(PageRequest(first.next_cursor), lambda each: each.number == 5)
    assert [each.number for each in second.records] == [5]


def test_a_place_is_counted_over_pages_and_unknown_beyond_the_farthest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *(waiting(number) for number in range(1, 8)))
    assert [store.place_in_queue(waiting(number)) for number in (1, 5, 7)] == [1, 5, 7]
    assert store.place_in_queue(waiting(9)) is None
    monkeypatch.setattr("shared.storage.store._FARTHEST_PLACE", 4)
    assert store.place_in_queue(waiting(5)) is None


def test_a_place_is_that_of_the_version_not_of_the_plugin(store: Store) -> None:
    put(store, waiting(2))
    assert store.place_in_queue(waiting(1)) is None


@pytest.mark.parametrize("state", list(State))
def test_a_version_counts_among_the_open_candidates_while_it_is_one(store: Store, state: State) -> None:
    put(store, replace(version(state), revision=1))
    expected = int(state in {State.SUBMITTED, State.IN_REVIEW, State.APPROVED})
    assert store.open_candidates(OWNER, up_to=10) == expected


def test_open_candidates_are_counted_no_farther_than_asked(store: Store) -> None:
    put(store, *(waiting(1, f"p{number}") for number in range(5)))
    assert [store.open_candidates(OWNER, up_to=most) for most in (0, 3, 5, 9)] == [0, 3, 5, 5]
    assert store.open_candidates("somebody", up_to=9) == 0


def test_a_quota_is_used_up_with_the_transition_or_not_at_all(store: Store) -> None:
    assert QUOTA
    for number in (1, 2):
        store.commit(Transition(events=(), versions=(waiting(number),), quota=QUOTA))
        assert store.used(QUOTA) == number
    with pytest.raises(RateLimitedError) as refused:
        store.commit(Transition(events=(), versions=(waiting(3),), quota=QUOTA))
    assert refused.value.retry_after == 12 * 60 * 60
    assert store.used(QUOTA) == 2
    assert [each.number for each in store.versions("todo", PageRequest()).records] == [2, 1]


def test_of_two_decisions_in_one_slot_the_later_one_is_remembered(store: Store) -> None:
    for hours in (1, 2):
        wait = Wait(7, NOON, NOON + timedelta(hours=hours))
        store.commit(Transition(events=(), wait=wait))
    assert [each.length for each in store.waits()] == [timedelta(hours=2)]

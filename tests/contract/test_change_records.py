"""The public history, on every implementation of the table: complete, in order, without a gap."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from local.table import SqliteTable
from shared.domain.errors import InvalidCursorError, StaleStateError
from shared.domain.events import Event, EventType
from shared.domain.identity import PluginId
from shared.domain.ports import PageRequest
from shared.storage.changes import BUCKET, HEAD, ChangeStore, change_key
from shared.storage.table import Item, Put
from tests.building import NOON, REVIEWER, occasion

if TYPE_CHECKING:
    from local.database import Database
    from shared.domain.feed import Change
    from shared.storage.table import Table


def event(number: int, plugin: str = "todo") -> Event:
    named = occasion(REVIEWER, after=timedelta(seconds=number)).named(0)
    return Event(named, EventType.VERSION_RELEASED, PluginId(plugin), REVIEWER, NOON, version=number)


def everything(store: ChangeStore, limit: int = 3) -> list[Change]:
    """Follow the history to its end."""
    found: list[Change] = []
    cursor = ""
    while True:
        page = store.since(PageRequest(cursor, limit))
        found += page.records
        assert page.next_cursor
        if not page.records:
            assert page.next_cursor == cursor or not cursor
            return found
        cursor = page.next_cursor


def test_a_change_is_recorded_once_however_often_its_event_comes(table: Table) -> None:
    store = ChangeStore(table)
    assert not store.is_public("todo")
    for _ in range(3):
        store.record(event(1))
    assert [change.version for change in everything(store)] == [1]
    assert store.is_public("todo")
    assert not store.is_public("other")


def test_the_history_is_followed_in_pages_and_goes_on_where_it_ended(table: Table) -> None:
    store = ChangeStore(table)
    for number in range(1, 8):
        store.record(event(number))
    changes = everything(store)
    assert [change.sequence for change in changes] == list(range(1, 8))
    assert [change.version for change in changes] == list(range(1, 8))
    end = store.since(PageRequest("", 100)).next_cursor
    assert end
    assert store.since(PageRequest(end, 100)).records == ()
    store.record(event(8))
    assert [change.version for change in store.since(PageRequest(end, 100)).records] == [8]


def test_the_history_goes_on_in_the_next_bucket(table: Table) -> None:
    store = ChangeStore(table)
    table.transact([Put(Item(HEAD, {"revision": BUCKET - 3}), None)])
    for number in range(BUCKET - 2, BUCKET + 3):
        store.record(event(number))
    assert change_key(BUCKET - 1).pk != change_key(BUCKET).pk
    start = store.since(PageRequest("", 1)).next_cursor
    assert start
    cursor = _cursor_after(BUCKET - 3)
    assert [change.sequence for change in store.since(PageRequest(cursor, 100)).records] == list(
        range(BUCKET - 2, BUCKET + 3)
    )
    assert [change.sequence for change in store.since(PageRequest(cursor, 2)).records] == [BUCKET - 2, BUCKET - 1]


def _cursor_after(sequence: int) -> str:
    # A cursor is opaque to readers, but a test may know what is in it.
    from shared.storage.changes import _write_cursor  # noqa: PLC0415

    return _write_cursor(sequence)


def test_a_reader_waits_at_a_number_that_is_not_visible_yet(table: Table) -> None:
    store = ChangeStore(table)
    for number in (1, 2, 3):
        store.record(event(number))
    third = table.get(change_key(3))
    assert third
    table.transact([Put(Item(change_key(5), {**third.attributes, "sequence": 5}), None)])
    page = store.since(PageRequest("", 10))
    assert [change.sequence for change in page.records] == [1, 2, 3]
    assert page.next_cursor == _cursor_after(3)


def test_the_changes_of_one_plugin_are_newest_first(table: Table) -> None:
    store = ChangeStore(table)
    for number in range(1, 5):
        store.record(event(number))
        store.record(event(number + 100, "other"))
    assert [change.version for change in store.of_plugin("todo", 3)] == [4, 3, 2]


@pytest.mark.parametrize("cursor", ["x", "YWZ0ZXI6", "YWZ0ZXI6LTE", "YWZ0ZXI6MDE", "YWZ0ZXI6MQ==\n", "é"])
def test_a_made_up_cursor_is_refused(table: Table, cursor: str) -> None:
    with pytest.raises(InvalidCursorError):
        ChangeStore(table).since(PageRequest(cursor))


def test_a_cursor_beyond_the_end_is_at_the_end(table: Table) -> None:
    assert ChangeStore(table).since(PageRequest(_cursor_after(10**11))).records == ()


def test_many_writers_leave_no_gap(database_file: Database) -> None:
    store = ChangeStore(SqliteTable(database_file))

    def record(number: int) -> None:
        while True:
            try:
                return store.record(event(number // 2))  # each event comes twice
            except StaleStateError:
                continue

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(record, range(80)))
    changes = everything(store, limit=7)
    assert [change.sequence for change in changes] == list(range(1, 41))
    assert {change.version for change in changes} == set(range(40))

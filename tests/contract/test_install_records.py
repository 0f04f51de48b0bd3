"""Installs and their places, on every implementation of the table; the hundredth place under contention."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.table import SqliteTable
from shared.domain.access import PLACES
from shared.domain.errors import NoPlaceLeftError, StaleStateError
from shared.domain.identity import Subject
from shared.domain.installs import Channel, Install
from shared.domain.plugin import Ban, Pointer
from shared.storage.installs import InstallStore, places_key
from shared.storage.items import pointer_item
from shared.storage.table import Check, Count, Put
from tests.building import NOON, REVIEWER, TODO

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.database import Database
    from shared.storage.table import Item, ItemPage, Key, Query, Table, Write

NEVER_LIVE = Pointer(TODO)
CROWD = PLACES + 5


def place(number: int) -> Install:
    return Install(TODO, Subject(f"developer-{number}"), NOON, Channel.PREVIEW)


def added(store: InstallStore, install: Install) -> str:
    try:
        store.add(install, NEVER_LIVE)
    except NoPlaceLeftError:
        return "full"
    except StaleStateError:
        return "stale"
    return "added"


def test_an_install_comes_back_as_it_went(table: Table) -> None:
    store = InstallStore(table)
    assert store.install(TODO, "developer-1") is None
    store.add(place(1), NEVER_LIVE)
    assert store.install(TODO, "developer-1") == place(1)


def test_of_two_installs_of_one_person_one_counts(table: Table) -> None:
    store = InstallStore(table)
    assert [added(store, place(1)) for _ in range(2)] == ["added", "stale"]
    assert store.places_taken(TODO) == 1


def test_there_are_a_hundred_places_and_one_is_free_after_a_removal(table: Table) -> None:
    store = InstallStore(table)
    assert [added(store, place(number)) for number in range(PLACES + 1)].count("full") == 1
    store.remove(place(3))
    with pytest.raises(StaleStateError):
        store.remove(place(3))
    assert store.places_taken(TODO) == PLACES - 1
    assert added(store, place(PLACES)) == "added"


def test_an_install_without_a_place_counts_nothing_and_takes_one_later(table: Table) -> None:
    store = InstallStore(table)
    live = replace(place(1), channel=Channel.LIVE)
    store.add(live, NEVER_LIVE)
    assert store.places_taken(TODO) == 0
    store.add(replace(live, channel=Channel.PREVIEW, revision=2), NEVER_LIVE)
    assert store.places_taken(TODO) == 1
    store.remove(replace(live, channel=Channel.PREVIEW, revision=2))
    assert store.places_taken(TODO) == 0


def test_a_place_is_not_given_by_a_pointer_that_moved(table: Table) -> None:
    store = InstallStore(table)
    banned = Pointer(TODO, ban=Ban(REVIEWER, NOON, "malware"), revision=1)
    table.transact([Put(pointer_item(banned), None)])
    assert added(store, place(1)) == "stale"
    assert store.install(TODO, "developer-1") is None
    assert store.places_taken(TODO) == 0


def test_installs_are_counted_as_far_as_asked(table: Table) -> None:
    store = InstallStore(table)
    for number in range(3):
        store.add(place(number), NEVER_LIVE)
    assert [store.are_at_least(TODO, number) for number in (1, 3, 4)] == [True, True, False]


def crowd(table: Table) -> list[str]:
    """Let everybody in at the same moment."""
    store, together = InstallStore(table), threading.Barrier(32)

    def come(number: int) -> str:
        if number < together.parties:
            together.wait()
        return added(store, place(number))

    with ThreadPoolExecutor(together.parties) as threads:
        return list(threads.map(come, range(CROWD)))


def test_of_a_crowd_exactly_a_hundred_get_in(database_file: Database) -> None:
    table = SqliteTable(database_file)
    assert sorted(crowd(table)) == ["added"] * PLACES + ["full"] * (CROWD - PLACES)
    assert InstallStore(table).places_taken(TODO) == PLACES


class Tampered:
    """A table whose transactions are changed before they are carried out."""

    def __init__(self, table: Table, change: Callable[[Write], Write | None]) -> None:
        self._table = table
        self._change = change

    def get(self, key: Key) -> Item | None:
        return self._table.get(key)

    def query(self, query: Query) -> ItemPage:
        return self._table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        changed = [self._change(write) for write in writes]
        self._table.transact([write for write in changed if write])


def _without_bound(write: Write) -> Write:
    return replace(write, at_most=10**9) if isinstance(write, Count) else write


def _without_count(write: Write) -> Write | None:
    return None if isinstance(write, Count) else write


@pytest.mark.parametrize("fault", [_without_bound, _without_count])
def test_a_planted_fault_lets_too_many_in(database_file: Database, fault: Callable[[Write], Write | None]) -> None:
    assert crowd(Tampered(SqliteTable(database_file), fault)).count("added") == CROWD


def test_a_planted_fault_gives_a_place_of_a_banned_plugin(database: Database) -> None:
    table = SqliteTable(database)
    banned = Pointer(TODO, ban=Ban(REVIEWER, NOON, "malware"), revision=1)
    table.transact([Put(pointer_item(banned), None)])
    unchecked = Tampered(table, lambda write: None if isinstance(write, Check) else write)
    assert added(InstallStore(unchecked), place(1)) == "added"


def test_a_planted_fault_counts_one_person_twice(database: Database) -> None:
    table = SqliteTable(database)
    unguarded = Tampered(table, lambda write: replace(write, guard=None) if isinstance(write, Put) else write)
    store = InstallStore(unguarded)
    assert [added(store, place(1)) for _ in range(2)] == ["added", "added"]
    assert table.get(places_key(TODO)) != table.get(places_key("other"))
    assert store.places_taken(TODO) == 2

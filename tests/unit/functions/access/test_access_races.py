"""Installs that meet a ban, an approval and one another, at the storage's own granularity."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.access.use_case import AccessControl
from local.database import Database
from local.table import SqliteTable
from shared.domain import lifecycle
from shared.domain.access import PLACES, Kind, Person
from shared.domain.errors import AccessDeniedError, NoPlaceLeftError
from shared.domain.identity import Subject
from shared.domain.installs import Channel, Install
from shared.domain.lifecycle import Standing
from shared.domain.plugin import Pointer
from shared.domain.version import Release, State
from shared.storage.drift import OriginStore
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from shared.storage.table import Check, Count, Table, Write
from tests.building import NOON, REVIEWER, TODO, digest, occasion, plugin, version
from tests.measuring import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from shared.storage.table import Item, ItemPage, Key, Query

CROWD = PLACES + 5
DECIDED = occasion(REVIEWER, after=timedelta(days=1))


def developer(number: int) -> Person:
    return Person(Subject(f"developer-{number}"), frozenset({Kind.DEVELOPER}))


@dataclass(slots=True)
class Interrupted:
    """A table in which something else happens once, right before a transaction."""

    table: Table
    meanwhile: Callable[[], object] = lambda: None
    change: Callable[[Write], Write | None] = lambda write: write
    happened: list[str] = field(default_factory=list)

    def get(self, key: Key) -> Item | None:
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        if not self.happened:
            self.happened.append("meanwhile")
            self.meanwhile()
        changed = [self.change(write) for write in writes]
        self.table.transact([write for write in changed if write])


class Unused:
    """Objects that nobody asks for."""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        raise AssertionError(key, body, media_type)

    def get(self, key: str) -> bytes:
        raise AssertionError(key)


def control(table: Table) -> AccessControl:
    return AccessControl(Store(table), InstallStore(table), Unused(), lambda: NOON, Taken(), OriginStore(table))


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database()
    yield opened
    opened.close()


@pytest.fixture
def table(database: Database) -> Table:
    return registered(SqliteTable(database))


def registered(table: Table) -> Table:
    """Put a plugin into the table whose first version is in review."""
    first = replace(version(State.IN_REVIEW), revision=1)
    transition = lifecycle.register(plugin(), occasion())
    Store(table).commit(replace(transition, versions=(first,)))
    return table


def ban(table: Table) -> Callable[[], None]:
    store = Store(table)
    return lambda: store.commit(lifecycle.ban(store.pointer(TODO), reason="malware", occasion=DECIDED))


def approve(table: Table) -> Callable[[], None]:
    store = Store(table)

    def commit() -> None:
        candidate = store.version(TODO, 1)
        standing = Standing(Pointer(TODO), None)
        transition = lifecycle.approve(
            candidate,
            standing,
            digest=digest(candidate),
            note="",
            release=Release(),
            occasion=DECIDED,
        )
        store.commit(transition)

    return commit


def test_a_ban_that_commits_before_the_install_wins(table: Table) -> None:
    racing = Interrupted(table, ban(table))
    with pytest.raises(AccessDeniedError) as denied:
        control(racing).install(developer(1), TODO, Channel.LIVE)
    assert denied.value.reason == "banned"
    assert InstallStore(table).install(TODO, "developer-1") is None
    assert InstallStore(table).places_taken(TODO) == 0


def test_an_approval_that_commits_before_the_install_makes_a_place_superfluous(table: Table) -> None:
    racing = Interrupted(table, approve(table))
    assert control(racing).install(developer(1), TODO, Channel.LIVE).channel is Channel.LIVE
    assert InstallStore(table).places_taken(TODO) == 0


def test_of_two_requests_of_one_person_the_second_finds_what_the_first_did(table: Table) -> None:
    twice = Interrupted(table, lambda: _same(table))
    assert control(twice).install(developer(1), TODO, Channel.LIVE) == _same(table)
    assert InstallStore(table).places_taken(TODO) == 1


def _same(table: Table) -> Install:
    return control(table).install(developer(1), TODO, Channel.LIVE)


def test_of_two_removals_one_frees_the_place(table: Table) -> None:
    for number in (1, 2):
        control(table).install(developer(number), TODO, Channel.LIVE)
    twice = Interrupted(table, lambda: control(table).uninstall(developer(1), TODO))
    control(twice).uninstall(developer(1), TODO)
    assert InstallStore(table).places_taken(TODO) == 1


def test_a_planted_fault_lets_an_install_overtake_a_ban(table: Table) -> None:
    racing = Interrupted(table, ban(table), lambda write: None if isinstance(write, Check) else write)
    assert control(racing).install(developer(1), TODO, Channel.LIVE)


class Gathering:
    """A table in which nobody writes before everybody has read."""

    def __init__(self, table: Table, people: int, change: Callable[[Write], Write]) -> None:
        self._table = table
        self._change = change
        self._together = threading.Barrier(people)
        self._met: set[int] = set()

    def get(self, key: Key) -> Item | None:
        return self._table.get(key)

    def query(self, query: Query) -> ItemPage:
        return self._table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        if threading.get_ident() not in self._met:
            self._met.add(threading.get_ident())
            self._together.wait(30)
        self._table.transact([self._change(write) for write in writes])


def crowd(database: Database, change: Callable[[Write], Write]) -> Counter[str]:
    """Let more developers than there are places come at once: each has read that all the places are free."""
    people = control(Gathering(registered(SqliteTable(database)), CROWD, change))

    def come(number: int) -> str:
        try:
            return people.install(developer(number), TODO, Channel.LIVE).channel
        except NoPlaceLeftError:
            return "full"

    with ThreadPoolExecutor(CROWD) as threads:
        return Counter(threads.map(come, range(CROWD)))


@pytest.fixture
def database_file(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "standfast.db")
    yield opened
    opened.close()


def test_never_a_hundred_and_one_however_many_come_at_once(database_file: Database) -> None:
    assert crowd(database_file, lambda write: write) == {Channel.PREVIEW: PLACES, "full": CROWD - PLACES}


def test_a_planted_fault_lets_a_hundred_and_five_in(database_file: Database) -> None:
    unbounded = crowd(database_file, lambda write: replace(write, at_most=10**9) if isinstance(write, Count) else write)
    assert unbounded == {Channel.PREVIEW: CROWD}

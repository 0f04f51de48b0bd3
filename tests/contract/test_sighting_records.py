"""What reviewers have seen: kept for each by plugin and version, and found by what it has to be newer than."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.domain.identity import PluginId, Subject
from shared.domain.sightings import Sighting
from shared.domain.transition import Transition
from shared.storage.store import Store
from tests.building import NOON, REVIEWER, TODO

if TYPE_CHECKING:
    from shared.storage.table import Table


@pytest.fixture
def store(table: Table) -> Store:
    return Store(table)


def see(store: Store, *numbers: int, by: str = REVIEWER, plugin: str = TODO) -> None:
    for number in numbers:
        sighting = Sighting(PluginId(plugin), number, Subject(by), NOON)
        store.commit(Transition(events=(), sighting=sighting))


def test_who_saw_nothing_saw_nothing(store: Store) -> None:
    assert store.last_seen(TODO, REVIEWER, up_to=9) is None


def test_the_newest_one_up_to_a_number_is_found(store: Store) -> None:
    see(store, 1, 2, 10, 11)
    assert [store.last_seen(TODO, REVIEWER, up_to=number) for number in (1, 9, 10, 12)] == [1, 2, 10, 11]
    assert store.last_seen(TODO, REVIEWER, up_to=0) is None


def test_seeing_twice_is_seeing(store: Store) -> None:
    see(store, 3, 3)
    assert store.last_seen(TODO, REVIEWER, up_to=9) == 3


def test_one_reviewer_did_not_see_what_another_saw_nor_one_plugin_what_another_was(store: Store) -> None:
    see(store, 4, by="reviewer-1#todo")
    see(store, 5, by="reviewer-2")
    see(store, 6, plugin="todo-2")
    assert store.last_seen(TODO, REVIEWER, up_to=9) is None


def test_more_sightings_than_a_page_holds_are_found(store: Store) -> None:
    see(store, *range(1, 131))
    assert store.last_seen(TODO, REVIEWER, up_to=5) == 5

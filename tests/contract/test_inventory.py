"""Going through everything, on every implementation: the table, the objects, places, and runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import boto3
import pytest

from local.objects import FileObjects
from shared.domain.access import PLACES
from shared.domain.errors import RunNotFoundError, StaleStateError
from shared.domain.identity import EventId, Subject
from shared.domain.installs import Channel, Install
from shared.domain.plugin import Pointer
from shared.domain.ports import PageRequest
from shared.domain.reconciling import Discrepancy, Kind, Places, Reconciliation
from shared.domain.version import State, Version
from shared.storage.installs import InstallStore, places_key
from shared.storage.inventory import InventoryStore
from shared.storage.items import plugin_item, pointer_item, version_item
from shared.storage.listing import S3Listing
from shared.storage.reconciliations import ReconciliationStore
from shared.storage.s3 import S3Objects
from shared.storage.table import Count, Key, Put, ScannedTable
from tests.building import NOON, TODO, plugin, version
from tests.contract.conftest import BUCKET, REGION

if TYPE_CHECKING:
    from shared.domain.ports import ObjectListing, ObjectStore
    from shared.storage.table import Item, Table

RUN = Reconciliation(EventId("0a"), mends=True, asked_by=Subject("operator-1"), started_at=NOON, updated_at=NOON)


@pytest.fixture
def scanned(table: Table) -> ScannedTable:
    return cast("ScannedTable", table)


@pytest.fixture
def listing(objects: ObjectStore) -> ObjectListing:
    if isinstance(objects, FileObjects):
        return objects
    assert isinstance(objects, S3Objects)
    return S3Listing(boto3.client("s3", region_name=REGION), BUCKET)


def keys_of(table: ScannedTable, limit: int) -> list[Key]:
    found: list[Item] = []
    after: Key | None = None
    while True:
        page = table.scan(after, limit)
        found += page.items
        if page.end is None:
            return [item.key for item in found]
        after = page.end.key


@pytest.mark.parametrize("limit", [1, 3, 100])
def test_every_item_comes_once_whatever_the_size_of_the_pages(scanned: ScannedTable, limit: int) -> None:
    items = [plugin_item(plugin(f"p{number}")) for number in range(4)]
    items += [version_item(version(State.IN_REVIEW, number)) for number in (1, 2)]
    for item in items:
        scanned.transact([Put(item, None)])
    found = keys_of(scanned, limit)
    assert sorted(found, key=repr) == sorted((item.key for item in items), key=repr)


def test_an_empty_table_is_one_empty_page(scanned: ScannedTable) -> None:
    page = scanned.scan(None, 10)
    assert (page.items, page.end) == ((), None)


def test_a_shelf_holds_what_can_be_wrong_and_counts_the_rest(scanned: ScannedTable) -> None:
    pointer = Pointer(TODO, revision=1)
    for item in (plugin_item(plugin()), version_item(version()), pointer_item(pointer)):
        scanned.transact([Put(item, None)])
    scanned.transact([Count(places_key("todo"), "taken", 1, PLACES, "a place is free")])
    shelf = InventoryStore(scanned).shelf("", 100)
    assert shelf.looked_at == 4
    assert set(map(type, shelf.records)) == {Version, Pointer, Places}
    assert shelf.next_cursor is None


def test_a_shelf_goes_on_where_the_last_one_ended(scanned: ScannedTable) -> None:
    for number in range(1, 6):
        scanned.transact([Put(version_item(version(number=number)), None)])
    inventory = InventoryStore(scanned)
    numbers: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        shelf = inventory.shelf(cursor, 2)
        numbers += [record.number for record in shelf.records if isinstance(record, Version)]
        cursor = shelf.next_cursor
    assert sorted(numbers) == [1, 2, 3, 4, 5]


def test_what_a_version_names_is_known_and_a_version_that_is_not_there_is_not(scanned: ScannedTable) -> None:
    inventory = InventoryStore(scanned)
    assert inventory.in_use("todo", 1) is None
    scanned.transact([Put(version_item(version(State.IN_REVIEW)), None)])
    used = inventory.in_use("todo", 1)
    assert used
    assert used.keys == frozenset() or all(key.startswith("plugins/todo/versions/1/") for key in used.keys)


KEYS = [
    "plugins/a/versions/1/d/openapi.yaml",
    "plugins/a-b/versions/1/d/openapi.yaml",
    "plugins/a/versions/10/d/manifest.json",
    "plugins/a/versions/2/d/manifest.json",
    "plugins/b/versions/1/d/manifest.json",
]


@pytest.mark.parametrize("limit", [1, 2, 5, 100])
def test_objects_come_in_the_order_of_their_keys(objects: ObjectStore, listing: ObjectListing, limit: int) -> None:
    for key in KEYS:
        objects.put(key, b"x", "text/plain")
    found: list[str] = []
    while True:
        listed = listing.listed(found[-1] if found else "", limit)
        found += [each.key for each in listed.objects]
        if listed.is_all:
            break
        assert len(listed.objects) == limit
    assert found == sorted(KEYS)


def test_objects_tell_when_they_were_stored(objects: ObjectStore, listing: ObjectListing) -> None:
    objects.put(KEYS[0], b"x", "text/plain")
    (stored,) = listing.listed("", 10).objects
    assert stored.at.tzinfo


def test_an_object_is_there_or_it_is_not(objects: ObjectStore, listing: ObjectListing) -> None:
    objects.put(KEYS[0], b"x", "text/plain")
    assert listing.has(KEYS[0])
    assert not listing.has(KEYS[1])


def test_nothing_is_listed_of_an_empty_store(listing: ObjectListing) -> None:
    listed = listing.listed("", 10)
    assert (listed.objects, listed.is_all) == ((), True)


def install(store: InstallStore, subject: str, channel: Channel = Channel.PREVIEW) -> None:
    store.add(Install(TODO, Subject(subject), NOON, channel), Pointer(TODO))


def test_places_that_are_counted_right_have_no_difference(table: Table) -> None:
    store = InstallStore(table)
    install(store, "developer-1")
    install(store, "plus-1", Channel.LIVE)
    assert store.miscount(TODO) == 0
    assert store.miscount("nothing") == 0


@pytest.mark.parametrize("by", [3, -1])
def test_a_counter_that_is_off_is_corrected_by_the_difference(table: Table, by: int) -> None:
    store = InstallStore(table)
    install(store, "developer-1")
    table.transact([Count(places_key(TODO), "taken", by, PLACES, "off")])
    assert store.miscount(TODO) == by
    store.correct(TODO, -by)
    assert (store.miscount(TODO), store.places_taken(TODO)) == (0, 1)


def test_a_run_is_kept_with_all_that_it_found(table: Table) -> None:
    store = ReconciliationStore(table)
    kept = replace(
        RUN,
        found={Kind.ORPHAN_OBJECT: 2},
        mended={Kind.STUCK_SUBMISSION: 1},
        discrepancies=(Discrepancy(Kind.ORPHAN_OBJECT, "todo 1", "No record names it.", mended=True),),
    )
    store.save(kept)
    assert store.run("0a") == kept


def test_the_newest_run_is_the_first(table: Table) -> None:
    store = ReconciliationStore(table)
    for name in ("0a", "0c", "0b"):
        store.save(replace(RUN, run_id=EventId(name)))
    assert [run.run_id for run in store.runs(PageRequest()).records] == ["0c", "0b", "0a"]


def test_a_step_that_was_noted_before_is_not_noted_again(table: Table) -> None:
    store = ReconciliationStore(table)
    store.save(RUN)
    store.save(replace(RUN, revision=2))
    with pytest.raises(StaleStateError):
        store.save(replace(RUN, revision=2))


def test_a_run_that_was_never_begun_is_not_found(table: Table) -> None:
    with pytest.raises(RunNotFoundError):
        ReconciliationStore(table).run("0b")


def test_runs_are_forgotten_some_weeks_later(table: Table) -> None:
    ReconciliationStore(table).save(RUN)
    item = table.get(Key("RECONCILE#ALL", "RUN#0a"))
    assert item
    assert item.attributes["expires"] == int((NOON + timedelta(days=60)).timestamp())

"""A place that a store lives in: its table, its objects, and the ports that set what waits in motion again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.ports import (
    DeliveryQueue,
    DueReleases,
    ObjectListing,
    ObjectStore,
    ReleaseSchedule,
    SnapshotQueue,
)
from shared.storage.table import Item, Key, ScannedTable

if TYPE_CHECKING:
    from collections.abc import Iterator


IMPORTED = "imported"
"""The attribute of an event that came with an import: the stream's consumers pass it over, since it was told before."""

MARK = Key("EXCHANGE#IMPORT", "STATE")
"""The record that says which bundle a place was filled from."""

_LEFT_BEHIND = ("EXCHANGE#", "RECONCILE#")
"""Partitions that tell of the place and not of the store."""
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Site:
    """A place. `untold` returns the keys of what the consumers of the table's stream have not been told yet."""

    name: str
    table: ScannedTable
    objects: ObjectStore
    listing: ObjectListing
    snapshots: SnapshotQueue
    schedule: ReleaseSchedule
    releases: DueReleases
    deliveries: DeliveryQueue
    untold: Callable[[], frozenset[Key]] = frozenset


def belongs_to_the_store(item: Item) -> bool:
    """Tell whether a record moves with the store."""
    return not item.key.pk.startswith(_LEFT_BEHIND)


def without_mark(item: Item) -> Item:
    """Return a record as it was before any import."""
    attributes = {name: value for name, value in item.attributes.items() if name != IMPORTED}
    return Item(item.key, attributes)


def expires(item: Item) -> bool:
    """Tell whether a record goes by itself: it may be gone at any moment."""
    return "expires" in item.attributes


def records_of(site: Site, after: Key | None = None) -> Iterator[Item]:
    """Give the records of a store, in the order of its table."""
    while True:
        page = site.table.scan(after, _PAGE)
        yield from (without_mark(item) for item in page.items if belongs_to_the_store(item))
        if page.end is None:
            return
        after = page.end.key

"""Out of a bundle, into a place. Objects first, pointers with the rest of the records last; everything once.

Repeating it is harmless: what is there already is compared and passed over. So a killed import is simply run again.
"""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING

from exchange.bundle import Fingerprint
from exchange.errors import BundleError, ForeignError
from exchange.site import IMPORTED, MARK, expires, records_of, without_mark
from shared.domain.plugin import Pointer
from shared.domain.reconciling import pending_release, served_by
from shared.domain.version import State, Version
from shared.domain.webhooks import Delivery, DeliveryRequest, DeliveryState
from shared.storage.inventory import InventoryStore
from shared.storage.items import EVENT_PREFIX
from shared.storage.table import Guard, GuardFailedError, Item, Put

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from exchange.bundle import Bundle, Progress, Record
    from exchange.site import Site

    type Tell = Callable[[str, int], None]
    type Rename = Callable[[Item], Item]

_BATCH = 100
"""Writes in one transaction, as many as DynamoDB takes."""
_PAGE = 200
_LONGEST_DELAY = timedelta(minutes=15)
_UNDER_WAY, _DONE = "under_way", "done"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of an import. `was_done` says that this very bundle had been imported before, and nothing was done."""

    records: int
    objects: int
    set_in_motion: int
    was_done: bool = False


def import_bundle(site: Site, bundle: Bundle, tell: Tell, *, rename: Rename = lambda item: item) -> Imported:
    """Put a bundle into a place that holds nothing, or a part of this very bundle, and check what is there then.

    `rename` changes records on their way, such as the people they name. Raises ForeignError, BundleError,
    UnavailableError.
    """
    summary = bundle.summary()
    if _state(site, summary) == _DONE:
        return Imported(_count(summary.records), _count(summary.objects), 0, was_done=True)
    _require_sound(bundle, summary)
    _mark(site, summary, _UNDER_WAY)
    objects = _put_objects(site, bundle, summary, tell)
    wanted = _put_records(site, (_renamed(each, rename) for each in bundle.records(summary)), tell)
    _require_same(site, wanted)
    _require_objects(site, bundle, summary, tell)
    set_in_motion = _set_in_motion(site)
    _mark(site, summary, _DONE)
    return Imported(_count(summary.records), objects, set_in_motion)


def _count(lists: Sequence[object]) -> int:
    return sum(getattr(each, "count", 0) for each in lists)


def _state(site: Site, summary: Progress) -> str:
    """Return how far an import of this bundle came; "" where the place holds nothing. Raises ForeignError."""
    mark = site.table.get(MARK)
    if mark is None:
        if any(True for _ in records_of(site)):
            raise ForeignError(f"{site.name} holds a store already. A bundle goes into an empty place.")
        return ""
    if mark.attributes["bundle"] != summary.bundle_id:
        raise ForeignError(f"{site.name} was filled from another bundle.")
    return str(mark.attributes["state"])


def _mark(site: Site, summary: Progress, state: str) -> None:
    item = Item(MARK, {"bundle": summary.bundle_id, "state": state, "revision": 1})
    site.table.transact([Put(item, guard=None)])


def _require_sound(bundle: Bundle, summary: Progress) -> None:
    """Read every list and look for every object's bytes, before anything is written. Raises BundleError."""
    records = sum(1 for _ in bundle.records(summary))
    objects = 0
    for stored in bundle.objects(summary):
        if len(bundle.content(stored)) != stored.size:
            raise BundleError(f"The bytes of {stored.key!r} are not as many as they were.")
        objects += 1
    if (records, objects) != (_count(summary.records), _count(summary.objects)):
        message = "The bundle holds another number of records or objects than it says."
        raise BundleError(message)


def _put_objects(site: Site, bundle: Bundle, summary: Progress, tell: Tell) -> int:
    done = 0
    for done, stored in enumerate(bundle.objects(summary), 1):
        if not site.listing.has(stored.key):
            media_type = mimetypes.guess_type(stored.key)[0] or "application/octet-stream"
            site.objects.put(stored.key, bundle.content(stored), media_type)
        tell("objects", done)
    return done


def _renamed(record: Record, rename: Rename) -> tuple[Item, bool]:
    """Return a record as it is to be stored, and whether its news is still to be told."""
    return rename(record.item), record.is_untold


def _put_records(site: Site, records: Iterator[tuple[Item, bool]], tell: Tell) -> Fingerprint:
    """Store the records, and return the fingerprint of those that stay."""
    wanted, done = Fingerprint(), 0
    for batch in batched(records, _BATCH, strict=False):
        for item, _ in batch:
            if not expires(item):
                wanted.add(item)
        _put_batch(site, [_to_store(item, is_untold=is_untold) for item, is_untold in batch])
        done += len(batch)
        tell("records", done)
    return wanted


def _to_store(item: Item, *, is_untold: bool) -> Item:
    """Mark an event that has been told of: nobody is to get a second letter about it from the new place."""
    if is_untold or not item.key.sk.startswith(EVENT_PREFIX):
        return item
    return Item(item.key, {**item.attributes, IMPORTED: True})


def _put_batch(site: Site, items: Sequence[Item]) -> None:
    try:
        site.table.transact([_put(item) for item in items])
    except GuardFailedError:
        # Some of them are there: from the import before this one.
        for item in items:
            _put_or_compare(site, item)


def _put(item: Item) -> Put:
    return Put(item, Guard("the record is new here", 0))


def _put_or_compare(site: Site, item: Item) -> None:
    stored = site.table.get(item.key)
    if stored is None:
        site.table.transact([_put(item)])
    elif dict(without_mark(stored).attributes) != dict(without_mark(item).attributes):
        raise ForeignError(f"{site.name} holds another record under {item.key.pk} {item.key.sk}.")


def _require_same(site: Site, wanted: Fingerprint) -> None:
    found = Fingerprint()
    for item in records_of(site):
        if not expires(item):
            found.add(item)
    if (found.value, found.count) != (wanted.value, wanted.count):
        message = f"{site.name} holds {found.count} lasting records, of which some are not the bundle's {wanted.count}."
        raise ForeignError(message)


def _require_objects(site: Site, bundle: Bundle, summary: Progress, tell: Tell) -> None:
    """Read every object back, and see that each live version has its own. Raises ForeignError."""
    for done, stored in enumerate(bundle.objects(summary), 1):
        if site.objects.get(stored.key) != bundle.content(stored):
            raise ForeignError(f"{site.name} holds another object under {stored.key!r}.")
        tell("objects checked", done)
    for pointer in (record for record in _inspected(site) if isinstance(record, Pointer)):
        if missing := [key for key in served_by(pointer) if not site.listing.has(key)]:
            raise ForeignError(f"What is served of {pointer.plugin_id!r} lacks {missing[0]!r}.")


def _set_in_motion(site: Site) -> int:
    """Ask again for what was under way in the old place, and return how much that was. Asking twice is harmless."""
    return sum(_resume(site, record) for record in _inspected(site))


def _inspected(site: Site) -> Iterator[object]:
    inventory, cursor = InventoryStore(site.table), ""
    while True:
        shelf = inventory.shelf(cursor, _PAGE)
        yield from shelf.records
        if shelf.next_cursor is None:
            return
        cursor = shelf.next_cursor


def _resume(site: Site, record: object) -> bool:
    now = datetime.now(UTC)
    match record:
        case Version(state=State.SUBMITTED):
            site.snapshots.ask(record.plugin_id, record.number)
        case Version() if moment := pending_release(record):
            ask = site.schedule.at if moment > now else site.releases.ask
            ask(moment, record.plugin_id, record.number)
        case Delivery(state=DeliveryState.PENDING):
            request = DeliveryRequest(record.webhook_id, record.delivery_id, record.revision)
            site.deliveries.ask(request, delay=min(max(record.due_at - now, timedelta()), _LONGEST_DELAY))
        case _:
            return False
    return True

"""The records over the one table: reads by name, and one write, the transition."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from shared.domain.errors import PluginIdTakenError, PluginNotFoundError, StaleStateError, VersionNotFoundError
from shared.domain.events import Event
from shared.domain.forecasting import SLOTS, Wait
from shared.domain.plugin import Plugin, Pointer
from shared.domain.ports import Page, PageRequest
from shared.domain.sightings import Sighting
from shared.domain.transition import Receipt
from shared.domain.version import Version
from shared.storage import items
from shared.storage.codec import decode
from shared.storage.drift import origin_item
from shared.storage.pointers import PointerStore, pointer_key
from shared.storage.publishers import publishers_item
from shared.storage.table import Check, Count, Guard, GuardFailedError, Put, Query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.limits import Quota
    from shared.domain.ports import Wanted
    from shared.domain.transition import Transition
    from shared.storage.table import Item, Value, Write

_ID_IS_FREE = "the plugin id is free"
_KEY_IS_FREE = "the idempotency key is new"
_WHOLE_CATALOGUE_PAGE = 1000
_WITHIN_QUOTA = "the quota is not used up"
_CHUNK = 100
_MOST_SIFTED = 1000
_FARTHEST_PLACE = 1000
_QUEUE = Query(items.QUEUE_PARTITION, index=items.REVIEW_QUEUE, limit=_CHUNK)


class Store(PointerStore):
    """The `Records` port over a table. It holds no state of its own."""

    def plugin(self, plugin_id: str) -> Plugin:
        """Return a plugin. Raises PluginNotFoundError."""
        item = self._table.get(items.plugin_key(plugin_id))
        if item is None:
            raise PluginNotFoundError(plugin_id)
        return decode(Plugin, dict(item.attributes))

    def version(self, plugin_id: str, number: int) -> Version:
        """Return a version. Raises VersionNotFoundError."""
        item = self._table.get(items.version_key(plugin_id, number))
        if item is None:
            raise VersionNotFoundError(plugin_id, number)
        return decode(Version, dict(item.attributes))

    def receipt(self, subject: str, key: str) -> Receipt | None:
        """Return what came of an idempotency key, if it was used within the last day."""
        item = self._table.get(items.receipt_key(subject, key))
        return decode(Receipt, dict(item.attributes)) if item else None

    def versions(self, plugin_id: str, page: PageRequest) -> Page[Version]:
        """Return a plugin's versions, newest first."""
        query = Query(items.plugin_partition(plugin_id), items.VERSION_PREFIX, descending=True)
        return self._page(Version, query, page)

    def events(self, plugin_id: str, page: PageRequest, wanted: Wanted[Event] | None = None) -> Page[Event]:
        """Return what happened to a plugin, newest first."""
        query = Query(items.plugin_partition(plugin_id), items.EVENT_PREFIX, descending=True)
        return self._sifted(Event, query, page, wanted)

    def owned_by(self, subject: str, page: PageRequest) -> Page[Plugin]:
        """Return a publisher's plugins, oldest first."""
        return self._page(Plugin, Query(items.owner_partition(subject), index=items.BY_OWNER), page)

    def queue(self, page: PageRequest, wanted: Wanted[Version] | None = None) -> Page[Version]:
        """Return the versions in review, the longest waiting first."""
        return self._sifted(Version, _QUEUE, page, wanted)

    def place_in_queue(self, version: Version) -> int | None:
        """Return the place of a version in the review queue, from 1; None if it is not in it, or too far behind."""
        key = items.version_key(version.plugin_id, version.number)
        waiting = islice(self._walk(_QUEUE), _FARTHEST_PLACE)
        return next((place for place, item in enumerate(waiting, 1) if item.key == key), None)

    def waits(self) -> tuple[Wait, ...]:
        """Return how long some of the last decisions took, in no order."""
        found = self._walk(Query(items.WAITS_PARTITION, limit=SLOTS))
        return tuple(decode(Wait, dict(item.attributes)) for item in found)

    def last_seen(self, plugin_id: str, subject: str, *, up_to: int) -> int | None:
        """Return the newest version of a plugin, up to a number, that a reviewer saw."""
        query = Query(items.sightings_partition(plugin_id, subject), items.VERSION_PREFIX, descending=True)
        numbers = (decode(Sighting, dict(item.attributes)).number for item in self._walk(query))
        return next((number for number in numbers if number <= up_to), None)

    def open_candidates(self, subject: str, *, up_to: int) -> int:
        """Count a publisher's candidates, `up_to` so many. May be a moment behind."""
        candidates = Query(items.candidates_partition(subject), index=items.BY_OWNER, limit=_CHUNK)
        return sum(1 for _ in islice(self._walk(candidates), up_to))

    def used(self, quota: Quota) -> int:
        """Return how much of a quota is used up."""
        item = self._table.get(items.quota_key(quota))
        used = item.attributes.get(items.USED) if item else 0
        return used if isinstance(used, int) else 0

    def catalogue(self, page: PageRequest, wanted: Wanted[Pointer] | None = None) -> Page[Pointer]:
        """Return the pointers of the plugins that the public may see, by id."""
        return self._sifted(Pointer, Query(items.CATALOGUE_PARTITION, index=items.CATALOGUE), page, wanted)

    def live_names(self, except_for: str) -> tuple[str, ...]:
        """Return the names, for people and for models, of all live plugins but one."""
        names: list[str] = []
        request: PageRequest | None = PageRequest(limit=_WHOLE_CATALOGUE_PAGE)
        while request:
            page = self.catalogue(request)
            others = (
                pointer.live.listing for pointer in page.records if pointer.live and pointer.plugin_id != except_for
            )
            names += (name for listing in others for name in (listing.name_for_human, listing.name_for_model))
            request = PageRequest(page.next_cursor, _WHOLE_CATALOGUE_PAGE) if page.next_cursor else None
        return tuple(names)

    def commit(self, transition: Transition, receipt: Receipt | None = None) -> None:
        """Store a transition and its receipt, all or nothing.

        Raises PluginIdTakenError where a new plugin's id is taken, RateLimitedError where the quota is used up,
        StaleStateError where anything else moved.
        """
        try:
            self._table.transact(_writes(transition, receipt))
        except GuardFailedError as error:
            if error.name == _ID_IS_FREE and transition.plugin:
                raise PluginIdTakenError(transition.plugin.plugin_id) from error
            if error.name == _WITHIN_QUOTA and transition.quota:
                raise transition.quota.exceeded() from error
            raise StaleStateError(error.name) from error

    def _page[Record](self, kind: type[Record], query: Query, request: PageRequest) -> Page[Record]:
        after = items.read_cursor(request.cursor) if request.cursor else None
        page = self._table.query(replace(query, after=after, limit=request.limit))
        return Page(
            tuple(decode(kind, dict(item.attributes)) for item in page.items),
            items.write_cursor(page.end) if page.end else None,
        )

    def _sifted[Record](
        self, kind: type[Record], query: Query, request: PageRequest, wanted: Wanted[Record] | None
    ) -> Page[Record]:
        """Return the wanted ones of the next thousand records; the cursor is that of the last one looked at."""
        if wanted is None:
            return self._page(kind, query, request)
        after = items.read_cursor(request.cursor) if request.cursor else None
        found: list[Record] = []
        last: Item | None = None
        for place, item in enumerate(self._walk(replace(query, after=after, limit=_CHUNK))):
            if last and (len(found) == request.limit or place == _MOST_SIFTED):
                return Page(tuple(found), items.write_cursor(items.position_of(last, query.index)))
            record = decode(kind, dict(item.attributes))
            if wanted(record):
                found.append(record)
            last = item
        return Page(tuple(found), None)

    def _walk(self, query: Query) -> Iterator[Item]:
        """Give one item after the other, whatever the size of the pages."""
        while True:
            page = self._table.query(query)
            yield from page.items
            if page.end is None:
                return
            query = replace(query, after=page.end)


def _writes(transition: Transition, receipt: Receipt | None) -> list[Write]:
    """List the writes, the guards that tell most first: the first one that fails names the error."""
    writes: list[Write] = []
    if receipt:
        # Closes the race of a request and its own repetition: the second finds the key taken and reads the receipt.
        writes.append(Put(items.receipt_item(receipt), Guard(_KEY_IS_FREE, 0)))
    if plugin := transition.plugin:
        # Two publishers who register one id; two submissions that count up to one number.
        name = _ID_IS_FREE if plugin.revision == 1 else "the plugin has no newer submission"
        writes.append(Put(items.plugin_item(plugin), Guard(name, plugin.revision - 1)))
    if quota := transition.quota:
        # Submissions at once that would together be more than the quota: a counter needs no reading first.
        expires: dict[str, Value] = {"expires": int(quota.ends.timestamp())}
        key = items.quota_key(quota)
        writes.append(Count(key, items.USED, 1, quota.at_most, _WITHIN_QUOTA, expires))
    for version in transition.versions:
        # Two decisions; a decision and a withdrawal; a redelivered snapshot.
        name = f"version {version.number} is as it was read"
        writes.append(Put(items.version_item(version), Guard(name, version.revision - 1)))
    writes.extend(_writes_of_what_is_served(transition))
    # Events are append-only: an id is never written twice.
    writes.extend(Put(items.event_item(event), Guard("the event is new", 0)) for event in transition.events)
    if wait := transition.wait:
        # One of a sample: it does not matter which of two decisions a slot remembers.
        writes.append(Put(items.wait_item(wait), guard=None))
    if trusted := transition.trusted:
        # Two workflows that are set at once; the first run of one, and its removal.
        name = "the trusted workflows are as they were read"
        writes.append(Put(publishers_item(trusted), Guard(name, trusted.revision - 1)))
    if origin := transition.origin:
        # Two looks at one origin, when a message is delivered twice.
        writes.append(Put(origin_item(origin), Guard("the origin is as it was read", origin.revision - 1)))
    if sighting := transition.sighting:
        # Who saw a version first and who again is all the same: nothing depends on which of two writes stays.
        writes.append(Put(items.sighting_item(sighting), guard=None))
    return writes


def _writes_of_what_is_served(transition: Transition) -> Iterator[Write]:
    if pointer := transition.pointer:
        # Two releases; a release and a ban.
        yield Put(items.pointer_item(pointer), Guard("the pointer is as it was read", pointer.revision - 1))
    if unmoved := transition.unmoved_pointer:
        # A ban that commits between reading the pointer and an approval that does not write it.
        yield Check(pointer_key(unmoved.plugin_id), Guard("the pointer is as it was read", unmoved.revision))
    if current := transition.current:
        # Two refreshes, of which the slower one may have fetched the older document.
        yield Put(items.current_item(current), Guard("what is served is as it was read", current.revision - 1))

"""The records over the one table: reads by name, and one write, the transition."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.errors import PluginIdTakenError, PluginNotFoundError, StaleStateError, VersionNotFoundError
from shared.domain.events import Event
from shared.domain.identity import PluginId
from shared.domain.plugin import Plugin, Pointer
from shared.domain.ports import Page
from shared.domain.transition import Receipt
from shared.domain.version import Version
from shared.storage import items
from shared.storage.codec import decode
from shared.storage.table import Check, Guard, GuardFailedError, Put, Query

if TYPE_CHECKING:
    from shared.domain.ports import PageRequest
    from shared.domain.transition import Transition
    from shared.storage.table import Table, Write

_ID_IS_FREE = "the plugin id is free"
_KEY_IS_FREE = "the idempotency key is new"


class Store:
    """The `Records` port over a table. It holds no state of its own."""

    def __init__(self, table: Table) -> None:
        self._table = table

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

    def pointer(self, plugin_id: str) -> Pointer:
        """Return a plugin's pointer; one of revision 0 where none is stored, whether or not the plugin exists."""
        item = self._table.get(items.pointer_key(plugin_id))
        return decode(Pointer, dict(item.attributes)) if item else Pointer(PluginId(plugin_id))

    def receipt(self, subject: str, key: str) -> Receipt | None:
        """Return what came of an idempotency key, if it was used within the last day."""
        item = self._table.get(items.receipt_key(subject, key))
        return decode(Receipt, dict(item.attributes)) if item else None

    def versions(self, plugin_id: str, page: PageRequest) -> Page[Version]:
        """Return a plugin's versions, newest first."""
        query = Query(items.plugin_partition(plugin_id), items.VERSION_PREFIX, descending=True)
        return self._page(Version, query, page)

    def events(self, plugin_id: str, page: PageRequest) -> Page[Event]:
        """Return what happened to a plugin, newest first."""
        query = Query(items.plugin_partition(plugin_id), items.EVENT_PREFIX, descending=True)
        return self._page(Event, query, page)

    def owned_by(self, subject: str, page: PageRequest) -> Page[Plugin]:
        """Return a publisher's plugins, oldest first."""
        return self._page(Plugin, Query(items.owner_partition(subject), index=items.BY_OWNER), page)

    def queue(self, page: PageRequest) -> Page[Version]:
        """Return the versions in review, the longest waiting first."""
        return self._page(Version, Query(items.QUEUE_PARTITION, index=items.REVIEW_QUEUE), page)

    def catalogue(self, page: PageRequest) -> Page[Pointer]:
        """Return the pointers of the plugins that the public may see, by id."""
        return self._page(Pointer, Query(items.CATALOGUE_PARTITION, index=items.CATALOGUE), page)

    def commit(self, transition: Transition, receipt: Receipt | None = None) -> None:
        """Store a transition and its receipt, all or nothing.

        Raises PluginIdTakenError where a new plugin's id is taken, StaleStateError where anything else moved.
        """
        try:
            self._table.transact(_writes(transition, receipt))
        except GuardFailedError as error:
            if error.name == _ID_IS_FREE and transition.plugin:
                raise PluginIdTakenError(transition.plugin.plugin_id) from error
            raise StaleStateError(error.name) from error

    def _page[Record](self, kind: type[Record], query: Query, request: PageRequest) -> Page[Record]:
        after = items.read_cursor(request.cursor) if request.cursor else None
        page = self._table.query(replace(query, after=after, limit=request.limit))
        return Page(
            tuple(decode(kind, dict(item.attributes)) for item in page.items),
            items.write_cursor(page.end) if page.end else None,
        )


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
    for version in transition.versions:
        # Two decisions; a decision and a withdrawal; a redelivered snapshot.
        name = f"version {version.number} is as it was read"
        writes.append(Put(items.version_item(version), Guard(name, version.revision - 1)))
    if pointer := transition.pointer:
        # Two releases; a release and a ban.
        writes.append(Put(items.pointer_item(pointer), Guard("the pointer is as it was read", pointer.revision - 1)))
    if unmoved := transition.unmoved_pointer:
        # A ban that commits between reading the pointer and an approval that does not write it.
        key = items.pointer_key(unmoved.plugin_id)
        writes.append(Check(key, Guard("the pointer is as it was read", unmoved.revision)))
    # Events are append-only: an id is never written twice.
    writes.extend(Put(items.event_item(event), Guard("the event is new", 0)) for event in transition.events)
    return writes

"""Everything in the one table, page by page, for whoever has to go through all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.identity import PluginId
from shared.domain.plugin import Pointer
from shared.domain.reconciling import InUse, Places, Shelf, in_use
from shared.domain.version import Version
from shared.domain.webhooks import Delivery
from shared.storage.codec import decode
from shared.storage.installs import PLACES_SORT_KEY, installs_partition
from shared.storage.items import VERSION_PREFIX, plugin_partition, read_cursor, version_key, write_cursor
from shared.storage.pointers import POINTER_PREFIX, PointerStore
from shared.storage.webhooks import DELIVERY_PREFIX

if TYPE_CHECKING:
    from shared.domain.reconciling import Inspected
    from shared.storage.table import Item, ScannedTable

_PLUGINS = plugin_partition("")
_INSTALLS = installs_partition("")


class InventoryStore:
    """The `Inventory` port over a table."""

    def __init__(self, table: ScannedTable) -> None:
        self._table = table

    def shelf(self, cursor: str, limit: int) -> Shelf:
        """Return the next records after a cursor. Raises InvalidCursorError, UnavailableError."""
        page = self._table.scan(read_cursor(cursor).key if cursor else None, limit)
        records = tuple(record for item in page.items if (record := _inspected(item)))
        return Shelf(records, len(page.items), write_cursor(page.end) if page.end else None)

    def in_use(self, plugin_id: str, number: int) -> InUse | None:
        """Return what records name of a version's objects; None where there is no such version."""
        item = self._table.get(version_key(plugin_id, number))
        if item is None:
            return None
        version = decode(Version, dict(item.attributes))
        current = PointerStore(self._table).current_document(plugin_id, number) if version.dynamic else None
        return in_use(version, current)


def _inspected(item: Item) -> Inspected | None:
    """Read an item, if anything can be wrong with its like."""
    attributes = dict(item.attributes)
    pk, sk = item.key.pk, item.key.sk
    if pk.startswith(_PLUGINS) and sk.startswith(VERSION_PREFIX):
        return decode(Version, attributes)
    if pk.startswith(POINTER_PREFIX):
        return decode(Pointer, attributes)
    if sk.startswith(DELIVERY_PREFIX):
        return decode(Delivery, attributes)
    if pk.startswith(_INSTALLS) and sk == PLACES_SORT_KEY:
        return Places(PluginId(pk.removeprefix(_INSTALLS)))
    return None

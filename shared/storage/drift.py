"""Records of origins over the one table: a partition for each plugin, which is not that of its pointer.

A record is written with the event that tells of it (`shared.storage.store`), and read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.drift import Origin
from shared.domain.probing import Probes
from shared.storage.codec import attributes_of, decode
from shared.storage.table import Item, Key, Put

if TYPE_CHECKING:
    from shared.storage.table import Table

DRIFT_PREFIX = "DRIFT#"


def origin_key(plugin_id: str) -> Key:
    """Return the key of the record of a plugin's origin."""
    return Key(f"{DRIFT_PREFIX}{plugin_id}", "ORIGIN")


def probes_key(plugin_id: str, number: int) -> Key:
    """Return the key of what answered for a version."""
    return Key(f"{DRIFT_PREFIX}{plugin_id}", f"PROBES#{number:08d}")


def origin_item(origin: Origin) -> Item:
    """Return the item of the record of an origin."""
    return Item(origin_key(origin.plugin_id), attributes_of(origin))


class OriginStore:
    """The `Origins` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def origin(self, plugin_id: str) -> Origin | None:
        """Return the record of a plugin's origin, None before the first look."""
        item = self._table.get(origin_key(plugin_id))
        return decode(Origin, dict(item.attributes)) if item else None

    def probes(self, plugin_id: str, number: int) -> Probes | None:
        """Return what answered when the servers of a version under review were last probed."""
        item = self._table.get(probes_key(plugin_id, number))
        return decode(Probes, dict(item.attributes)) if item else None

    def keep(self, probes: Probes) -> None:
        """Store what answered; of two probes at once either may stay."""
        key = probes_key(probes.plugin_id, probes.number)
        self._table.transact([Put(Item(key, attributes_of(probes)), guard=None)])

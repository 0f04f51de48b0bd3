"""The pointer alone: what the public route reads. It imports little else: a cold start pays for each module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.identity import PluginId
from shared.domain.plugin import Pointer
from shared.storage.codec import decode
from shared.storage.table import Key

if TYPE_CHECKING:
    from shared.storage.table import Table

POINTER_PREFIX = "LIVE#"


def pointer_key(plugin_id: str) -> Key:
    """Return the key of the pointer: a partition of its own, which IAM can tell from all others."""
    return Key(f"{POINTER_PREFIX}{plugin_id}", "LIVE")


class PointerStore:
    """The `PointerReader` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def pointer(self, plugin_id: str) -> Pointer:
        """Return a plugin's pointer; one of revision 0 where none is stored, whether or not the plugin exists."""
        item = self._table.get(pointer_key(plugin_id))
        return decode(Pointer, dict(item.attributes)) if item else Pointer(PluginId(plugin_id))

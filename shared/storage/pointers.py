"""What the public route reads, and little else: a cold start pays for each module.

The pointer, and for a version whose schema may vary what is served of it now.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.identity import PluginId
from shared.domain.plugin import CurrentDocument, Pointer
from shared.storage.codec import decode
from shared.storage.table import Key

if TYPE_CHECKING:
    from shared.storage.table import Table

POINTER_PREFIX = "LIVE#"
CURRENT_PREFIX = "DYNAMIC#"


def pointer_key(plugin_id: str) -> Key:
    """Return the key of the pointer: a partition of its own, which IAM can tell from all others."""
    return Key(f"{POINTER_PREFIX}{plugin_id}", "LIVE")


def current_key(plugin_id: str, number: int) -> Key:
    """Return the key of what is served of a version whose schema may vary. Whoever refreshes it writes no pointer."""
    return Key(f"{CURRENT_PREFIX}{plugin_id}", f"VERSION#{number:08d}")


class PointerStore:
    """The `PointerReader` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def pointer(self, plugin_id: str) -> Pointer:
        """Return a plugin's pointer; one of revision 0 where none is stored, whether or not the plugin exists."""
        item = self._table.get(pointer_key(plugin_id))
        return decode(Pointer, dict(item.attributes)) if item else Pointer(PluginId(plugin_id))

    def current_document(self, plugin_id: str, number: int) -> CurrentDocument | None:
        """Return what is served of a version whose schema may vary; None while that is what it was pinned with."""
        item = self._table.get(current_key(plugin_id, number))
        return decode(CurrentDocument, dict(item.attributes)) if item else None

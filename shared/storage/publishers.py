"""The workflows that a plugin trusts, over the one table: one record beside the plugin's own.

It is written with the event that tells of it (`shared.storage.store`), and read here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.publishers import TrustedPublishers
from shared.storage.codec import attributes_of, decode
from shared.storage.items import plugin_partition
from shared.storage.table import Item, Key

if TYPE_CHECKING:
    from shared.domain.identity import PluginId
    from shared.storage.table import Table


def publishers_key(plugin_id: str) -> Key:
    """Return the key of what a plugin trusts."""
    return Key(plugin_partition(plugin_id), "TRUSTED")


def publishers_item(trusted: TrustedPublishers) -> Item:
    """Return the item of what a plugin trusts."""
    return Item(publishers_key(trusted.plugin_id), attributes_of(trusted))


class PublisherStore:
    """The `Publishers` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def trusted(self, plugin_id: PluginId) -> TrustedPublishers:
        """Return what a plugin trusts; of revision 0 where that is nothing, whether or not the plugin exists."""
        item = self._table.get(publishers_key(plugin_id))
        return decode(TrustedPublishers, dict(item.attributes)) if item else TrustedPublishers(plugin_id)

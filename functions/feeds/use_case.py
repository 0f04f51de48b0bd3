"""The public history, whole for mirrors and by plugin for feed readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import PluginNotFoundError
from shared.domain.ports import Changes

if TYPE_CHECKING:
    from shared.domain.feed import Change
    from shared.domain.identity import PluginId
    from shared.domain.ports import Page, PageRequest

_MOST_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Feeds:
    """The reads."""

    changes: Changes

    def since(self, page: PageRequest) -> Page[Change]:
        """Return what changed after a cursor, oldest first. Raises InvalidCursorError."""
        return self.changes.since(page)

    def of_plugin(self, plugin_id: PluginId) -> tuple[Change, ...]:
        """Return the latest changes of a plugin, newest first. Raises PluginNotFoundError where it never was live."""
        changes = self.changes.of_plugin(plugin_id, _MOST_ENTRIES)
        if not changes:
            raise PluginNotFoundError(plugin_id)
        return changes

"""Who may do what with a plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import PluginNotFoundError

if TYPE_CHECKING:
    from shared.domain.identity import Subject
    from shared.domain.plugin import Plugin


def require_owner(plugin: Plugin, caller: Subject) -> None:
    """Raise PluginNotFoundError for anybody but the owner: whether a plugin is here is the owner's to tell."""
    if plugin.owner != caller:
        raise PluginNotFoundError(plugin.plugin_id)

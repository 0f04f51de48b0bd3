"""Purging what a cache holds of a plugin, at once and once more."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.plugin import cache_tag
from shared.domain.ports import EdgeCache, PurgeQueue


@dataclass(frozen=True, slots=True)
class Purge:
    """Purges twice. An answer from before the change may reach the cache after the first purge, and would stay there.

    Every flip, rollback, ban and lift moves the pointer, and each move has a revision of its own. The references are
    made of it, so that a repeated delivery asks for no other purge than the first one did.
    """

    edge: EdgeCache
    again: PurgeQueue

    def moved(self, plugin_id: str, revision: int) -> None:
        """Purge what a cache holds of a plugin whose pointer moved. Raises UnavailableError; then try again.

        The second purge is asked for first: a failure in between leaves one too many, and none too few.
        """
        self.again.ask(plugin_id, revision)
        self._purge(plugin_id, f"{plugin_id}/{revision}/1")

    def repeat(self, plugin_id: str, revision: int) -> None:
        """Purge for the second time. Raises UnavailableError; then try again."""
        self._purge(plugin_id, f"{plugin_id}/{revision}/2")

    def _purge(self, plugin_id: str, reference: str) -> None:
        self.edge.invalidate([cache_tag(plugin_id)], reference=reference)

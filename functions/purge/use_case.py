"""Purging what a cache holds of a plugin, at once and once more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.figures import PURGE_LAG, Figure
from shared.domain.plugin import cache_tag
from shared.domain.ports import Clock, EdgeCache, Metrics, PurgeQueue

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.plugin import Move


@dataclass(frozen=True, slots=True)
class Purge:
    """Purges twice. An answer from before the change may reach the cache after the first purge, and would stay there.

    Every flip, rollback, ban and lift moves the pointer, and every refresh of a schema that varies a record of its own.
    Each move has a revision. The references are made of it, so that a repeated delivery asks for no other purge than
    the first one did.
    """

    edge: EdgeCache
    again: PurgeQueue
    clock: Clock
    metrics: Metrics

    def moved(self, move: Move, *, at: datetime) -> None:
        """Purge what a cache holds of a plugin of which something moved `at`. Raises UnavailableError; then try again.

        The second purge is asked for first: a failure in between leaves one too many, and none too few.
        """
        self.again.ask(move)
        self._purge(move, turn=1)
        lag = (self.clock() - at).total_seconds() * 1000
        self.metrics.record(Figure(PURGE_LAG, max(lag, 0.0)))  # two clocks: a little less than nothing is nothing

    def repeat(self, move: Move) -> None:
        """Purge for the second time. Raises UnavailableError; then try again."""
        self._purge(move, turn=2)

    def _purge(self, move: Move, *, turn: int) -> None:
        self.edge.invalidate([cache_tag(move.plugin_id)], reference=f"{move.reference}/{turn}")

"""Looks at origins on one machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.storage.drift_queue import write_task

if TYPE_CHECKING:
    from datetime import timedelta

    from local.queue import SqliteQueue
    from shared.domain.rounds import DriftTask


class SqliteDriftQueue:
    """The `DriftQueue` port over a queue of this machine."""

    def __init__(self, queue: SqliteQueue) -> None:
        self._queue = queue

    def ask(self, *tasks: tuple[DriftTask, timedelta]) -> None:
        """Ask for some tasks, each after a while. Raises UnavailableError."""
        for task, delay in tasks:
            self._queue.send(write_task(task), delay_seconds=delay.total_seconds())

"""Requests for the steps of a reconciliation in the store's own database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.storage.reconcile_queue import write_step_request

if TYPE_CHECKING:
    from local.queue import SqliteQueue
    from shared.domain.reconciling import StepRequest


class SqliteReconcileQueue:
    """The `ReconcileQueue` port over a queue."""

    def __init__(self, queue: SqliteQueue) -> None:
        self._queue = queue

    def ask(self, request: StepRequest) -> None:
        """Ask for a step. Raises UnavailableError."""
        self._queue.send(write_step_request(request), delay_seconds=0)

"""Requests for webhook deliveries in the store's own database: what `shared.storage.delivery_queue` is on AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.storage.delivery_queue import write_request

if TYPE_CHECKING:
    from datetime import timedelta

    from local.queue import SqliteQueue
    from shared.domain.webhooks import DeliveryRequest


class SqliteDeliveryQueue:
    """The `DeliveryQueue` port over a queue."""

    def __init__(self, queue: SqliteQueue) -> None:
        self._queue = queue

    def ask(self, request: DeliveryRequest, *, delay: timedelta) -> None:
        """Ask for an attempt after a while. Raises UnavailableError."""
        self._queue.send(write_request(request), delay_seconds=delay.total_seconds())

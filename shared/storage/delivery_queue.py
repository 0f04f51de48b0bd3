"""Requests for webhook deliveries in SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.storage.sending import Sender

if TYPE_CHECKING:
    from datetime import timedelta

    from mypy_boto3_sqs import SQSClient

    from shared.domain.webhooks import DeliveryRequest


def write_request(request: DeliveryRequest) -> str:
    """Return the body of a request's message."""
    document = {
        "webhook_id": request.webhook_id,
        "delivery_id": request.delivery_id,
        "revision": request.revision,
    }
    return json.dumps(document)


class SqsDeliveryQueue:
    """The `DeliveryQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "a delivery")

    def ask(self, request: DeliveryRequest, *, delay: timedelta) -> None:
        """Ask for an attempt after a while, fifteen minutes at most. Raises UnavailableError."""
        self._sender.send(write_request(request), delay=delay)

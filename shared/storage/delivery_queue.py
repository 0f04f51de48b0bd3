"""Requests for webhook deliveries in SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.storage.correlating import message_attributes

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
        self._client = client
        self._url = queue_url

    def ask(self, request: DeliveryRequest, *, delay: timedelta) -> None:
        """Ask for an attempt after a while, fifteen minutes at most. Raises UnavailableError."""
        seconds = int(delay.total_seconds())
        try:
            self._client.send_message(
                QueueUrl=self._url,
                MessageBody=write_request(request),
                DelaySeconds=seconds,
                MessageAttributes=message_attributes(),
            )
        except (ClientError, BotoCoreError) as error:
            message = f"SQS did not take the request for a delivery: {error}"
            raise UnavailableError(message) from error

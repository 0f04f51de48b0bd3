"""Sending to SQS, for all the queues: each adds what its messages say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.storage.correlating import message_attributes

if TYPE_CHECKING:
    from datetime import timedelta

    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import SendMessageRequestTypeDef


class Sender:
    """Sends to one queue. `request` says what its messages ask for: "a snapshot"."""

    def __init__(self, client: SQSClient, queue_url: str, request: str) -> None:
        self._client = client
        self._url = queue_url
        self._request = request

    def send(self, body: str, *, delay: timedelta | None = None) -> None:
        """Send a message, after a while of fifteen minutes at most; None is the queue's own. Raises UnavailableError.

        The message carries the correlation id of whatever goes on.
        """
        message: SendMessageRequestTypeDef = {
            "QueueUrl": self._url,
            "MessageBody": body,
            "MessageAttributes": message_attributes(),
        }
        if delay is not None:
            message["DelaySeconds"] = int(delay.total_seconds())
        try:
            self._client.send_message(**message)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"SQS did not take the request for {self._request}: {error}") from error

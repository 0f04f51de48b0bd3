"""Requests for snapshots in SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.storage.correlating import message_attributes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsSnapshotQueue:
    """The `SnapshotQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask for a snapshot of a version. Raises UnavailableError; then nothing may be committed."""
        body = json.dumps({"plugin_id": plugin_id, "version": number})
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body, MessageAttributes=message_attributes())
        except (ClientError, BotoCoreError) as error:
            message = f"SQS did not take the request for a snapshot: {error}"
            raise UnavailableError(message) from error

"""Requests to repeat a purge in SQS. The queue itself holds them back: its `DelaySeconds` is the time in between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.storage.correlating import message_attributes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from shared.domain.plugin import Move


def write_repeat_request(move: Move) -> str:
    """Return the body of a request's message."""
    return json.dumps({"plugin_id": move.plugin_id, "revision": move.revision, "version": move.version})


class SqsPurgeQueue:
    """The `PurgeQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def ask(self, move: Move) -> None:
        """Ask for the second purge. Raises UnavailableError."""
        try:
            self._client.send_message(
                QueueUrl=self._url, MessageBody=write_repeat_request(move), MessageAttributes=message_attributes()
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"SQS did not take the request for a second purge: {error}") from error

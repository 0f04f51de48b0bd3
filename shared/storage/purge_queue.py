"""Requests to repeat a purge in SQS. The queue itself holds them back: its `DelaySeconds` is the time in between."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.storage.sending import Sender

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from shared.domain.plugin import Move


def write_repeat_request(move: Move) -> str:
    """Return the body of a request's message."""
    return json.dumps({"plugin_id": move.plugin_id, "revision": move.revision, "version": move.version})


class SqsPurgeQueue:
    """The `PurgeQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "a second purge")

    def ask(self, move: Move) -> None:
        """Ask for the second purge. Raises UnavailableError."""
        self._sender.send(write_repeat_request(move))

"""Requests about one version in SQS: for its snapshot, and for a look at it by the policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.storage.sending import Sender

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


def write_version_request(plugin_id: str, number: int) -> str:
    """Return the body of a request's message."""
    return json.dumps({"plugin_id": plugin_id, "version": number})


class SqsSnapshotQueue:
    """The `SnapshotQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "a snapshot")

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask for a snapshot of a version. Raises UnavailableError; then nothing may be committed."""
        self._sender.send(write_version_request(plugin_id, number))


class SqsFastLaneQueue:
    """The `FastLaneQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "the fast lane")

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask about a version. Raises UnavailableError; then nothing may be committed."""
        self._sender.send(write_version_request(plugin_id, number))

"""The parts of a round of looks as messages in SQS, as many in a request as it takes."""

from __future__ import annotations

import json
from itertools import batched
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.rounds import Check, Examine, Plan, Probe
from shared.storage.codec import encode

if TYPE_CHECKING:
    from datetime import timedelta

    from mypy_boto3_sqs import SQSClient

    from shared.domain.rounds import DriftTask

_MOST_ENTRIES = 10
_NAMES = {Plan: "plan", Check: "check", Examine: "examine", Probe: "probe"}


def write_task(task: DriftTask) -> str:
    """Return the body of a task's message."""
    members = encode(task)
    return json.dumps({"task": _NAMES[type(task)], **(members if isinstance(members, dict) else {})})


class SqsDriftQueue:
    """The `DriftQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def ask(self, *tasks: tuple[DriftTask, timedelta]) -> None:
        """Ask for some tasks, each after a while, fifteen minutes at most. Raises UnavailableError."""
        for together in batched(tasks, _MOST_ENTRIES, strict=False):
            self._send(
                [
                    {"Id": str(place), "MessageBody": write_task(task), "DelaySeconds": int(delay.total_seconds())}
                    for place, (task, delay) in enumerate(together)
                ]
            )

    def _send(self, entries: list[dict[str, str | int]]) -> None:
        try:
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)  # type: ignore[arg-type]
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"SQS did not take the tasks of a round: {error}") from error
        if failed := answer.get("Failed"):
            raise UnavailableError(f"SQS did not take {len(failed)} tasks of a round: {failed[0].get('Message', '')}")

"""Requests for the steps of a reconciliation in SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.storage.sending import Sender

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from shared.domain.reconciling import StepRequest


def write_step_request(request: StepRequest) -> str:
    """Return the body of a request's message."""
    return json.dumps({"run_id": request.run_id, "revision": request.revision})


class SqsReconcileQueue:
    """The `ReconcileQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "a step")

    def ask(self, request: StepRequest) -> None:
        """Ask for a step. Raises UnavailableError."""
        self._sender.send(write_step_request(request))

"""Requests for the steps of a reconciliation in SQS."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.storage.correlating import message_attributes

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

    from shared.domain.reconciling import StepRequest


def write_step_request(request: StepRequest) -> str:
    """Return the body of a request's message."""
    return json.dumps({"run_id": request.run_id, "revision": request.revision})


class SqsReconcileQueue:
    """The `ReconcileQueue` port over a queue."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._client = client
        self._url = queue_url

    def ask(self, request: StepRequest) -> None:
        """Ask for a step. Raises UnavailableError."""
        body = write_step_request(request)
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body, MessageAttributes=message_attributes())
        except (ClientError, BotoCoreError) as error:
            raise UnavailableError(f"SQS did not take the request for a step: {error}") from error

"""SQS: snapshots are taken of submitted versions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from functions.snapshot.schema import SnapshotRequest
from functions.snapshot.wiring import from_environment
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    from functions.snapshot.use_case import SnapshotTaking
    from shared.edge.batch import LambdaHandler


def take_snapshot(record: SQSRecord, snapshots: SnapshotTaking) -> None:
    """Carry out one message."""
    request = SnapshotRequest.model_validate_json(record.body)
    asked_at = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
    snapshots.take(request.plugin_id, request.version, asked_at=asked_at)


def build(provide: Callable[[], SnapshotTaking]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("snapshot", provide, take_snapshot)


handler = build(from_environment)

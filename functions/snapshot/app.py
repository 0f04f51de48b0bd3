"""SQS: snapshots are taken of submitted versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.snapshot.schema import SnapshotRequest
from functions.snapshot.wiring import from_environment
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.snapshot.use_case import SnapshotTaking
    from shared.edge.batch import LambdaHandler, Message


def take_snapshot(message: Message, snapshots: SnapshotTaking) -> None:
    """Carry out one message."""
    request = SnapshotRequest.model_validate_json(message.body)
    snapshots.take(request.plugin_id, request.version, asked_at=message.sent_at)


def build(provide: Callable[[], SnapshotTaking]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("snapshot", provide, take_snapshot)


handler = build(from_environment)

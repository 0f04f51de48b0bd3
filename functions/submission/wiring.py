"""Composition root of the submission function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.submission.settings import Settings
from functions.submission.use_case import Submission
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, Records, SnapshotQueue


def wire(_settings: Settings, *, records: Records, queue: SnapshotQueue, clock: Clock, entropy: Entropy) -> Submission:
    """Put the use case together from its ports."""
    return Submission(records, queue, clock, entropy)


@cache
def from_environment() -> Submission:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        queue=SqsSnapshotQueue(clients.sqs(), settings.snapshot_queue_url),
        clock=system.clock,
        entropy=system.entropy,
    )

"""Composition root of the submission function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.submission.settings import Settings
from functions.submission.use_case import Submission
from shared.domain.limits import Limits
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, ObjectStore, Records, SnapshotQueue


def wire(
    settings: Settings,
    *,
    records: Records,
    objects: ObjectStore,
    queue: SnapshotQueue,
    clock: Clock,
    entropy: Entropy,
) -> Submission:
    """Put the use case together from its ports."""
    limits = Limits(settings.open_candidates_limit, settings.submissions_per_day)
    return Submission(records, objects, queue, clock, entropy, limits)


@cache
def from_environment() -> Submission:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        queue=SqsSnapshotQueue(clients.sqs(), settings.snapshot_queue_url),
        clock=system.clock,
        entropy=system.entropy,
    )

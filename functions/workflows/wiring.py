"""Composition root of the workflows function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.workflows.settings import Settings
from functions.workflows.use_case import Workflows
from shared.domain.limits import Limits
from shared.edge import system
from shared.edge.settings import read
from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.key_sets import DEADLINE_SECONDS, MOST_BYTES, FetchedKeySets
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.publishers import PublisherStore
from shared.storage.s3 import S3Objects
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, KeySets, ObjectStore, Publishers, Records, SnapshotQueue


@dataclass(frozen=True, slots=True)
class Serving:
    """The use case, and where the store is reached: whom tokens are to be for. "" is the host that was asked."""

    workflows: Workflows
    public_base_url: str


def wire(
    settings: Settings,
    *,
    records: Records,
    objects: ObjectStore,
    publishers: Publishers,
    queue: SnapshotQueue,
    key_sets: KeySets,
    clock: Clock,
    entropy: Entropy,
) -> Serving:
    """Put the use case together from its ports."""
    limits = Limits(settings.open_candidates_limit, settings.submissions_per_day)
    workflows = Workflows(records, objects, publishers, queue, key_sets, clock, entropy, limits)
    return Serving(workflows, settings.public_base_url.rstrip("/"))


@cache
def from_environment() -> Serving:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        publishers=PublisherStore(table),
        queue=SqsSnapshotQueue(clients.sqs(), settings.snapshot_queue_url),
        key_sets=FetchedKeySets(HttpsFetcher(deadline_seconds=DEADLINE_SECONDS, max_bytes=MOST_BYTES), system.clock),
        clock=system.clock,
        entropy=system.entropy,
    )

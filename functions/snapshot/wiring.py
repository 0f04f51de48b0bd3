"""Composition root of the snapshot function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.snapshot.settings import Settings
from functions.snapshot.use_case import SnapshotTaking
from shared.domain.proving import DomainProof
from shared.edge import system
from shared.edge.settings import read
from shared.fetching.dns import DnsTxtRecords
from shared.fetching.fetcher import HttpsFetcher
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.sqs import SqsFastLaneQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, FastLaneQueue, Fetcher, ObjectStore, Records, TxtRecords


def wire(
    settings: Settings,
    *,
    records: Records,
    objects: ObjectStore,
    fetch: Fetcher,
    txt: TxtRecords,
    fast_lane: FastLaneQueue,
    clock: Clock,
    entropy: Entropy,
) -> SnapshotTaking:
    """Put the use case together from its ports. Raises ValueError for an unknown setting."""
    return SnapshotTaking(
        records=records,
        objects=objects,
        fetch=fetch,
        txt=txt,
        fast_lane=fast_lane if settings.fast_lane_policy else None,
        clock=clock,
        entropy=entropy,
        profile=settings.profile,
        domain_proof=DomainProof(settings.domain_proof),
    )


@cache
def from_environment() -> SnapshotTaking:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        fetch=HttpsFetcher(),
        txt=DnsTxtRecords(),
        fast_lane=SqsFastLaneQueue(clients.sqs(), settings.fast_lane_queue_url),
        clock=system.clock,
        entropy=system.entropy,
    )

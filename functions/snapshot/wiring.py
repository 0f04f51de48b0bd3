"""Composition root of the snapshot function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.snapshot.settings import Settings
from functions.snapshot.use_case import DomainProof, SnapshotTaking
from shared.edge import system
from shared.edge.settings import read
from shared.fetching.dns import DnsTxtRecords
from shared.fetching.fetcher import HttpsFetcher
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, Fetcher, ObjectStore, Records, TxtRecords


def wire(
    settings: Settings,
    *,
    records: Records,
    objects: ObjectStore,
    fetch: Fetcher,
    txt: TxtRecords,
    clock: Clock,
    entropy: Entropy,
) -> SnapshotTaking:
    """Put the use case together from its ports. Raises ValueError for an unknown setting."""
    demand = DomainProof(settings.domain_proof)
    return SnapshotTaking(records, objects, fetch, txt, clock, entropy, settings.profile, demand)


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
        clock=system.clock,
        entropy=system.entropy,
    )

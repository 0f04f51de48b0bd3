"""Composition root of the snapshot function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.snapshot.settings import Settings
from functions.snapshot.use_case import SnapshotTaking
from shared.edge import system
from shared.edge.settings import read
from shared.fetching.fetcher import HttpsFetcher
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, Fetcher, ObjectStore, Records


def wire(
    settings: Settings, *, records: Records, objects: ObjectStore, fetch: Fetcher, clock: Clock, entropy: Entropy
) -> SnapshotTaking:
    """Put the use case together from its ports."""
    return SnapshotTaking(records, objects, fetch, clock, entropy, settings.profile)


@cache
def from_environment() -> SnapshotTaking:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        fetch=HttpsFetcher(),
        clock=system.clock,
        entropy=system.entropy,
    )

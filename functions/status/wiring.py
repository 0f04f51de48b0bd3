"""Composition root of the status function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.status.settings import Settings
from functions.status.use_case import Status
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, ObjectStore, Records


def wire(_settings: Settings, *, records: Records, objects: ObjectStore, clock: Clock) -> Status:
    """Put the use case together from its ports."""
    return Status(records, objects, clock)


@cache
def from_environment() -> Status:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        clock=system.clock,
    )

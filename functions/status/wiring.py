"""Composition root of the status function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.status.settings import Settings
from functions.status.use_case import SignIn, Status
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.drift import OriginStore
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, ObjectStore, Origins, Records


def wire(settings: Settings, *, records: Records, objects: ObjectStore, clock: Clock, origins: Origins) -> Status:
    """Put the use case together from its ports."""
    return Status(records, objects, clock, origins, SignIn(settings.login_url, settings.client_id))


@cache
def from_environment() -> Status:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        clock=system.clock,
        origins=OriginStore(table),
    )

"""Composition root of the envelopes function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.envelopes.settings import Settings
from functions.envelopes.use_case import Envelopes
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import ObjectStore, Records


def wire(_settings: Settings, *, records: Records, objects: ObjectStore) -> Envelopes:
    """Put the use case together from its ports."""
    return Envelopes(records, objects)


@cache
def from_environment() -> Envelopes:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
    )

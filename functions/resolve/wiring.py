"""Composition root of the resolve function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.resolve.bodies import Bodies
from functions.resolve.settings import Settings
from functions.resolve.use_case import Resolve
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import ObjectStore, PointerReader


@dataclass(frozen=True, slots=True)
class Resolving:
    """The use case, and where the public reaches it."""

    resolve: Resolve
    public_base_url: str


def wire(settings: Settings, *, records: PointerReader, objects: ObjectStore) -> Resolving:
    """Put the use case together from its ports."""
    return Resolving(Resolve(records, objects, Bodies()), settings.public_base_url.rstrip("/"))


@cache
def from_environment() -> Resolving:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
    )

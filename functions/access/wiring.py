"""Composition root of the access function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.access.settings import Settings
from functions.access.use_case import AccessControl
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.drift import OriginStore
from shared.storage.dynamo import DynamoTable
from shared.storage.installs import InstallStore
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Installs, Metrics, ObjectStore, Origins, Records


@dataclass(frozen=True, slots=True)
class Accessing:
    """The use case, and where people reach the API."""

    access: AccessControl
    public_base_url: str


def wire(
    settings: Settings,
    *,
    records: Records,
    installs: Installs,
    objects: ObjectStore,
    clock: Clock,
    metrics: Metrics,
    origins: Origins,
) -> Accessing:
    """Put the use case together from its ports."""
    suspends = settings.suspend_on_drift == "on"
    control = AccessControl(records, installs, objects, clock, metrics, origins, suspends_on_drift=suspends)
    return Accessing(control, settings.public_base_url.rstrip("/"))


@cache
def from_environment() -> Accessing:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        installs=InstallStore(table),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        clock=system.clock,
        metrics=EmfMetrics(settings.metrics_namespace),
        origins=OriginStore(table),
    )

"""Composition root of the release function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.release.settings import Settings
from functions.release.use_case import ScheduledReleases
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, Records


def wire(_settings: Settings, *, records: Records, clock: Clock, entropy: Entropy) -> ScheduledReleases:
    """Put the use case together from its ports."""
    return ScheduledReleases(records, clock, entropy)


@cache
def from_environment() -> ScheduledReleases:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    records = Store(DynamoTable(clients.dynamodb(), settings.table_name))
    return wire(settings, records=records, clock=system.clock, entropy=system.entropy)

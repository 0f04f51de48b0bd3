"""Composition root of the review function."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.review.settings import Settings
from functions.review.use_case import Review
from shared.domain.confirmations import four_eyes
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.installs import InstallStore
from shared.storage.scheduler import EventBridgeReleaseSchedule
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, Installs, Records, ReleaseSchedule


def wire(
    settings: Settings,
    *,
    records: Records,
    installs: Installs,
    schedule: ReleaseSchedule,
    clock: Clock,
    entropy: Entropy,
) -> Review:
    """Put the use case together from its ports."""
    return Review(
        records=records,
        installs=installs,
        schedule=schedule,
        clock=clock,
        entropy=entropy,
        policy=four_eyes(settings.four_eyes, settings.installs_before_two_for_ban),
        claim_length=timedelta(minutes=settings.claim_minutes),
    )


@cache
def from_environment() -> Review:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        installs=InstallStore(table),
        schedule=EventBridgeReleaseSchedule(
            clients.scheduler(),
            group=settings.release_schedule_group,
            queue_arn=settings.release_queue_arn,
            role_arn=settings.release_schedule_role_arn,
        ),
        clock=system.clock,
        entropy=system.entropy,
    )

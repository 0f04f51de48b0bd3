"""Composition root of the fast lane."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.fastlane.settings import Settings
from functions.fastlane.use_case import FastLane
from shared.domain.confirmations import four_eyes
from shared.domain.identity import digest
from shared.edge import system
from shared.edge.settings import read
from shared.policies.storing import stored_policy
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Entropy, ObjectStore, Records


def wire(settings: Settings, *, records: Records, objects: ObjectStore, clock: Clock, entropy: Entropy) -> FastLane:
    """Put the use case together from its ports. Reads the policy once.

    Raises ValueError for an unknown setting, InvalidValueError, IntegrityError and PolicyInvalidError for a policy that
    is not there or not what its digest says.
    """
    named = settings.fast_lane_policy
    policy = stored_policy(objects, digest(named)) if named else None
    return FastLane(records, objects, clock, entropy, policy, four_eyes(settings.four_eyes))


@cache
def from_environment() -> FastLane:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=Store(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        clock=system.clock,
        entropy=system.entropy,
    )

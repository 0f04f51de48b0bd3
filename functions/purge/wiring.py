"""Composition root of the purge function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.purge.settings import Settings
from functions.purge.use_case import Purge
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.cdn import CloudFrontCache, NoCache
from shared.storage.purge_queue import SqsPurgeQueue

if TYPE_CHECKING:
    from shared.domain.ports import Clock, EdgeCache, Metrics, PurgeQueue


def wire(_settings: Settings, *, edge: EdgeCache, purges: PurgeQueue, clock: Clock, metrics: Metrics) -> Purge:
    """Put the use case together from its ports."""
    return Purge(edge, purges, clock, metrics)


@cache
def from_environment() -> Purge:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    name = settings.distribution_id
    edge: EdgeCache = CloudFrontCache(clients.cloudfront(), name) if name else NoCache()
    return wire(
        settings,
        edge=edge,
        purges=SqsPurgeQueue(clients.sqs(), settings.purge_queue_url),
        clock=system.clock,
        metrics=EmfMetrics(settings.metrics_namespace),
    )

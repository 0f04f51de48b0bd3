"""Composition root of the delivery function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.delivery.settings import Settings
from functions.delivery.use_case import Deliver
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.fetching.fetcher import HttpsFetcher
from shared.storage import clients
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.webhooks import WebhookStore

if TYPE_CHECKING:
    from shared.domain.ports import Clock, DeliveryQueue, Entropy, Metrics, Poster, Webhooks


def wire(
    _settings: Settings,
    *,
    webhooks: Webhooks,
    deliveries: DeliveryQueue,
    post: Poster,
    clock: Clock,
    entropy: Entropy,
    metrics: Metrics,
) -> Deliver:
    """Put the use case together from its ports."""
    return Deliver(webhooks, deliveries, post, clock, entropy, metrics)


@cache
def from_environment() -> Deliver:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        webhooks=WebhookStore(DynamoTable(clients.dynamodb(), settings.table_name)),
        deliveries=SqsDeliveryQueue(clients.sqs(), settings.delivery_queue_url),
        post=HttpsFetcher().post,
        clock=system.clock,
        entropy=system.entropy,
        metrics=EmfMetrics(settings.metrics_namespace),
    )

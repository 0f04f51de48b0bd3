"""Composition root of the messages function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.messages.settings import Settings
from functions.messages.use_case import Messages
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.store import Store
from shared.storage.webhooks import WebhookStore

if TYPE_CHECKING:
    from shared.domain.ports import Clock, DeliveryQueue, Entropy, Records, Webhooks


def wire(
    _settings: Settings,
    *,
    records: Records,
    webhooks: Webhooks,
    deliveries: DeliveryQueue,
    clock: Clock,
    entropy: Entropy,
) -> Messages:
    """Put the use case together from its ports."""
    return Messages(records, webhooks, deliveries, clock, entropy)


@cache
def from_environment() -> Messages:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        webhooks=WebhookStore(table),
        deliveries=SqsDeliveryQueue(clients.sqs(), settings.delivery_queue_url),
        clock=system.clock,
        entropy=system.entropy,
    )

"""Composition root of the notify function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.notify.settings import Settings
from functions.notify.use_case import Notify
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.changes import ChangeStore
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.mail import SesMail
from shared.storage.people import CognitoPeople
from shared.storage.store import Store
from shared.storage.topics import SnsTopic
from shared.storage.webhooks import WebhookStore

if TYPE_CHECKING:
    from shared.domain.ports import Changes, Clock, DeliveryQueue, Mail, Metrics, People, Records, Topic, Webhooks


def wire(  # noqa: PLR0913 - it tells everybody
    _settings: Settings,
    *,
    records: Records,
    changes: Changes,
    webhooks: Webhooks,
    deliveries: DeliveryQueue,
    topic: Topic,
    mail: Mail,
    people: People,
    clock: Clock,
    metrics: Metrics,
) -> Notify:
    """Put the use case together from its ports."""
    return Notify(records, changes, webhooks, deliveries, topic, mail, people, clock, metrics)


@cache
def from_environment() -> Notify:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    return wire(
        settings,
        records=Store(table),
        changes=ChangeStore(table),
        webhooks=WebhookStore(table),
        deliveries=SqsDeliveryQueue(clients.sqs(), settings.delivery_queue_url),
        topic=SnsTopic(clients.sns(), settings.topic_arn),
        mail=SesMail(clients.ses(), settings.mail_sender),
        people=CognitoPeople(clients.cognito(), settings.user_pool_id),
        clock=system.clock,
        metrics=EmfMetrics(settings.metrics_namespace),
    )

"""Records out of the table's stream."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.domain.events import Event
from shared.domain.plugin import CurrentDocument, Pointer
from shared.domain.webhooks import Webhook
from shared.storage.codec import decode
from shared.storage.dynamo import from_wire
from shared.storage.items import EVENT_PREFIX
from shared.storage.pointers import CURRENT_PREFIX, POINTER_PREFIX
from shared.storage.webhooks import WEBHOOK_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_record(record: Mapping[str, Any]) -> Event | Webhook | None:
    """Read what an item of the stream holds after its change: an event, a webhook, or nothing of interest.

    Raises IntegrityError for an item that cannot be read.
    """
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return None
    attributes = {name: from_wire(value) for name, value in image.items()}
    sort_key = str(attributes["sk"])
    if sort_key.startswith(EVENT_PREFIX):
        return decode(Event, attributes)
    return decode(Webhook, attributes) if sort_key.startswith(WEBHOOK_PREFIX) else None


def moment_of(record: Mapping[str, Any]) -> datetime:
    """Return when a change was written. DynamoDB tells it in whole seconds, rounded down."""
    return datetime.fromtimestamp(record["dynamodb"]["ApproximateCreationDateTime"], UTC)


def read_served(record: Mapping[str, Any]) -> Pointer | CurrentDocument | None:
    """Read what an item of the stream decides of what the public gets, after its change; None where that is nothing.

    Raises IntegrityError for one that cannot be read.
    """
    image = record["dynamodb"].get("NewImage")
    if image is None:
        return None
    attributes = {name: from_wire(value) for name, value in image.items()}
    partition = str(attributes["pk"])
    if partition.startswith(POINTER_PREFIX):
        return decode(Pointer, attributes)
    return decode(CurrentDocument, attributes) if partition.startswith(CURRENT_PREFIX) else None

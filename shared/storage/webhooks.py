"""Webhooks and their deliveries over the one table: a partition for each publisher, and one for each endpoint's log."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import DeliveryNotFoundError, StaleStateError, TooManyWebhooksError, WebhookNotFoundError
from shared.domain.ports import Page
from shared.domain.webhooks import MOST_WEBHOOKS, Delivery, Webhook
from shared.storage.codec import attributes_of, decode
from shared.storage.items import read_cursor, write_cursor
from shared.storage.table import Count, Delete, Guard, GuardFailedError, Item, Key, Put, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.ports import PageRequest
    from shared.storage.table import Table, Write

WEBHOOK_PREFIX = "WEBHOOK#"
DELIVERY_PREFIX = "DELIVERY#"
DELIVERY_LIFETIME = timedelta(days=30)
"""For how long a delivery can be looked up and replayed."""
_HELD = "held"
_THERE_IS_ROOM = "there is room for one more"


def webhook_key(owner: str, name: str) -> Key:
    """Return the key of a publisher's endpoint."""
    return Key(f"WEBHOOKS#{owner}", f"{WEBHOOK_PREFIX}{name}")


def count_key(owner: str) -> Key:
    """Return the key of the counter of a publisher's endpoints."""
    return Key(f"WEBHOOKS#{owner}", "COUNT")


def delivery_key(webhook_id: str, delivery_id: str) -> Key:
    """Return the key of a delivery; the newest sort last."""
    return Key(f"DELIVERIES#{webhook_id}", f"{DELIVERY_PREFIX}{delivery_id}")


class WebhookStore:
    """The `Webhooks` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def webhook(self, owner: str, name: str) -> Webhook:
        """Return an endpoint. Raises WebhookNotFoundError."""
        item = self._table.get(webhook_key(owner, name))
        if item is None:
            raise WebhookNotFoundError(name)
        return decode(Webhook, dict(item.attributes))

    def webhooks(self, owner: str) -> tuple[Webhook, ...]:
        """Return all endpoints of a publisher, by name."""
        page = self._table.query(Query(webhook_key(owner, "").pk, WEBHOOK_PREFIX, limit=MOST_WEBHOOKS))
        return tuple(decode(Webhook, dict(item.attributes)) for item in page.items)

    def save(self, webhook: Webhook) -> None:
        """Store an endpoint. Raises TooManyWebhooksError for a new one too many, StaleStateError."""
        item = Item(webhook_key(webhook.owner, webhook.name), attributes_of(webhook))
        # Two changes at once: a rotation and a disabling, or two endpoints of one name.
        writes: list[Write] = [Put(item, Guard("the webhook is as it was read", webhook.revision - 1))]
        if webhook.revision == 1:
            writes.append(Count(count_key(webhook.owner), _HELD, 1, MOST_WEBHOOKS, _THERE_IS_ROOM))
        self._transact(writes)

    def remove(self, webhook: Webhook) -> None:
        """Remove an endpoint. Raises StaleStateError."""
        guard = Guard("the webhook is as it was read", webhook.revision)
        self._transact(
            [
                Delete(webhook_key(webhook.owner, webhook.name), guard),
                Count(count_key(webhook.owner), _HELD, -1, MOST_WEBHOOKS, "a webhook was held"),
            ]
        )

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Return a delivery. Raises DeliveryNotFoundError."""
        item = self._table.get(delivery_key(webhook_id, delivery_id))
        if item is None:
            raise DeliveryNotFoundError(delivery_id)
        return decode(Delivery, dict(item.attributes))

    def deliveries(self, webhook_id: str, page: PageRequest) -> Page[Delivery]:
        """Return the deliveries to an endpoint, newest first. Raises InvalidCursorError."""
        after = read_cursor(page.cursor) if page.cursor else None
        partition = delivery_key(webhook_id, "").pk
        found = self._table.query(Query(partition, DELIVERY_PREFIX, after=after, limit=page.limit, descending=True))
        records = tuple(decode(Delivery, dict(item.attributes)) for item in found.items)
        return Page(records, write_cursor(found.end) if found.end else None)

    def record(self, delivery: Delivery) -> None:
        """Store a delivery. Raises StaleStateError, for a new one as well if it is there."""
        expires = int((delivery.made_at + DELIVERY_LIFETIME).timestamp())
        key = delivery_key(delivery.webhook_id, delivery.delivery_id)
        item = Item(key, attributes_of(delivery) | {"expires": expires})
        # A request that was delivered twice; an attempt and a replay.
        self._transact([Put(item, Guard("the delivery is as it was read", delivery.revision - 1))])

    def _transact(self, writes: Sequence[Write]) -> None:
        try:
            self._table.transact(writes)
        except GuardFailedError as error:
            if error.name == _THERE_IS_ROOM:
                raise TooManyWebhooksError(MOST_WEBHOOKS) from error
            raise StaleStateError(error.name) from error

"""Webhooks and their deliveries, on every implementation of the table."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain import webhooks
from shared.domain.errors import (
    DeliveryNotFoundError,
    StaleStateError,
    TooManyWebhooksError,
    WebhookNotFoundError,
)
from shared.domain.identity import Subject, event_id
from shared.domain.ports import PageRequest
from shared.domain.webhooks import MOST_WEBHOOKS, Attempt, Webhook
from shared.storage.webhooks import WebhookStore, delivery_key
from tests.building import NOON, OWNER

if TYPE_CHECKING:
    from shared.domain.webhooks import Delivery
    from shared.storage.table import Table

URL = "https://todo.example.com/hooks"


def webhook(number: int = 1) -> Webhook:
    secret = webhooks.new_secret(b"s" * 32)
    return Webhook(OWNER, f"hook-{number}", f"{number:016x}", URL, secret, NOON, types=("version.rejected",))


def delivery(number: int = 1) -> Delivery:
    at = NOON + timedelta(seconds=number)
    return webhooks.trial_delivery(webhook(), event_id(at, b"12345678", 0), at)


def test_a_webhook_comes_back_as_it_went(table: Table) -> None:
    store = WebhookStore(table)
    changed = webhooks.rotated(webhook(), webhooks.new_secret(b"t" * 32), NOON)
    store.save(webhook())
    store.save(changed)
    assert store.webhook(OWNER, "hook-1") == changed
    with pytest.raises(WebhookNotFoundError):
        store.webhook("somebody else", "hook-1")


def test_of_two_changes_the_second_one_is_told_to_read_again(table: Table) -> None:
    store = WebhookStore(table)
    store.save(webhook())
    with pytest.raises(StaleStateError):
        store.save(webhook())
    with pytest.raises(StaleStateError):
        store.remove(replace(webhook(), revision=2))


def test_a_publisher_has_ten_webhooks_at_most_and_room_after_a_removal(table: Table) -> None:
    store = WebhookStore(table)
    for number in range(MOST_WEBHOOKS):
        store.save(webhook(number))
    with pytest.raises(TooManyWebhooksError):
        store.save(webhook(MOST_WEBHOOKS))
    store.save(replace(webhook(MOST_WEBHOOKS), owner=Subject("somebody else")))
    assert [each.name for each in store.webhooks(OWNER)] == [f"hook-{number}" for number in range(MOST_WEBHOOKS)]
    store.remove(webhook(3))
    store.save(webhook(MOST_WEBHOOKS))


def test_a_delivery_comes_back_as_it_went_and_is_kept_for_thirty_days(table: Table) -> None:
    store = WebhookStore(table)
    attempted = webhooks.attempted(delivery(), Attempt(NOON, 500, "no", 12), jitter=0.25)
    store.record(delivery())
    store.record(attempted)
    found = store.delivery(webhook().webhook_id, delivery().delivery_id)
    # Moments are kept in milliseconds.
    assert replace(found, due_at=NOON) == replace(attempted, due_at=NOON)
    assert abs(found.due_at - attempted.due_at) < timedelta(milliseconds=1)
    item = table.get(delivery_key(webhook().webhook_id, delivery().delivery_id))
    assert item
    assert item.attributes["expires"] == int((delivery().made_at + timedelta(days=30)).timestamp())


def test_a_delivery_is_recorded_once(table: Table) -> None:
    store = WebhookStore(table)
    store.record(delivery())
    with pytest.raises(StaleStateError):
        store.record(delivery())
    with pytest.raises(DeliveryNotFoundError):
        store.delivery(webhook().webhook_id, "0")


def test_deliveries_are_listed_newest_first(table: Table) -> None:
    store = WebhookStore(table)
    for number in range(5):
        store.record(delivery(number))
    first = store.deliveries(webhook().webhook_id, PageRequest(limit=3))
    assert first.next_cursor
    second = store.deliveries(webhook().webhook_id, PageRequest(first.next_cursor, 3))
    expected = [delivery(number).delivery_id for number in (4, 3, 2, 1, 0)]
    assert [each.delivery_id for each in (*first.records, *second.records)] == expected
    assert store.deliveries("another", PageRequest()).records == ()

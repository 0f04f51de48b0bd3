"""Deliveries over days, with a clock, a queue and an endpoint that are as bad as can be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from functions.delivery.use_case import LONGEST_DELAY, Deliver, RequestTooEarlyError
from local.database import Database
from local.table import SqliteTable
from shared.domain import webhooks
from shared.domain.errors import UnavailableError
from shared.domain.identity import EventId
from shared.domain.ports import Hop
from shared.domain.webhooks import (
    DISABLE_AFTER,
    RETRY_AFTER,
    DeliveryRequest,
    DeliveryState,
    EndpointState,
    Webhook,
)
from shared.storage.webhooks import WebhookStore
from tests.building import NOON, OWNER
from tests.measuring import Taken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

URL = "https://todo.example.com/hooks"
WEBHOOK = Webhook(OWNER, "alerts", "0123456789abcdef", URL, webhooks.new_secret(b"s" * 32), NOON)


@dataclass(slots=True)
class World:
    """A clock, a queue that takes its time, and an endpoint."""

    store: WebhookStore
    now: datetime = NOON
    status: int = 500
    posted: list[tuple[datetime, str]] = field(default_factory=list)
    waiting: list[tuple[datetime, DeliveryRequest]] = field(default_factory=list)
    delays: list[timedelta] = field(default_factory=list)
    refuses: bool = False
    metrics: Taken = field(default_factory=Taken)

    def ask(self, request: DeliveryRequest, *, delay: timedelta) -> None:
        if self.refuses:
            raise UnavailableError("The queue is out of reach.")
        self.delays.append(delay)
        self.waiting.append((self.now + delay, request))

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Hop:
        self.posted.append((self.now, headers["webhook-id"]))
        return Hop(url, str(len(body)), self.status)

    @property
    def deliver(self) -> Deliver:
        return Deliver(self.store, self, self.post, lambda: self.now, lambda size: b"\xff" * size, self.metrics)

    def begin(self, number: int = 0) -> DeliveryRequest:
        """Put a new delivery into the world."""
        delivery = webhooks.trial_delivery(WEBHOOK, EventId(f"{number:030x}"), self.now)
        self.store.record(delivery)
        request = DeliveryRequest(delivery.webhook_id, delivery.delivery_id, delivery.revision)
        self.ask(request, delay=timedelta(0))
        return request

    def run(self) -> None:
        """Let time pass until nothing waits."""
        while self.waiting:
            self.waiting.sort(key=lambda each: each[0])
            self.now, request = self.waiting.pop(0)
            self.deliver.attempt(request)

    def delivery(self, request: DeliveryRequest) -> webhooks.Delivery:
        return self.store.delivery(request.webhook_id, request.delivery_id)

    @property
    def webhook(self) -> Webhook:
        return self.store.webhook(OWNER, "alerts")


@pytest.fixture
def world() -> Iterator[World]:
    database = Database()
    store = WebhookStore(SqliteTable(database))
    store.save(WEBHOOK)
    yield World(store)
    database.close()


def test_a_message_is_tried_ten_times_within_four_days_and_given_up(world: World) -> None:
    request = world.begin()
    world.run()
    assert len(world.posted) == len(RETRY_AFTER) + 1
    assert {webhook_id for _, webhook_id in world.posted} == {request.delivery_id}
    assert world.now - NOON < timedelta(days=4)
    assert world.delivery(request).state is DeliveryState.FAILED


def test_no_message_waits_in_the_queue_for_longer_than_a_queue_holds_it(world: World) -> None:
    world.begin()
    world.run()
    assert max(world.delays) == LONGEST_DELAY


def test_every_attempt_comes_no_earlier_than_its_pause(world: World) -> None:
    world.begin()
    world.run()
    moments = [moment for moment, _ in world.posted]
    pauses = [later - earlier for earlier, later in pairwise(moments)]
    for pause, wanted in zip(pauses, RETRY_AFTER, strict=True):
        # Moments are kept in milliseconds.
        assert wanted <= pause + timedelta(milliseconds=1)
        assert pause <= wanted * 1.1 + LONGEST_DELAY


def test_an_endpoint_that_recovers_gets_what_it_missed(world: World) -> None:
    request = world.begin()
    for _ in range(4):
        world.waiting.sort(key=lambda each: each[0])
        world.now, asked = world.waiting.pop(0)
        world.deliver.attempt(asked)
    assert world.webhook.failing_since == NOON
    world.status = 204
    world.run()
    assert world.delivery(request).state is DeliveryState.DELIVERED
    assert world.webhook.failing_since is None


def test_an_endpoint_that_takes_nothing_for_five_days_is_disabled_and_spared(world: World) -> None:
    first = world.begin()
    world.run()
    world.now = NOON + timedelta(days=4)
    second = world.begin(1)
    world.run()
    assert (world.webhook.state, world.webhook.disabled_because) == (
        EndpointState.DISABLED,
        "It has taken nothing for 5 days.",
    )
    last, _ = world.posted[-1]
    assert DISABLE_AFTER <= last - NOON < DISABLE_AFTER + timedelta(days=1)
    assert world.delivery(first).state is DeliveryState.FAILED
    assert world.delivery(second).note == "The webhook is disabled."


def test_a_request_that_comes_twice_is_carried_out_once(world: World) -> None:
    world.status = 200
    request = world.begin()
    for _ in range(3):
        world.deliver.attempt(request)
    assert len(world.posted) == 1


def test_a_crash_between_asking_and_writing_repeats_the_attempt_and_loses_nothing(world: World) -> None:
    request = world.begin()
    world.waiting.clear()
    broken = _ForgetfulStore(world.store)
    with pytest.raises(UnavailableError):
        replace(world.deliver, webhooks=broken).attempt(request)
    ((_, early),) = world.waiting
    with pytest.raises(RequestTooEarlyError):
        world.deliver.attempt(early)
    world.deliver.attempt(request)
    world.run()
    assert len({webhook_id for _, webhook_id in world.posted}) == 1
    assert len(world.posted) == len(RETRY_AFTER) + 2
    assert world.delivery(request).state is DeliveryState.FAILED


class _ForgetfulStore(WebhookStore):
    """A store that is out of reach whenever something is to be written."""

    def __init__(self, store: WebhookStore) -> None:
        super().__init__(store._table)

    def record(self, delivery: webhooks.Delivery) -> None:
        raise UnavailableError(delivery.delivery_id)


def test_a_queue_that_is_out_of_reach_repeats_the_attempt_and_loses_nothing(world: World) -> None:
    request = world.begin()
    world.refuses = True
    with pytest.raises(UnavailableError):
        world.deliver.attempt(request)
    assert world.delivery(request).revision == request.revision
    world.refuses = False
    world.run()
    assert world.delivery(request).state is DeliveryState.FAILED


def test_a_replay_puts_requests_that_are_under_way_out_of_date(world: World) -> None:
    request = world.begin()
    world.now, asked = world.waiting.pop(0)
    world.deliver.attempt(asked)
    ((_, retry),) = world.waiting
    going = webhooks.replayed(world.delivery(request), world.now)
    world.store.record(going)
    world.status = 200
    world.deliver.attempt(DeliveryRequest(request.webhook_id, request.delivery_id, going.revision))
    world.deliver.attempt(retry)
    assert len(world.posted) == 2


def test_the_write_order_matters_a_planted_swap_loses_the_retry(world: World) -> None:
    request = world.begin()
    world.waiting.clear()
    attempt = webhooks.Attempt(world.now, 500)
    world.store.record(webhooks.attempted(world.delivery(request), attempt, jitter=0))  # and the crash before asking
    world.deliver.attempt(request)
    world.run()
    assert world.posted == []
    assert world.delivery(request).state is DeliveryState.PENDING

"""Webhooks: signed by the scheme, tried again by the schedule, given up after days."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain import webhooks
from shared.domain.events import Event, EventType
from shared.domain.identity import EventId
from shared.domain.messages import message_of
from shared.domain.webhooks import (
    DISABLE_AFTER,
    FORMER_SECRET_LIFETIME,
    RETRY_AFTER,
    Attempt,
    Delivery,
    DeliveryState,
    EndpointState,
    Webhook,
)
from tests.building import NOON, OWNER, REVIEWER, TODO, occasion

URL = "https://todo.example.com/hooks"
WEBHOOK = Webhook(OWNER, "alerts", "0123456789abcdef", URL, webhooks.new_secret(b"s" * 32), NOON)
DELIVERY = webhooks.trial_delivery(WEBHOOK, EventId("0" * 30), NOON)
JITTERS = st.floats(0, 1)

statuses = st.sampled_from([0, 200, 204, 301, 302, 400, 404, 410, 429, 500, 503])
pauses = st.timedeltas(timedelta(0), timedelta(days=2))
histories = st.lists(st.tuples(statuses, pauses), max_size=40)


def failing(at: datetime) -> Attempt:
    return Attempt(at, 500)


def through(delivery: Delivery, results: list[tuple[int, timedelta]]) -> list[Delivery]:
    """Go through attempts, each at its due moment or a while later, as long as the delivery is pending."""
    seen = [delivery]
    for status, late in results:
        if delivery.state is not DeliveryState.PENDING:
            break
        delivery = webhooks.attempted(delivery, Attempt(delivery.due_at + late, status), jitter=0.5)
        seen.append(delivery)
    return seen


def test_a_signature_is_that_of_the_schemes_own_example() -> None:
    webhook = replace(WEBHOOK, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # noqa: S106 - published
    delivery = replace(DELIVERY, delivery_id=EventId("msg_p5jXN8AQM9LWM0D4loKWxJek"), body='{"test": 2432232314}')
    headers = webhooks.signed_headers(webhook, delivery, datetime.fromtimestamp(1614265330, UTC))
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@given(st.binary(min_size=24, max_size=64), st.text(), st.datetimes(datetime(2020, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_whoever_has_the_secret_can_check_id_moment_and_body(random: bytes, body: str, at: datetime) -> None:
    webhook = replace(WEBHOOK, secret=webhooks.new_secret(random))
    headers = webhooks.signed_headers(webhook, replace(DELIVERY, body=body), at)
    assert webhook.secret.startswith("whsec_")
    key = base64.b64decode(webhook.secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body.encode()
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert abs(int(headers["webhook-timestamp"]) - at.timestamp()) <= 1


def test_a_rotated_secret_counts_for_a_day_beside_the_new_one() -> None:
    rotated = webhooks.rotated(WEBHOOK, webhooks.new_secret(b"t" * 32), NOON)
    for later, signatures in [(FORMER_SECRET_LIFETIME - timedelta(seconds=1), 2), (FORMER_SECRET_LIFETIME, 1)]:
        headers = webhooks.signed_headers(rotated, DELIVERY, NOON + later)
        assert len(headers["webhook-signature"].split(" ")) == signatures
    alone = webhooks.signed_headers(replace(rotated, former_secrets=()), DELIVERY, NOON)["webhook-signature"]
    assert webhooks.signed_headers(rotated, DELIVERY, NOON)["webhook-signature"].split(" ")[0] == alone


def test_secrets_do_not_pile_up() -> None:
    webhook = WEBHOOK
    for number in range(10):
        webhook = webhooks.rotated(webhook, webhooks.new_secret(bytes([number]) * 32), NOON)
    assert len(webhook.former_secrets) == 3


@given(histories)
def test_a_delivery_ends_and_is_never_attempted_more_often_than_the_schedule_says(
    results: list[tuple[int, timedelta]],
) -> None:
    *_, last = through(DELIVERY, results)
    assert last.tries <= len(RETRY_AFTER) + 1
    if last.state is DeliveryState.DELIVERED:
        assert last.attempts[-1].succeeded
    if last.state is DeliveryState.FAILED:
        assert last.tries == len(RETRY_AFTER) + 1
        assert not any(attempt.succeeded for attempt in last.attempts)


@given(histories, JITTERS)
def test_every_pause_is_as_long_as_the_schedule_says_and_a_tenth_more_at_most(
    results: list[tuple[int, timedelta]], jitter: float
) -> None:
    delivery = through(DELIVERY, results)[-1]
    if delivery.state is not DeliveryState.PENDING:
        return
    after = webhooks.attempted(delivery, failing(delivery.due_at), jitter=jitter)
    if after.state is DeliveryState.PENDING:
        pause = after.due_at - delivery.due_at
        assert RETRY_AFTER[delivery.tries] <= pause <= RETRY_AFTER[delivery.tries] * 1.1


@given(histories)
def test_revisions_count_every_attempt(results: list[tuple[int, timedelta]]) -> None:
    assert [each.revision for each in through(DELIVERY, results)] == list(range(1, len(through(DELIVERY, results)) + 1))


def test_ten_attempts_within_four_days() -> None:
    seen = through(DELIVERY, [(500, timedelta(0))] * 20)
    assert seen[-1].state is DeliveryState.FAILED
    assert len(seen[-1].attempts) == 10
    assert seen[-1].attempts[-1].at - NOON < timedelta(days=4)


@pytest.mark.parametrize("status", [301, 302, 307, 308, 400, 404, 429, 500, 0])
def test_anything_but_a_2xx_is_a_failure_a_redirect_too(status: int) -> None:
    assert not Attempt(NOON, status).succeeded


def test_a_delivery_is_replayed_from_the_start_whatever_became_of_it() -> None:
    failed = through(DELIVERY, [(500, timedelta(0))] * 20)[-1]
    again = webhooks.replayed(failed, NOON + timedelta(days=9))
    assert (again.state, again.tries, again.due_at) == (DeliveryState.PENDING, 0, NOON + timedelta(days=9))
    assert (again.delivery_id, again.body, again.attempts) == (failed.delivery_id, failed.body, failed.attempts)
    assert webhooks.replayed(again, NOON).revision == again.revision + 1


def endpoint_after(results: list[tuple[int, timedelta]]) -> list[tuple[datetime, Attempt, Webhook]]:
    webhook, at, seen = WEBHOOK, NOON, []
    for status, pause in results:
        at += pause
        attempt = Attempt(at, status)
        webhook = webhooks.after_attempt(webhook, attempt)
        seen.append((at, attempt, webhook))
    return seen


@given(histories)
def test_an_endpoint_is_disabled_when_it_is_gone_or_took_nothing_for_five_days(
    results: list[tuple[int, timedelta]],
) -> None:
    failing_since: datetime | None = None
    is_disabled = False
    for at, attempt, webhook in endpoint_after(results):
        if attempt.succeeded:
            failing_since = None
        elif not is_disabled:
            is_disabled = attempt.status == 410 or (failing_since is not None and at - failing_since >= DISABLE_AFTER)
            failing_since = failing_since or at
        assert (webhook.state is EndpointState.DISABLED) == is_disabled
        assert bool(webhook.disabled_because) == is_disabled


def test_nothing_is_written_about_an_endpoint_that_works_or_goes_on_failing() -> None:
    assert webhooks.after_attempt(WEBHOOK, Attempt(NOON, 200)) is WEBHOOK
    first = webhooks.after_attempt(WEBHOOK, failing(NOON))
    assert first.failing_since == NOON
    assert webhooks.after_attempt(first, failing(NOON + timedelta(days=4))) is first
    assert webhooks.after_attempt(first, Attempt(NOON, 200)).failing_since is None


@pytest.mark.parametrize(
    ("types", "plugins", "wanted"),
    [
        ((), (), True),
        (("version.rejected",), (), True),
        (("version.released",), (), False),
        ((), ("todo",), True),
        ((), ("other",), False),
        (("version.rejected",), ("other",), False),
    ],
)
def test_an_endpoint_gets_what_it_asked_for(types: tuple[str, ...], plugins: tuple[str, ...], *, wanted: bool) -> None:
    assert replace(WEBHOOK, types=types, plugin_ids=plugins).wants("version.rejected", "todo") is wanted


def test_a_payload_says_what_happened_and_is_the_same_at_each_attempt() -> None:
    detail = {"reason.1.other": "Say what it does.", "proposed_by": "reviewer-2"}
    event = Event(occasion().named(0), EventType.VERSION_REJECTED, TODO, REVIEWER, NOON, version=2, detail=detail)
    message = message_of(event, OWNER)
    assert message
    delivery = webhooks.delivery_of(WEBHOOK, message, NOON)
    payload = json.loads(delivery.body)
    assert (payload["type"], payload["timestamp"]) == ("version.rejected", "2026-11-21T12:00:00.000Z")
    assert payload["data"]["reasons"] == [{"code": "other", "text": "", "detail": "Say what it does."}]
    assert "reviewer-" not in delivery.body
    assert delivery.delivery_id == event.event_id
    assert webhooks.attempted(delivery, failing(NOON), jitter=0).body == delivery.body


def test_what_comes_for_a_disabled_endpoint_has_failed_and_waits_for_a_replay() -> None:
    event = Event(occasion().named(0), EventType.PLUGIN_BANNED, TODO, REVIEWER, NOON)
    message = message_of(event, OWNER)
    assert message
    delivery = webhooks.delivery_of(WEBHOOK.disabled("It answered 410: gone."), message, NOON)
    assert (delivery.state, delivery.note) == (DeliveryState.FAILED, "The webhook was disabled.")

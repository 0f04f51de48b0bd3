"""Webhooks: who gets which message, signed how, tried again when, and given up after how long. Pure decisions.

The scheme is Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/
standard-webhooks.md): identifier, timestamp and signature in headers, the secret as `whsec_` and base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from shared.domain.identity import EventId, PluginId, Subject, format_moment
from shared.domain.messages import dotted, told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from shared.domain.messages import Message

MOST_WEBHOOKS = 10
"""How many webhooks a publisher may have."""

SECRET_BYTES = 32
"""Within the 24 to 64 bytes that the scheme asks for."""
FORMER_SECRET_LIFETIME = timedelta(days=1)
"""For how long messages are signed with a secret that was rotated away as well."""
_MOST_FORMER_SECRETS = 3
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the scheme's prefix, no secret

RETRY_AFTER = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
"""The pauses after a failed attempt, as the scheme recommends: ten attempts within three days and a bit."""

DISABLE_AFTER = timedelta(days=5)
"""An endpoint that takes nothing for so long is disabled."""

LONGEST_JITTER = 0.1
"""The largest part of a pause that is added to it, so that what failed together is not tried again together."""

TEST_TYPE = "webhook.test"
_MOST_ATTEMPTS_KEPT = 20


class EndpointState(StrEnum):
    """Whether a webhook gets anything."""

    ENABLED = "enabled"
    DISABLED = "disabled"


@dataclass(frozen=True, slots=True)
class FormerSecret:
    """A secret that was rotated away, and until when messages are signed with it still."""

    secret: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Webhook:
    """A publisher's endpoint. Empty `types` and `plugin_ids` mean all of them.

    `name` is the publisher's own and unique to them; `webhook_id` is the store's, and new when a name is used again, so
    that no old delivery reaches a new endpoint. `failing_since` is the first failure after the last success.
    """

    owner: Subject
    name: str
    webhook_id: str
    url: str
    secret: str
    created_at: datetime
    description: str = ""
    types: tuple[str, ...] = ()
    plugin_ids: tuple[str, ...] = ()
    former_secrets: tuple[FormerSecret, ...] = ()
    state: EndpointState = EndpointState.ENABLED
    disabled_because: str = ""
    failing_since: datetime | None = None
    revision: int = 1

    def wants(self, kind: str, plugin_id: str) -> bool:
        """Tell whether a message of a type, about a plugin, is for this endpoint."""
        return (not self.types or kind in self.types) and (not self.plugin_ids or plugin_id in self.plugin_ids)

    def disabled(self, because: str) -> Webhook:
        """Return the endpoint out of use."""
        return replace(self, state=EndpointState.DISABLED, disabled_because=because, revision=self.revision + 1)


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try. `status` is that of the HTTP answer, 0 where none came; then `error` says why."""

    at: datetime
    status: int
    error: str = ""
    milliseconds: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether the endpoint took the message: any 2xx. A redirect is none."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message for one endpoint. `delivery_id` is the same at each attempt: a receiver knows a repetition by it.

    `body` is the exact text that is signed and sent; `tries` counts attempts since it was last set going.
    """

    delivery_id: EventId
    webhook_id: str
    owner: Subject
    webhook_name: str
    type: str
    body: str
    state: DeliveryState
    made_at: datetime
    due_at: datetime
    plugin_id: PluginId | None = None
    tries: int = 0
    attempts: tuple[Attempt, ...] = ()
    note: str = ""
    revision: int = 1


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """Asks for an attempt at a delivery as it stands at a revision; at any later one the request is out of date."""

    webhook_id: str
    delivery_id: str
    revision: int


def new_secret(random: bytes) -> str:
    """Write random bytes as a secret."""
    return _SECRET_PREFIX + base64.b64encode(random).decode()


def rotated(webhook: Webhook, secret: str, at: datetime) -> Webhook:
    """Return the webhook with a new secret; the old one counts for a while longer."""
    former = (FormerSecret(webhook.secret, at + FORMER_SECRET_LIFETIME), *_unexpired(webhook.former_secrets, at))
    return replace(webhook, secret=secret, former_secrets=former[:_MOST_FORMER_SECRETS], revision=webhook.revision + 1)


def _unexpired(secrets: Iterable[FormerSecret], at: datetime) -> tuple[FormerSecret, ...]:
    return tuple(each for each in secrets if each.until > at)


def signed_headers(webhook: Webhook, delivery: Delivery, at: datetime) -> dict[str, str]:
    """Return the headers that prove where a message comes from. The timestamp is the attempt's, in whole seconds."""
    timestamp = int(at.timestamp())
    secrets = (webhook.secret, *(each.secret for each in _unexpired(webhook.former_secrets, at)))
    signatures = [_signature(secret, f"{delivery.delivery_id}.{timestamp}.{delivery.body}") for secret in secrets]
    return {
        "webhook-id": delivery.delivery_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
        "content-type": "application/json",
    }


def _signature(secret: str, content: str) -> str:
    key = base64.b64decode(secret.removeprefix(_SECRET_PREFIX))
    return "v1," + base64.b64encode(hmac.new(key, content.encode(), hashlib.sha256).digest()).decode()


def delivery_of(webhook: Webhook, message: Message, at: datetime) -> Delivery:
    """Return a message's delivery to an endpoint. To a disabled one it has failed already, and may be replayed."""
    is_enabled = webhook.state is EndpointState.ENABLED
    return Delivery(
        delivery_id=message.message_id,
        webhook_id=webhook.webhook_id,
        owner=webhook.owner,
        webhook_name=webhook.name,
        type=dotted(message.type),
        plugin_id=message.plugin_id,
        body=_payload(dotted(message.type), message.at, _told(message)),
        state=DeliveryState.PENDING if is_enabled else DeliveryState.FAILED,
        made_at=at,
        due_at=at,
        note="" if is_enabled else "The webhook was disabled.",
    )


def trial_delivery(webhook: Webhook, delivery_id: EventId, at: datetime) -> Delivery:
    """Return a delivery that says nothing, so that a publisher can try an endpoint."""
    return Delivery(
        delivery_id=delivery_id,
        webhook_id=webhook.webhook_id,
        owner=webhook.owner,
        webhook_name=webhook.name,
        type=TEST_TYPE,
        body=_payload(TEST_TYPE, at, {"webhook": webhook.name}),
        state=DeliveryState.PENDING,
        made_at=at,
        due_at=at,
    )


def _payload(kind: str, at: datetime, data: Mapping[str, object]) -> str:
    document = {"type": kind, "timestamp": format_moment(at), "data": data}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _told(message: Message) -> dict[str, object]:
    return {
        "event_id": message.message_id,
        "plugin_id": message.plugin_id,
        "version": message.version,
        "digest": message.digest,
        "by": message.by,
        "title": message.title,
        "text": message.text,
        "note": message.note,
        "reasons": [
            {"code": reason.code, "text": told_of(reason), "detail": reason.detail} for reason in message.reasons
        ],
    }


def attempted(delivery: Delivery, attempt: Attempt, *, jitter: float) -> Delivery:
    """Return the delivery after an attempt: delivered, to be tried again later, or failed for good.

    `jitter`, from 0 to 1, says how much of the longest jitter is added to the pause.
    """
    tries = delivery.tries + 1
    after = replace(
        delivery,
        tries=tries,
        attempts=(*delivery.attempts, attempt)[-_MOST_ATTEMPTS_KEPT:],
        note="",
        revision=delivery.revision + 1,
    )
    if attempt.succeeded:
        return replace(after, state=DeliveryState.DELIVERED)
    if tries > len(RETRY_AFTER):
        return replace(after, state=DeliveryState.FAILED, note=f"{tries} attempts failed.")
    return replace(after, due_at=attempt.at + RETRY_AFTER[tries - 1] * (1 + LONGEST_JITTER * jitter))


def abandoned(delivery: Delivery, because: str) -> Delivery:
    """Return a delivery that is given up without another attempt."""
    return replace(delivery, state=DeliveryState.FAILED, note=because, revision=delivery.revision + 1)


def replayed(delivery: Delivery, at: datetime) -> Delivery:
    """Return the delivery set going anew, at once; requests that are under way for it are out of date then."""
    return replace(delivery, state=DeliveryState.PENDING, due_at=at, tries=0, note="", revision=delivery.revision + 1)


def after_attempt(webhook: Webhook, attempt: Attempt) -> Webhook:
    """Return the endpoint after an attempt, the very same where nothing is to be noted.

    410 says that the endpoint is gone for good; otherwise it takes five days without a success to disable it.
    """
    if attempt.succeeded:
        return replace(webhook, failing_since=None, revision=webhook.revision + 1) if webhook.failing_since else webhook
    if webhook.state is EndpointState.DISABLED:
        return webhook
    if attempt.status == HTTPStatus.GONE:
        return webhook.disabled("It answered 410: gone.")
    if webhook.failing_since is None:
        return replace(webhook, failing_since=attempt.at, revision=webhook.revision + 1)
    if attempt.at - webhook.failing_since >= DISABLE_AFTER:
        return webhook.disabled(f"It has taken nothing for {DISABLE_AFTER.days} days.")
    return webhook

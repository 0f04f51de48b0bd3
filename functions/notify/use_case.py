"""Passing an event on: to the public history, the publisher's webhooks, the operator's topic, the publisher's mailbox.

An event comes at least once, and may come again after half of it was done. The history and the webhooks take it once
whatever happens. A topic and a mailbox may get it twice, under the same id; they come last, and the mailbox last of
all, so that trouble elsewhere repeats no letter.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import StaleStateError
from shared.domain.feed import PUBLIC, Publicity
from shared.domain.figures import NOTIFICATIONS, Figure
from shared.domain.measuring import TIMED, figures_of
from shared.domain.messages import deserves_mail, in_full, message_of
from shared.domain.ports import (
    Changes,
    Clock,
    DeliveryQueue,
    Letter,
    LetterRefusedError,
    Mail,
    Metrics,
    People,
    Records,
    Topic,
    Webhooks,
)
from shared.domain.webhooks import DeliveryRequest, DeliveryState, EndpointState, Webhook, delivery_of

if TYPE_CHECKING:
    from shared.domain.events import Event
    from shared.domain.messages import Message
    from shared.domain.webhooks import Delivery

_AT_ONCE = timedelta()
_logger = logging.getLogger("notify")


@dataclass(frozen=True, slots=True)
class Notify:
    """The use case of the table's stream."""

    records: Records
    changes: Changes
    webhooks: Webhooks
    deliveries: DeliveryQueue
    topic: Topic
    mail: Mail
    people: People
    clock: Clock
    metrics: Metrics

    def pass_on(self, event: Event) -> None:
        """Pass an event on. Whatever it raises means to try again."""
        if self._is_public(event):
            self.changes.record(event)
            self._count("history")
        owner = self.records.plugin(event.plugin_id).owner
        message = message_of(event, owner)
        if message:
            for webhook in self.webhooks.webhooks(owner):
                self._hand_over(webhook, message)
        self.topic.publish(event)
        self._count("topic")
        if message and deserves_mail(message):
            self._send(owner, message.message_id, f"{message.plugin_id}: {message.title}", in_full(message))
        self._measure(event)

    def warn(self, webhook: Webhook) -> None:
        """Tell a publisher that their webhook was disabled, unless they did it themselves."""
        if webhook.state is EndpointState.DISABLED and webhook.disabled_because:
            text = (
                f"Your webhook {webhook.name} for {webhook.url} is disabled. {webhook.disabled_because}\n\n"
                "Mend the endpoint and enable the webhook; then replay the deliveries that failed.\n"
            )
            letter_id = f"{webhook.webhook_id}-{webhook.revision}"
            self._send(webhook.owner, letter_id, f"Your webhook {webhook.name} is disabled", text)

    def _is_public(self, event: Event) -> bool:
        match PUBLIC.get(event.type):
            case Publicity.ALWAYS:
                return True
            case Publicity.OF_A_PUBLIC_PLUGIN:
                return self.changes.is_public(event.plugin_id)
            case Publicity.OF_A_RELEASED_VERSION if event.version:
                return self.records.version(event.plugin_id, event.version).released_at is not None
        return False

    def _hand_over(self, webhook: Webhook, message: Message) -> None:
        delivery = delivery_of(webhook, message, self.clock())
        if not webhook.wants(delivery.type, message.plugin_id):
            return
        self._keep(delivery)
        if delivery.state is DeliveryState.PENDING:
            # Asked for after the write and once more at each repetition: what is under way by then is left alone.
            request = DeliveryRequest(delivery.webhook_id, delivery.delivery_id, delivery.revision)
            self.deliveries.ask(request, delay=_AT_ONCE)
        self._count("webhook")

    def _keep(self, delivery: Delivery) -> None:
        try:
            self.webhooks.record(delivery)
        except StaleStateError:
            return  # it was kept when this event came before

    def _send(self, owner: str, letter_id: str, subject: str, text: str) -> None:
        address = self.people.email(owner)
        if not address:
            return
        try:
            self.mail.send(Letter(letter_id, address, subject, text))
            self._count("mail")
        except LetterRefusedError:
            # Trying again would hold up everything behind it. The publisher's list has the message all the same.
            _logger.exception("letter %s was refused", letter_id)
            self._count("mail-refused")

    def _count(self, channel: str) -> None:
        self.metrics.record(Figure(NOTIFICATIONS, label=channel))

    def _measure(self, event: Event) -> None:
        """Take down what the event counts for, last of all: what fails before is passed on again, and counted then."""
        is_timed = event.version is not None and event.type in TIMED
        version = self.records.version(event.plugin_id, event.version or 0) if is_timed else None
        self.metrics.record(*figures_of(event, version))

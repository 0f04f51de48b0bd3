"""One attempt at one delivery.

The next attempt is asked for before the outcome of this one is written: a crash in between repeats this attempt, which
the receiver knows by its id; the other order would lose the next one. A request names the revision of the delivery that
it is for, so of two requests for the same attempt the later one finds it done.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain import webhooks
from shared.domain.attempts import until_settled
from shared.domain.errors import DeliveryNotFoundError, StaleStateError, StandfastError, WebhookNotFoundError
from shared.domain.figures import DELIVERIES, Figure
from shared.domain.ports import Clock, DeliveryQueue, Entropy, FetchFailedError, Metrics, Poster, Webhooks
from shared.domain.webhooks import Attempt, Delivery, DeliveryRequest, DeliveryState, EndpointState, Webhook

if TYPE_CHECKING:
    from datetime import datetime

LONGEST_DELAY = timedelta(minutes=15)
"""SQS holds a message back no longer: for a longer pause it is passed on several times."""

_LONGEST_ERROR = 500
_OUTCOMES = {
    DeliveryState.DELIVERED: "delivered",
    DeliveryState.PENDING: "retried",
    DeliveryState.FAILED: "failed",
}


class RequestTooEarlyError(StandfastError):
    """The request came before the write that it follows: it must be delivered again."""


@dataclass(frozen=True, slots=True)
class Deliver:
    """The use case of the delivery queue."""

    webhooks: Webhooks
    deliveries: DeliveryQueue
    post: Poster
    clock: Clock
    entropy: Entropy
    metrics: Metrics

    def attempt(self, request: DeliveryRequest) -> None:
        """Attempt a delivery if it is due, and ask for the next attempt if it fails.

        Raises RequestTooEarlyError, UnavailableError: both mean to try again.
        """
        delivery = self._wanted(request)
        if delivery is None:
            return
        now = self.clock()
        if delivery.due_at > now:
            self._ask(delivery, now)
            return
        webhook = self._webhook(delivery)
        if webhook is None or webhook.state is EndpointState.DISABLED:
            self._record(webhooks.abandoned(delivery, "The webhook is disabled." if webhook else "It was removed."))
            return
        self._settle(webhook, delivery, self._post(webhook, delivery, now))

    def _wanted(self, request: DeliveryRequest) -> Delivery | None:
        """Return the delivery, unless the request is out of date."""
        try:
            delivery = self.webhooks.delivery(request.webhook_id, request.delivery_id)
        except DeliveryNotFoundError:
            return None  # its time to live is over
        if request.revision > delivery.revision:
            raise RequestTooEarlyError(f"The delivery {delivery.delivery_id!r} is not there yet.")
        is_current = request.revision == delivery.revision and delivery.state is DeliveryState.PENDING
        return delivery if is_current else None

    def _webhook(self, delivery: Delivery) -> Webhook | None:
        try:
            webhook = self.webhooks.webhook(delivery.owner, delivery.webhook_name)
        except WebhookNotFoundError:
            return None
        # The name may belong to another endpoint by now, which has no business with this message.
        return webhook if webhook.webhook_id == delivery.webhook_id else None

    def _post(self, webhook: Webhook, delivery: Delivery, now: datetime) -> Attempt:
        headers = webhooks.signed_headers(webhook, delivery, now)
        try:
            hop = self.post(webhook.url, body=delivery.body.encode(), headers=headers)
        except FetchFailedError as error:
            return Attempt(now, 0, str(error)[:_LONGEST_ERROR])
        return Attempt(now, hop.status, milliseconds=hop.milliseconds)

    def _settle(self, webhook: Webhook, delivery: Delivery, attempt: Attempt) -> None:
        after = webhooks.attempted(delivery, attempt, jitter=self.entropy(1)[0] / 255)
        if after.state is DeliveryState.PENDING:
            self._ask(after, attempt.at)
        self._record(after)
        self.metrics.record(Figure(DELIVERIES, label=_OUTCOMES[after.state]))
        if webhooks.after_attempt(webhook, attempt) != webhook:
            until_settled(lambda: self._note(delivery, attempt))

    def _note(self, delivery: Delivery, attempt: Attempt) -> None:
        """Note with the endpoint what the attempt says of it, unless it has been removed or changed meanwhile."""
        webhook = self._webhook(delivery)
        if webhook and (noted := webhooks.after_attempt(webhook, attempt)) != webhook:
            self.webhooks.save(noted)

    def _ask(self, delivery: Delivery, now: datetime) -> None:
        request = DeliveryRequest(delivery.webhook_id, delivery.delivery_id, delivery.revision)
        self.deliveries.ask(request, delay=min(delivery.due_at - now, LONGEST_DELAY))

    def _record(self, delivery: Delivery) -> None:
        with suppress(StaleStateError):  # another delivery of the same request was quicker: its outcome counts
            self.webhooks.record(delivery)

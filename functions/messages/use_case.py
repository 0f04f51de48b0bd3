"""A plugin's messages, and its publisher's webhooks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain import webhooks
from shared.domain.access import require_owner
from shared.domain.attempts import until_settled
from shared.domain.errors import ConflictError, InvalidValueError, WebhookNotFoundError
from shared.domain.identity import Subject, event_id
from shared.domain.messages import DOTTED_TYPES, Message, message_of
from shared.domain.ports import Clock, DeliveryQueue, Entropy, Page, Records, Webhooks
from shared.domain.webhooks import SECRET_BYTES, Delivery, DeliveryRequest, EndpointState, Webhook
from shared.fetching.urls import parse_publisher_url

if TYPE_CHECKING:
    from shared.domain.identity import PluginId
    from shared.domain.ports import PageRequest

_ID_BYTES = 8
_AT_ONCE = timedelta()


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a reviewer may read every plugin, a publisher their own."""

    subject: Subject
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """A webhook as its publisher wants it to be."""

    url: str
    description: str
    types: tuple[str, ...]
    plugin_ids: tuple[str, ...]
    state: EndpointState


@dataclass(frozen=True, slots=True)
class Messages:
    """The publisher's side of what `notify` and `delivery` do."""

    records: Records
    webhooks: Webhooks
    deliveries: DeliveryQueue
    clock: Clock
    entropy: Entropy

    def messages(self, reader: Reader, plugin_id: PluginId, page: PageRequest) -> Page[Message]:
        """Return what happened to a plugin, newest first; a page may be short. Raises PluginNotFoundError.

        Made from the events, which are written with the state that they tell of and read consistently: whoever sees a
        new state finds its message.
        """
        plugin = self.records.plugin(plugin_id)
        if not reader.reads_all:
            require_owner(plugin, reader.subject)
        events = self.records.events(plugin_id, page)
        told = (message_of(event, plugin.owner) for event in events.records)
        return Page(tuple(message for message in told if message), events.next_cursor)

    def set_up(self, owner: Subject, name: str, wanted: Wanted) -> Webhook:
        """Make a webhook, or change the one of this name. One of revision 1 is new, and its secret is not known yet.

        Raises InvalidValueError, TooManyWebhooksError.
        """
        url = str(parse_publisher_url(wanted.url, field="url"))
        for place, kind in enumerate(wanted.types):
            if kind not in DOTTED_TYPES:
                message = f"There is no type {kind!r}. The types are {', '.join(DOTTED_TYPES)}."
                raise InvalidValueError(message, field=f"types/{place}")
        return until_settled(lambda: self._save(owner, name, replace(wanted, url=url)))

    def webhook(self, owner: Subject, name: str) -> Webhook:
        """Return a webhook. Raises WebhookNotFoundError."""
        return self.webhooks.webhook(owner, name)

    def all_webhooks(self, owner: Subject) -> tuple[Webhook, ...]:
        """Return every webhook of a publisher, by name."""
        return self.webhooks.webhooks(owner)

    def remove(self, owner: Subject, name: str) -> None:
        """Remove a webhook; one that is not there needs nothing done."""

        def attempt() -> None:
            try:
                self.webhooks.remove(self.webhooks.webhook(owner, name))
            except WebhookNotFoundError:
                return

        until_settled(attempt)

    def rotate_secret(self, owner: Subject, name: str) -> Webhook:
        """Give a webhook a new secret; messages are signed with the old one too for a day.

        Raises WebhookNotFoundError.
        """
        secret, now = self._new_secret(), self.clock()

        def attempt() -> Webhook:
            changed = webhooks.rotated(self.webhooks.webhook(owner, name), secret, now)
            self.webhooks.save(changed)
            return changed

        return until_settled(attempt)

    def try_out(self, owner: Subject, name: str) -> Delivery:
        """Have a message that says nothing delivered. Raises WebhookNotFoundError, ConflictError for one disabled."""
        webhook, now = self._enabled(owner, name), self.clock()
        delivery = webhooks.trial_delivery(webhook, event_id(now, self.entropy(_ID_BYTES), 0), now)
        self.webhooks.record(delivery)
        self._ask(delivery)
        return delivery

    def log(self, owner: Subject, name: str, page: PageRequest) -> Page[Delivery]:
        """Return the deliveries to a webhook, newest first. Raises WebhookNotFoundError."""
        return self.webhooks.deliveries(self.webhooks.webhook(owner, name).webhook_id, page)

    def replay(self, owner: Subject, name: str, delivery_id: str) -> Delivery:
        """Have a delivery attempted anew, with the same id.

        Raises WebhookNotFoundError, DeliveryNotFoundError, ConflictError for a webhook that is disabled.
        """
        webhook, now = self._enabled(owner, name), self.clock()

        def attempt() -> Delivery:
            going = webhooks.replayed(self.webhooks.delivery(webhook.webhook_id, delivery_id), now)
            self.webhooks.record(going)
            return going

        delivery = until_settled(attempt)
        # After the write: should the request get lost in between, replaying once more asks once more.
        self._ask(delivery)
        return delivery

    def _save(self, owner: Subject, name: str, wanted: Wanted) -> Webhook:
        try:
            webhook = _changed(self.webhooks.webhook(owner, name), wanted)
        except WebhookNotFoundError:
            webhook = self._new(owner, name, wanted)
        self.webhooks.save(webhook)
        return webhook

    def _new(self, owner: Subject, name: str, wanted: Wanted) -> Webhook:
        return Webhook(
            owner=owner,
            name=name,
            webhook_id=self.entropy(_ID_BYTES).hex(),
            url=wanted.url,
            secret=self._new_secret(),
            created_at=self.clock(),
            description=wanted.description,
            types=wanted.types,
            plugin_ids=wanted.plugin_ids,
            state=wanted.state,
        )

    def _enabled(self, owner: Subject, name: str) -> Webhook:
        webhook = self.webhooks.webhook(owner, name)
        if webhook.state is EndpointState.DISABLED:
            message = f"The webhook {name!r} is disabled. Enable it first."
            raise ConflictError(message, state=webhook.state)
        return webhook

    def _ask(self, delivery: Delivery) -> None:
        request = DeliveryRequest(delivery.webhook_id, delivery.delivery_id, delivery.revision)
        self.deliveries.ask(request, delay=_AT_ONCE)

    def _new_secret(self) -> str:
        return webhooks.new_secret(self.entropy(SECRET_BYTES))


def _changed(webhook: Webhook, wanted: Wanted) -> Webhook:
    """Return the webhook as wanted. Enabling one, or moving it, forgets for how long it has failed."""
    is_fresh = wanted.state is not webhook.state or wanted.url != webhook.url
    return replace(
        webhook,
        url=wanted.url,
        description=wanted.description,
        types=wanted.types,
        plugin_ids=wanted.plugin_ids,
        state=wanted.state,
        disabled_because="",
        failing_since=None if is_fresh else webhook.failing_since,
        revision=webhook.revision + 1,
    )

"""What publishers send about their webhooks, and what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM
from shared.domain.messages import DOTTED_TYPES, dotted, told_of
from shared.domain.webhooks import DeliveryState, EndpointState

if TYPE_CHECKING:
    from shared.domain.messages import Message
    from shared.domain.ports import Page
    from shared.domain.webhooks import Attempt, Delivery, Webhook

_LONGEST_URL = 2048
_LONGEST_DESCRIPTION = 200
_MOST_FILTERS = 100


class ToldReason(BaseModel):
    """A reason of a rejection: its code, what the catalogue says of it, and the reviewer's own words."""

    code: str
    text: str
    detail: str


class MessageOut(BaseModel):
    """One thing that happened. `note` is what a person wrote about it."""

    message_id: str
    at: datetime
    type: str
    by: str
    title: str
    text: str
    version: int | None
    digest: str | None
    note: str
    reasons: list[ToldReason]

    @classmethod
    def of(cls, message: Message) -> Self:
        """Tell a message."""
        return cls(
            message_id=message.message_id,
            at=message.at,
            type=dotted(message.type),
            by=message.by,
            title=message.title,
            text=message.text,
            version=message.version,
            digest=message.digest,
            note=message.note,
            reasons=[
                ToldReason(code=reason.code, text=told_of(reason), detail=reason.detail) for reason in message.reasons
            ],
        )


class MessageList(BaseModel):
    """What happened to a plugin, newest first."""

    items: list[MessageOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Message]) -> Self:
        """Tell a page."""
        return cls(items=[MessageOut.of(message) for message in page.records], next_cursor=page.next_cursor)


class SetUpWebhook(BaseModel):
    """Where messages are to be posted, and which."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        min_length=1,
        max_length=_LONGEST_URL,
        examples=["https://todo.example.com/hooks/standfast"],
        description="An https URL on a public host. Redirects are not followed.",
    )
    description: str = Field(default="", max_length=_LONGEST_DESCRIPTION)
    types: tuple[str, ...] = Field(
        default=(),
        max_length=_MOST_FILTERS,
        examples=[["version.rejected", "version.released"]],
        description=f"The types of messages to deliver; all of them when empty. Of {', '.join(DOTTED_TYPES)}.",
    )
    plugin_ids: tuple[Annotated[str, Field(pattern=PLUGIN_ID_FORM)], ...] = Field(
        default=(), max_length=_MOST_FILTERS, description="The plugins to tell of; all of yours when empty."
    )
    state: EndpointState = Field(
        default=EndpointState.ENABLED, description="`enabled` also takes one into use again that was disabled."
    )


class WebhookOut(BaseModel):
    """A webhook, without its secret."""

    name: str
    url: str
    description: str
    types: list[str]
    plugin_ids: list[str]
    state: EndpointState
    disabled_because: str
    failing_since: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, webhook: Webhook) -> Self:
        """Tell a webhook."""
        return cls(
            name=webhook.name,
            url=webhook.url,
            description=webhook.description,
            types=list(webhook.types),
            plugin_ids=list(webhook.plugin_ids),
            state=webhook.state,
            disabled_because=webhook.disabled_because,
            failing_since=webhook.failing_since,
            created_at=webhook.created_at,
        )


class WebhookList(BaseModel):
    """A publisher's webhooks, by name."""

    items: list[WebhookOut]

    @classmethod
    def of(cls, webhooks: tuple[Webhook, ...]) -> Self:
        """Tell all of them."""
        return cls(items=[WebhookOut.of(webhook) for webhook in webhooks])


class WebhookWithSecret(WebhookOut):
    """A webhook as it was set up or changed. `secret` is there when it is new, and is never shown again."""

    secret: str | None

    @classmethod
    def shown_once(cls, webhook: Webhook) -> Self:
        """Tell a webhook and its secret."""
        return cls(**WebhookOut.of(webhook).model_dump(), secret=webhook.secret)

    @classmethod
    def kept_to_itself(cls, webhook: Webhook) -> Self:
        """Tell a webhook whose secret has been shown before."""
        return cls(**WebhookOut.of(webhook).model_dump(), secret=None)


class AttemptOut(BaseModel):
    """One try. `status` is that of the HTTP answer, 0 where none came; then `error` says why."""

    at: datetime
    status: int
    error: str
    milliseconds: int

    @classmethod
    def of(cls, attempt: Attempt) -> Self:
        """Tell an attempt."""
        return cls(at=attempt.at, status=attempt.status, error=attempt.error, milliseconds=attempt.milliseconds)


class DeliveryOut(BaseModel):
    """One message on its way. `delivery_id` is its `webhook-id`; `due_at` says when it is tried next, while pending."""

    delivery_id: str
    type: str
    plugin_id: str | None
    state: DeliveryState
    note: str
    made_at: datetime
    due_at: datetime
    attempts: list[AttemptOut]

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Tell a delivery."""
        return cls(
            delivery_id=delivery.delivery_id,
            type=delivery.type,
            plugin_id=delivery.plugin_id,
            state=delivery.state,
            note=delivery.note,
            made_at=delivery.made_at,
            due_at=delivery.due_at,
            attempts=[AttemptOut.of(attempt) for attempt in delivery.attempts],
        )


class DeliveryList(BaseModel):
    """The deliveries to a webhook in the last 30 days, newest first."""

    items: list[DeliveryOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Delivery]) -> Self:
        """Tell a page."""
        return cls(items=[DeliveryOut.of(delivery) for delivery in page.records], next_cursor=page.next_cursor)

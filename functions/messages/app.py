"""HTTP: publishers read their messages, and set up, try and repair their webhooks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from functions.messages.schema import (
    DeliveryList,
    DeliveryOut,
    MessageList,
    SetUpWebhook,
    WebhookList,
    WebhookOut,
    WebhookWithSecret,
)
from functions.messages.use_case import Messages, Reader, Wanted
from functions.messages.wiring import from_environment
from shared.domain.errors import DeliveryNotFoundError, InvalidValueError, WebhookNotFoundError
from shared.domain.identity import plugin_id
from shared.edge.api import Answer, Api, Nothing, Request
from shared.edge.callers import DEVELOPER, REVIEWER

if TYPE_CHECKING:
    from typing import Any

api = Api("messages")

_WEBHOOK = "/v1/webhooks/{webhook_name}"
_DELIVERY_ID = re.compile(r"[0-9a-f]{1,64}")


@api.route(
    "GET",
    "/v1/plugins/{plugin_id}/messages",
    summary="Read what happened to a plugin, and why",
    roles=(DEVELOPER, REVIEWER),
    answers=MessageList,
    pages=True,
)
def list_messages(request: Request[Nothing], messages: Messages) -> Answer:
    """List messages."""
    reader = Reader(request.caller.subject, reads_all=request.caller.is_reviewer)
    return Answer(MessageList.of(messages.messages(reader, request.plugin_id, request.page)))


@api.route("GET", "/v1/webhooks", summary="List your webhooks", roles=(DEVELOPER,), answers=WebhookList)
def list_webhooks(request: Request[Nothing], messages: Messages) -> Answer:
    """List webhooks."""
    return Answer(WebhookList.of(messages.all_webhooks(request.caller.subject)))


@api.route(
    "PUT",
    _WEBHOOK,
    summary="Set a webhook up, or change it",
    roles=(DEVELOPER,),
    takes=SetUpWebhook,
    answers=WebhookWithSecret,
)
def set_up_webhook(request: Request[SetUpWebhook], messages: Messages) -> Answer:
    """Set a webhook up."""
    body = request.body
    wanted = Wanted(body.url, body.description, body.types, tuple(body.plugin_ids), body.state)
    webhook = messages.set_up(request.caller.subject, _new_name(request), wanted)
    if webhook.revision > 1:
        return Answer(WebhookWithSecret.kept_to_itself(webhook))
    return Answer(WebhookWithSecret.shown_once(webhook))


@api.route("GET", _WEBHOOK, summary="Read a webhook", roles=(DEVELOPER,), answers=WebhookOut)
def read_webhook(request: Request[Nothing], messages: Messages) -> Answer:
    """Read a webhook."""
    return Answer(WebhookOut.of(messages.webhook(request.caller.subject, _name(request))))


@api.route("DELETE", _WEBHOOK, summary="Remove a webhook", roles=(DEVELOPER,), answers=None, status=204)
def remove_webhook(request: Request[Nothing], messages: Messages) -> Answer:
    """Remove a webhook."""
    messages.remove(request.caller.subject, _name(request))
    return Answer("", 204)


@api.route(
    "POST",
    f"{_WEBHOOK}/rotate-secret",
    summary="Give a webhook a new secret; the old one counts for a day more",
    roles=(DEVELOPER,),
    answers=WebhookWithSecret,
)
def rotate_secret(request: Request[Nothing], messages: Messages) -> Answer:
    """Rotate a secret."""
    return Answer(WebhookWithSecret.shown_once(messages.rotate_secret(request.caller.subject, _name(request))))


@api.route(
    "POST",
    f"{_WEBHOOK}/test",
    summary="Have a test message delivered",
    roles=(DEVELOPER,),
    answers=DeliveryOut,
    status=202,
)
def test_webhook(request: Request[Nothing], messages: Messages) -> Answer:
    """Try a webhook out."""
    return Answer(DeliveryOut.of(messages.try_out(request.caller.subject, _name(request))), 202)


@api.route(
    "GET",
    f"{_WEBHOOK}/deliveries",
    summary="Read what was delivered to a webhook, and what was not",
    roles=(DEVELOPER,),
    answers=DeliveryList,
    pages=True,
)
def list_deliveries(request: Request[Nothing], messages: Messages) -> Answer:
    """List deliveries."""
    return Answer(DeliveryList.of(messages.log(request.caller.subject, _name(request), request.page)))


@api.route(
    "POST",
    f"{_WEBHOOK}/deliveries/{{delivery_id}}/replay",
    summary="Have a delivery attempted anew",
    roles=(DEVELOPER,),
    answers=DeliveryOut,
    status=202,
)
def replay_delivery(request: Request[Nothing], messages: Messages) -> Answer:
    """Replay a delivery."""
    delivery_id = request.path["delivery_id"]
    if not _DELIVERY_ID.fullmatch(delivery_id):
        raise DeliveryNotFoundError(delivery_id)
    return Answer(DeliveryOut.of(messages.replay(request.caller.subject, _name(request), delivery_id)), 202)


def _new_name(request: Request[Any]) -> str:
    try:
        return plugin_id(request.path["webhook_name"])
    except InvalidValueError as error:
        message = "A webhook's name is 1 to 63 lower-case letters, digits and inner hyphens, such as 'todo-alerts'."
        raise InvalidValueError(message, field="webhook_name") from error


def _name(request: Request[Any]) -> str:
    """Return the name that the path gives. Raises WebhookNotFoundError: no webhook has a malformed name."""
    try:
        return _new_name(request)
    except InvalidValueError as error:
        raise WebhookNotFoundError(request.path["webhook_name"]) from error


build = api.build
handler = build(from_environment)

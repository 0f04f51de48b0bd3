"""DynamoDB stream: events are passed on as they are committed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.notify.wiring import from_environment
from shared.domain.events import Event
from shared.domain.webhooks import Webhook
from shared.edge import stream
from shared.storage.stream import read_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.notify.use_case import Notify
    from shared.edge.stream import LambdaHandler


def pass_on(record: dict[str, Any], notify: Notify) -> None:
    """Carry out one record. The source's filter lets through new events, and webhooks that were just disabled."""
    match read_record(record):
        case Event() as event:
            notify.pass_on(event)
        case Webhook() as webhook:
            notify.warn(webhook)


def build(provide: Callable[[], Notify]) -> LambdaHandler:
    """Make the Lambda handler."""
    return stream.build("notify", provide, pass_on)


handler = build(from_environment)

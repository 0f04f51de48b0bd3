"""SQS: webhooks are posted to publishers' endpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.delivery.schema import AttemptRequest
from functions.delivery.wiring import from_environment
from shared.domain.webhooks import DeliveryRequest
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.delivery.use_case import Deliver
    from shared.edge.batch import LambdaHandler, Message


def attempt_delivery(message: Message, deliver: Deliver) -> None:
    """Carry out one message."""
    request = AttemptRequest.model_validate_json(message.body)
    deliver.attempt(DeliveryRequest(request.webhook_id, request.delivery_id, request.revision))


def build(provide: Callable[[], Deliver]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("delivery", provide, attempt_delivery)


handler = build(from_environment)

"""The SQS edge of a function: each message on its own, and the failed ones told to the queue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from shared.domain import correlation
from shared.edge.observability import correlated, logger_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    type Event = dict[str, Any]
    type LambdaHandler = Callable[[Event, Any], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its body as it was sent, and when that was."""

    body: str
    sent_at: datetime


def build[UseCase](
    name: str, provide: Callable[[], UseCase], carry_out: Callable[[Message, UseCase], None]
) -> LambdaHandler:
    """Make the Lambda handler that carries out every message of a batch; whatever raises is delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    logger = logger_for(name)

    def process(record: SQSRecord) -> None:
        with correlated(logger, _correlation_of(record)):
            try:
                carry_out(_message(record), provide())
                logger.info("message carried out", extra={"message_id": record.message_id})
            except Exception:
                logger.exception("message failed")
                raise

    def handler(event: Event, context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        return dict(process_partial_response(event, process, processor, context))

    return handler


def _correlation_of(record: SQSRecord) -> str:
    """Return the id of the work that sent a message, or the message's own where nobody did."""
    attributes = record.raw_event.get("messageAttributes", {})
    return attributes.get(correlation.ATTRIBUTE, {}).get("stringValue") or record.message_id


def _message(record: SQSRecord) -> Message:
    sent_at = datetime.fromtimestamp(int(record.attributes.sent_timestamp) / 1000, UTC)
    return Message(record.body, sent_at)

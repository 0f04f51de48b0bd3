"""The SQS edge of a function: each message on its own, and the failed ones told to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from shared.edge.observability import logger_for

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

    type Event = dict[str, Any]
    type LambdaHandler = Callable[[Event, Any], dict[str, Any]]


def build[UseCase](
    name: str, provide: Callable[[], UseCase], carry_out: Callable[[SQSRecord, UseCase], None]
) -> LambdaHandler:
    """Make the Lambda handler that carries out every message of a batch; whatever raises is delivered again."""
    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    logger = logger_for(name)

    def process(record: SQSRecord) -> None:
        try:
            carry_out(record, provide())
        except Exception:
            logger.exception("message failed", extra={"message_id": record.message_id})
            raise

    def handler(event: Event, context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        return dict(process_partial_response(event, process, processor, context))

    return handler

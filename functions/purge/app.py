"""DynamoDB stream, and SQS: caches are told of each change of what is served, and told again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.purge.schema import RepeatRequest, move_of
from functions.purge.wiring import from_environment
from shared.edge import batch, stream
from shared.storage.stream import moment_of, read_served

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.purge.use_case import Purge
    from shared.edge.batch import LambdaHandler, Message

_QUEUE = "aws:sqs"


def purge_moved(record: dict[str, Any], purge: Purge) -> None:
    """Carry out one record. The source's filter lets through pointers and current documents alone."""
    if served := read_served(record):
        purge.moved(move_of(served), at=moment_of(record))


def purge_again(message: Message, purge: Purge) -> None:
    """Carry out one message."""
    request = RepeatRequest.model_validate_json(message.body)
    purge.repeat(request.move)


def build(provide: Callable[[], Purge]) -> LambdaHandler:
    """Make the Lambda handler. A batch comes from one source, and is never empty."""
    of_stream = stream.build("purge", provide, purge_moved)
    of_queue = batch.build("purge", provide, purge_again)

    def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        is_message = event["Records"][0]["eventSource"] == _QUEUE
        return (of_queue if is_message else of_stream)(event, context)

    return handler


handler = build(from_environment)

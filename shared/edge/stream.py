"""The stream edge of a function: each record on its own, in order, up to the first that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shared.domain import correlation
from shared.edge.observability import correlated, logger_for

if TYPE_CHECKING:
    from collections.abc import Callable

    type Event = dict[str, Any]
    type LambdaHandler = Callable[[Event, Any], dict[str, Any]]


def build[UseCase](
    name: str, provide: Callable[[], UseCase], carry_out: Callable[[dict[str, Any], UseCase], None]
) -> LambdaHandler:
    """Make the Lambda handler that carries out every record of a batch.

    The stream delivers again from the first failure on, so what comes after it is not begun: nothing is done twice that
    was done well, and no record overtakes an earlier one.
    """
    logger = logger_for(name)

    def handler(event: Event, _context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda's own context object
        for record in event["Records"]:
            number = record["dynamodb"]["SequenceNumber"]
            with correlated(logger, _correlation_of(record)):
                try:
                    carry_out(record, provide())
                    logger.info("record carried out", extra={"sequence_number": number})
                except Exception:
                    logger.exception("record failed")
                    return {"batchItemFailures": [{"itemIdentifier": number}]}
        return {"batchItemFailures": []}

    return handler


def _correlation_of(record: dict[str, Any]) -> str:
    """Return the id of the work that wrote an item, or the record's own where the item does not say."""
    written: str = record["dynamodb"].get("NewImage", {}).get(correlation.ATTRIBUTE, {}).get("S", "")
    return written or str(record["dynamodb"]["SequenceNumber"])

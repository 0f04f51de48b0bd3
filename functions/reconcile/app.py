"""SQS: a run through everything that is stored, one step for each message; the schedule begins one with a message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.reconcile.schema import MESSAGE, BeginMessage, StepMessage
from functions.reconcile.wiring import from_environment
from shared.domain.identity import EventId
from shared.domain.reconciling import SCHEDULE, StepRequest
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.reconcile.wiring import Reconciling
    from shared.edge.batch import LambdaHandler, Message


def carry_out(message: Message, reconciling: Reconciling) -> None:
    """Carry out one message."""
    match MESSAGE.validate_json(message.body):
        case StepMessage(run_id=run_id, revision=revision):
            reconciling.steps.take(StepRequest(EventId(run_id), revision), asked_at=message.sent_at)
        case BeginMessage():
            reconciling.runs.start(SCHEDULE, mends=reconciling.mends)


def build(provide: Callable[[], Reconciling]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("reconcile", provide, carry_out)


handler = build(from_environment)

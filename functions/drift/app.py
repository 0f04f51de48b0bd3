"""SQS: rounds of looks at origins are planned and carried out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.drift.schema import read_task
from functions.drift.wiring import from_environment
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.drift.use_case import Drift
    from shared.edge.batch import LambdaHandler, Message


def carry_out(message: Message, drift: Drift) -> None:
    """Carry out one message."""
    drift.carry_out(read_task(message.body))


def build(provide: Callable[[], Drift]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("drift", provide, carry_out)


handler = build(from_environment)

"""SQS: upgrades that a policy lets through are approved without a reviewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.fastlane.schema import Consideration
from functions.fastlane.wiring import from_environment
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.fastlane.use_case import FastLane
    from shared.edge.batch import LambdaHandler, Message


def consider_version(message: Message, lane: FastLane) -> None:
    """Carry out one message."""
    asked = Consideration.model_validate_json(message.body)
    lane.consider(asked.plugin_id, asked.version, asked_at=message.sent_at)


def build(provide: Callable[[], FastLane]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("fastlane", provide, consider_version)


handler = build(from_environment)

"""SQS: versions are released at the moment that their approval set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions.release.schema import DueRelease
from functions.release.wiring import from_environment
from shared.edge import batch

if TYPE_CHECKING:
    from collections.abc import Callable

    from functions.release.use_case import ScheduledReleases
    from shared.edge.batch import LambdaHandler, Message


def release_version(message: Message, releases: ScheduledReleases) -> None:
    """Carry out one message."""
    due = DueRelease.model_validate_json(message.body)
    releases.release(due.plugin_id, due.version, moment=due.moment)


def build(provide: Callable[[], ScheduledReleases]) -> LambdaHandler:
    """Make the Lambda handler."""
    return batch.build("release", provide, release_version)


handler = build(from_environment)

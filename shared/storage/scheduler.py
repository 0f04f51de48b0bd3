"""Scheduled releases in EventBridge Scheduler: one schedule for each, which puts a message into a queue and is gone."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.identity import format_moment
from shared.storage.sending import Sender

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_sqs import SQSClient

_THERE_ALREADY = "ConflictException"
_NOT_THERE = "ResourceNotFoundException"


def release_message(moment: datetime, plugin_id: str, number: int) -> str:
    """Write the message that asks for a release at its moment."""
    return json.dumps({"plugin_id": plugin_id, "version": number, "moment": format_moment(moment)})


class SchedulerClient(Protocol):
    """As much of botocore's client as is used here."""

    def create_schedule(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own
        """Create a schedule."""

    def get_schedule(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own
        """Return a schedule."""


class EventBridgeReleaseSchedule:
    """The `ReleaseSchedule` port over a schedule group. Scheduler keeps to the minute, not to the second."""

    def __init__(self, client: SchedulerClient, *, group: str, queue_arn: str, role_arn: str) -> None:
        self._client = client
        self._group = group
        self._queue_arn = queue_arn
        self._role_arn = role_arn

    def at(self, moment: datetime, plugin_id: str, number: int) -> None:
        """See to it that the release is asked for then. Raises UnavailableError; then nothing may be committed."""
        try:
            self._client.create_schedule(
                Name=_name(moment, plugin_id, number),
                GroupName=self._group,
                ScheduleExpression=f"at({moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={
                    "Arn": self._queue_arn,
                    "RoleArn": self._role_arn,
                    "Input": release_message(moment, plugin_id, number),
                },
            )
        except ClientError as error:
            # The same moment of the same version: asked for by an attempt that lost its race, or by a repetition.
            if error.response.get("Error", {}).get("Code") != _THERE_ALREADY:
                raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error

    def is_set(self, moment: datetime, plugin_id: str, number: int) -> bool:
        """Tell whether the schedule is there still. Raises UnavailableError."""
        try:
            self._client.get_schedule(Name=_name(moment, plugin_id, number), GroupName=self._group)
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") == _NOT_THERE:
                return False
            raise _unavailable(error) from error
        except BotoCoreError as error:
            raise _unavailable(error) from error
        return True


class SqsDueReleases:
    """The `DueReleases` port over the queue that the schedules put their messages into."""

    def __init__(self, client: SQSClient, queue_url: str) -> None:
        self._sender = Sender(client, queue_url, "a release")

    def ask(self, moment: datetime, plugin_id: str, number: int) -> None:
        """Ask for a release at once. Raises UnavailableError."""
        self._sender.send(release_message(moment, plugin_id, number))


def _name(moment: datetime, plugin_id: str, number: int) -> str:
    """Name a schedule after what it does; an id alone may be too long for a name."""
    return hashlib.sha256(f"{plugin_id} {number} {format_moment(moment)}".encode()).hexdigest()[:48]


def _unavailable(error: Exception) -> UnavailableError:
    return UnavailableError(f"The release could not be scheduled: {error}")

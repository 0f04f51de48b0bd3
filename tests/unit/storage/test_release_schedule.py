"""Scheduled releases in EventBridge Scheduler, stubbed at botocore's edge."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import botocore.session
import pytest
from botocore.stub import ANY, Stubber

from shared.domain.errors import UnavailableError
from shared.domain.identity import format_moment
from shared.storage.scheduler import EventBridgeReleaseSchedule
from tests.building import NOON, TODO

if TYPE_CHECKING:
    from collections.abc import Iterator

QUEUE = "arn:aws:sqs:eu-west-1:123456789012:releases"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
REQUEST = {
    "Name": ANY,
    "GroupName": "releases",
    "ScheduleExpression": "at(2026-11-21T12:00:00)",
    "ScheduleExpressionTimezone": "UTC",
    "FlexibleTimeWindow": {"Mode": "OFF"},
    "ActionAfterCompletion": "DELETE",
    "Target": {
        "Arn": QUEUE,
        "RoleArn": ROLE,
        "Input": json.dumps({"plugin_id": TODO, "version": 3, "moment": format_moment(NOON)}),
    },
}


@pytest.fixture
def stub() -> Iterator[Stubber]:
    client = botocore.session.Session().create_client("scheduler", region_name="eu-west-1")
    with Stubber(client) as stubber:
        yield stubber
        stubber.assert_no_pending_responses()


def schedule(stub: Stubber) -> EventBridgeReleaseSchedule:
    client: Any = stub.client
    return EventBridgeReleaseSchedule(client, group="releases", queue_arn=QUEUE, role_arn=ROLE)


@pytest.mark.parametrize("moment", [NOON, NOON.astimezone(timezone(timedelta(hours=9)))])
def test_a_release_is_one_schedule_in_utc_that_goes_when_it_is_done(stub: Stubber, moment: datetime) -> None:
    stub.add_response("create_schedule", {"ScheduleArn": "arn:aws:scheduler:x"}, REQUEST)
    schedule(stub).at(moment, TODO, 3)


def test_asking_twice_is_harmless(stub: Stubber) -> None:
    stub.add_client_error("create_schedule", "ConflictException")
    schedule(stub).at(NOON, TODO, 3)


@pytest.mark.parametrize("code", ["ThrottlingException", "ValidationException", "InternalServerException"])
def test_what_could_not_be_scheduled_is_an_error_so_that_nothing_is_approved(stub: Stubber, code: str) -> None:
    stub.add_client_error("create_schedule", code)
    with pytest.raises(UnavailableError, match=code):
        schedule(stub).at(NOON, TODO, 3)


def test_each_moment_of_each_version_has_a_name_of_its_own_that_fits(stub: Stubber) -> None:
    names: list[str] = []
    client: Any = stub.client
    client.meta.events.register(
        "provide-client-params.scheduler.CreateSchedule", lambda params, **_: names.append(params["Name"])
    )
    asked = [(NOON, "a" * 63, 99_999_999), (NOON, "a" * 63, 1), (NOON, "a", 1), (NOON + timedelta(seconds=1), "a", 1)]
    for moment, plugin, number in asked:
        stub.add_response("create_schedule", {"ScheduleArn": "arn:aws:scheduler:x"})
        schedule(stub).at(moment, plugin, number)
    assert len(set(names)) == len(asked)
    assert all(len(name) <= 64 for name in names)

"""From one machine to AWS and back: the same store, record by record and byte by byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from exchange.bundle import Bundle
from exchange.exporting import export
from exchange.importing import import_bundle
from exchange.places import on_aws, on_this_machine
from local.cloudformation import Evaluator, load
from local.machine import Machine
from local.template import TEMPLATE
from shared.domain.errors import UnavailableError
from shared.storage.stacks import Stack, StackNotFoundError
from tests.unit.exchange.stores import contents, lived_in, quiet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from exchange.site import Site

REGION = "eu-west-1"
QUEUES = ("SnapshotQueue", "ReleaseQueue", "DeliveryQueue")


@dataclass(frozen=True, slots=True)
class CloudFormation:
    """CloudFormation's answers about one stack: moto's own needs more packages than the rest of it together."""

    resources: Mapping[str, str]
    failure: str = "ValidationError"

    def describe_stack_resource(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own
        """Describe a resource."""
        physical_id = self.resources.get(request["LogicalResourceId"])
        if physical_id is None:
            raise ClientError({"Error": {"Code": self.failure}}, "DescribeStackResource")
        return {"StackResourceDetail": {"PhysicalResourceId": physical_id}}


@pytest.fixture
def aws() -> Iterator[Site]:
    """A deployed stack, as far as a store's records, objects, queues and schedules go."""
    with mock_aws():
        yield on_aws(Stack(CloudFormation(_deploy()), "test"), "aws:test")


def _deploy() -> dict[str, str]:
    properties = Evaluator(load(TEMPLATE), {}).resources("AWS::DynamoDB::Table")["Table"]
    taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    boto3.client("dynamodb", REGION).create_table(TableName="table", **{name: properties[name] for name in taken})
    where: Any = {"LocationConstraint": REGION}
    boto3.client("s3", REGION).create_bucket(Bucket="bucket", CreateBucketConfiguration=where)
    boto3.client("scheduler", REGION).create_schedule_group(Name="releases")
    queues = boto3.client("sqs", REGION)
    named = {name: queues.create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    others = {"ReleaseScheduleGroup": "releases", "ReleaseSchedulerRole": "scheduler"}
    return {"Table": "table", "DocumentsBucket": "bucket", **others, **named}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine.at(tmp_path / "old")
    yield made
    made.close()


def test_a_store_goes_to_aws_and_comes_back_as_it_was(aws: Site, machine: Machine, tmp_path: Path) -> None:
    source, out, back = lived_in(machine), Bundle(tmp_path / "out"), Bundle(tmp_path / "back")
    export(source, out, quiet)
    there = import_bundle(aws, out, quiet)
    assert contents(aws) == contents(source)
    export(aws, back, quiet)
    new = Machine.at(tmp_path / "new")
    here = import_bundle(on_this_machine(new, "new"), back, quiet)
    assert contents(on_this_machine(new, "new")) == contents(source)
    new.close()
    assert there.set_in_motion == here.set_in_motion == 3


def test_a_release_is_scheduled_on_aws_and_a_snapshot_asked_for(aws: Site, machine: Machine, tmp_path: Path) -> None:
    bundle = Bundle(tmp_path / "out")
    export(lived_in(machine), bundle, quiet)
    import_bundle(aws, bundle, quiet)
    scheduler = boto3.client("scheduler", REGION)
    (name,) = [each["Name"] for each in scheduler.list_schedules(GroupName="releases")["Schedules"]]
    target = scheduler.get_schedule(GroupName="releases", Name=name)["Target"]
    assert target["Arn"] == "arn:aws:sqs:eu-west-1:123456789012:ReleaseQueue"
    assert target["RoleArn"] == "arn:aws:iam::123456789012:role/scheduler"
    queues = boto3.client("sqs", REGION)
    (message,) = queues.receive_message(QueueUrl=queues.get_queue_url(QueueName="SnapshotQueue")["QueueUrl"])[
        "Messages"
    ]
    assert json.loads(message["Body"]) == {"plugin_id": "waiting", "version": 1}


def test_a_stack_that_is_not_there_is_told_by_its_name() -> None:
    with pytest.raises(StackNotFoundError, match="'nowhere' has no Table"):
        Stack(CloudFormation({}), "nowhere").resource("Table")
    with pytest.raises(UnavailableError, match="CloudFormation did not answer"):
        Stack(CloudFormation({}, "Throttling"), "busy").resource("Table")

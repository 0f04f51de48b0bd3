"""The implementations that every contract runs on: SQLite in memory, SQLite with files, and AWS as moto plays it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import boto3
import pytest
from moto import mock_aws

from local.cloudformation import Evaluator, load
from local.database import Database
from local.objects import FileObjects
from local.queue import SqliteQueue
from local.table import SqliteTable
from local.template import TEMPLATE
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.sqs import SqsSnapshotQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from shared.domain.ports import ObjectStore, SnapshotQueue
    from shared.storage.table import Table

REGION: Literal["eu-west-1"] = "eu-west-1"
TABLE = "records"
BUCKET = "documents"
QUEUE = "requests"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        yield


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database()
    yield opened
    opened.close()


@pytest.fixture
def database_file(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "standfast.db")
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "file", "dynamodb"])
def table(request: pytest.FixtureRequest) -> Table:
    match request.param:
        case "memory":
            return SqliteTable(request.getfixturevalue("database"))
        case "file":
            return SqliteTable(request.getfixturevalue("database_file"))
    request.getfixturevalue("aws")
    return DynamoTable(_table_of_the_template(), TABLE)


@pytest.fixture(params=["file", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "file":
        return FileObjects(tmp_path / "objects")
    request.getfixturevalue("aws")
    return _bucket()


@pytest.fixture(params=["memory", "sqs"])
def queue(request: pytest.FixtureRequest) -> tuple[SnapshotQueue, Callable[[], list[str]]]:
    """A queue, and how to read the bodies in it."""
    if request.param == "memory":
        return _sqlite_queue(request.getfixturevalue("database"))
    request.getfixturevalue("aws")
    return _sqs_queue()


def _table_of_the_template() -> DynamoDBClient:
    document = load(TEMPLATE)
    (properties,) = Evaluator(document, {}).resources("AWS::DynamoDB::Table").values()
    taken = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    client = boto3.client("dynamodb", region_name=REGION)
    client.create_table(TableName=TABLE, **{name: properties[name] for name in taken})
    return client


def _bucket() -> S3Objects:
    client = boto3.client("s3", region_name=REGION)
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return S3Objects(client, BUCKET)


def _sqlite_queue(database: Database) -> tuple[SnapshotQueue, Callable[[], list[str]]]:
    opened = SqliteQueue(database, delay_seconds=0)
    return opened, lambda: [message.body for message in opened.receive(10, visibility_seconds=30)]


def _sqs_queue() -> tuple[SnapshotQueue, Callable[[], list[str]]]:
    client = boto3.client("sqs", region_name=REGION)
    url = client.create_queue(QueueName=QUEUE)["QueueUrl"]

    def bodies() -> list[str]:
        return [message["Body"] for message in client.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]]

    return SqsSnapshotQueue(client, url), bodies

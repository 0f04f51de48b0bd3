"""The store with the operator's functions over moto, and what moto does not play: redrives, and Lambda's calls."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, cast

from moto import mock_aws

from shared.domain.ports import (
    Backlogs,
    Charts,
    DeadLetters,
    DueReleases,
    Inventory,
    ObjectListing,
    PlaceCounting,
    ReconcileQueue,
    Reconciliations,
    ReleaseCalendar,
)
from shared.storage import clients
from shared.storage.backlogs import SqsBacklogs
from shared.storage.charts import CloudWatchCharts
from shared.storage.dead_letters import SqsDeadLetters
from shared.storage.dynamo import DynamoTable
from shared.storage.installs import InstallStore
from shared.storage.inventory import InventoryStore
from shared.storage.listing import S3Listing
from shared.storage.reconcile_queue import SqsReconcileQueue
from shared.storage.reconciliations import ReconciliationStore
from shared.storage.scheduler import SqsDueReleases
from tests.integration.aws import BUCKET, Person, Web, deployed
from tests.integration.purges import purging
from tests.integration.receivers import NotifyingCloud, NotifyPorts

if TYPE_CHECKING:
    from collections.abc import Iterator

OPERATOR = Person("operator-1", "standfast/operate", "operators")
NAMESPACE = "Standfast"


@dataclass(frozen=True, slots=True)
class OperatingPorts(NotifyPorts):
    """All ports."""

    inventory: Inventory = field(kw_only=True)
    listing: ObjectListing = field(kw_only=True)
    releases: DueReleases = field(kw_only=True)
    calendar: ReleaseCalendar = field(kw_only=True)
    places: PlaceCounting = field(kw_only=True)
    reconciliations: Reconciliations = field(kw_only=True)
    steps: ReconcileQueue = field(kw_only=True)
    backlogs: Backlogs = field(kw_only=True)
    dead_letters: DeadLetters = field(kw_only=True)
    charts: Charts = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class _Acknowledged:
    """The HTTP answer of a call that moto did not get."""

    status_code: int = 200


class OperatingCloud(NotifyingCloud):
    """The store, its queues of dead letters, its stream, and the functions that look after them."""

    def __init__(self, web: Web) -> None:
        super().__init__(web)
        self.cloudwatch: Any = clients.cloudwatch()
        self.streams: Any = clients.streams()
        self.functions: Any = clients.functions()
        stream = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        self.dynamodb.update_table(TableName="standfast", StreamSpecification=cast("Any", stream))
        sources = json.loads(deployed().functions["OperationsFunction"].environment["SOURCES"])
        there = {
            "snapshot": self.queue_url,
            "delivery": self.delivery_queue_url,
            "fastlane": self.fast_lane_url,
            "drift": self.drift_queue_url,
        }
        self.feeds = {
            name: there.get(name) or self._queue(each["queue"]) for name, each in sources.items() if "queue" in each
        }
        self.graves = {name: self._queue(each["dead"]) for name, each in sources.items()}
        self.purging = purging(self.sqs)
        self._play_redrives()
        self._play_calls()
        table = DynamoTable(self.dynamodb, "standfast")
        given = {each.name: getattr(self.ports, each.name) for each in fields(NotifyPorts)}
        self.ports = self.all_ports = OperatingPorts(
            **given,
            inventory=InventoryStore(table),
            listing=S3Listing(self.s3, BUCKET),
            calendar=cast("ReleaseCalendar", self.ports.schedule),
            releases=SqsDueReleases(self.sqs, self.feeds["release"]),
            places=InstallStore(table),
            reconciliations=ReconciliationStore(table),
            steps=SqsReconcileQueue(self.sqs, self.feeds["reconcile"]),
            backlogs=SqsBacklogs(self.sqs, self.cloudwatch),
            dead_letters=SqsDeadLetters(self.sqs, self.streams, self.functions),
            charts=CloudWatchCharts(self.cloudwatch, NAMESPACE),
        )
        for name, each in sources.items():
            each.update({"dead": self.graves[name]} | ({"queue": self.feeds[name]} if name in self.feeds else {}))
        self.environment |= {"SOURCES": json.dumps(sources), "METRICS_NAMESPACE": NAMESPACE}
        self.change_ports()

    def _queue(self, name: str) -> str:
        return self.sqs.create_queue(QueueName=name)["QueueUrl"]

    def _play_redrives(self) -> None:
        """Move messages at once, as SQS does in the background."""

        def move(params: dict[str, Any], **_: object) -> tuple[_Acknowledged, dict[str, Any]]:
            asked = json.loads(params["body"])
            source, target = (self._url(asked[name]) for name in ("SourceArn", "DestinationArn"))
            for message in self.sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10).get("Messages", []):
                self.sqs.send_message(QueueUrl=target, MessageBody=message["Body"])
                self.sqs.delete_message(QueueUrl=source, ReceiptHandle=message["ReceiptHandle"])
            return _Acknowledged(), {"TaskHandle": "task"}

        cast("Any", self.sqs).meta.events.register("before-call.sqs.StartMessageMoveTask", move)

    def _url(self, arn: str) -> str:
        name = arn.rpartition(":")[2]
        return next(url for url in (*self.feeds.values(), *self.graves.values()) if url.endswith(f"/{name}"))

    def _play_calls(self) -> None:
        """Call the function itself, as Lambda would."""

        def call(params: dict[str, Any], **_: object) -> tuple[_Acknowledged, dict[str, Any]]:
            name = params["url_path"].split("/")[3]
            handler = self._handlers.get(name) or self.purging.handler
            told = handler(json.loads(params["body"]), None)
            return _Acknowledged(), {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(told).encode())}

        self.functions.meta.events.register("before-call.lambda.Invoke", call)

    def reconcile(self) -> None:
        """Deliver the steps of a run until nothing is left of it."""
        for _ in range(100):
            messages = self.sqs.receive_message(
                QueueUrl=self.feeds["reconcile"], MessageSystemAttributeNames=["All"]
            ).get("Messages", [])
            if not messages:
                return
            for message in messages:
                record = {
                    "messageId": message["MessageId"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                    "eventSource": "aws:sqs",
                }
                assert self._handlers["ReconcileFunction"]({"Records": [record]}, None) == {"batchItemFailures": []}
                self.sqs.delete_message(QueueUrl=self.feeds["reconcile"], ReceiptHandle=message["ReceiptHandle"])

    def bury(self, name: str, body: str) -> None:
        """Put a message among the dead letters of a queue."""
        self.sqs.send_message(QueueUrl=self.graves[name], MessageBody=body)

    def bodies(self, url: str) -> list[str]:
        """Take all messages out of a queue and return their bodies."""
        found = []
        for message in self.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            self.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            found.append(message["Body"])
        return found

    def letter_of_the_stream(self, kind: str) -> str:
        """Write the letter in which Lambda gives up the stream's first record of a kind of item, by its sort key."""
        arn = self.dynamodb.describe_table(TableName="standfast")["Table"]["LatestStreamArn"]
        (shard,) = self.streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        start = self.streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        records = self.streams.get_records(ShardIterator=start)["Records"]
        number = next(
            each["dynamodb"]["SequenceNumber"]
            for each in records
            if each["dynamodb"]["Keys"]["sk"]["S"].startswith(kind)
        )
        return json.dumps(
            {
                "requestContext": {"condition": "RetryAttemptsExhausted", "approximateInvokeCount": 51},
                "DDBStreamBatchInfo": {
                    "shardId": shard["ShardId"],
                    "startSequenceNumber": number,
                    "endSequenceNumber": number,
                    "streamArn": arn,
                },
            }
        )


@contextmanager
def operating_cloud(web: Web) -> Iterator[OperatingCloud]:
    """Open moto's AWS with the whole store in it."""
    with mock_aws():
        yield OperatingCloud(web)

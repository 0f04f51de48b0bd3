"""The store on moto: table, bucket and queue as `template.yaml` has them, and the functions wired to their clients."""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cache
from importlib import import_module
from inspect import signature
from typing import TYPE_CHECKING, Any, cast

from moto import mock_aws

from local.cloudformation import Evaluator
from local.cloudformation import load as load_template
from local.events import HttpRequest, write_event
from local.routing import Router
from local.template import TEMPLATE, Template, read_template
from shared.domain.documents import Document
from shared.domain.identity import digest_of_bytes
from shared.domain.ports import (
    Clock,
    ConditionalFetcher,
    DomainNames,
    DriftQueue,
    Entropy,
    FastLaneQueue,
    Fetched,
    Fetcher,
    FetchFailedError,
    Hop,
    Installs,
    KeySets,
    Metrics,
    NotModified,
    ObjectStore,
    Origins,
    Prober,
    Publishers,
    Records,
    ReleaseSchedule,
    SnapshotQueue,
    TxtRecords,
    Validators,
)
from shared.domain.rounds import Plan
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.fetching.key_sets import FetchedKeySets
from shared.storage import clients
from shared.storage.drift import OriginStore
from shared.storage.drift_queue import SqsDriftQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.installs import InstallStore
from shared.storage.publishers import PublisherStore
from shared.storage.s3 import S3Objects
from shared.storage.scheduler import EventBridgeReleaseSchedule
from shared.storage.sqs import SqsFastLaneQueue, SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

    from local.template import Function

BUCKET = "standfast-documents"
BASE_URL = "https://store.example"
SCHEDULE_GROUP = "releases"
RELEASE_QUEUE_ARN = "arn:aws:sqs:eu-west-1:123456789012:releases"
SCHEDULER_ROLE_ARN = "arn:aws:iam::123456789012:role/scheduler"


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls: a subject, their scopes and groups."""

    subject: str
    scopes: str
    groups: str

    @property
    def authorizer(self) -> dict[str, Any]:
        """What API Gateway's authorizer hands over."""
        claims = {
            "sub": self.subject,
            "scope": self.scopes,
            "cognito:groups": f"[{self.groups}]",
            "token_use": "access",
        }
        return {"jwt": {"claims": claims, "scopes": None}}


DEVELOPER = Person("developer-1", "standfast/publish standfast/use", "developers")
OTHER_DEVELOPER = Person("developer-2", "standfast/publish standfast/use", "developers")
REVIEWER = Person("reviewer-1", "standfast/review", "reviewers")
OTHER_REVIEWER = Person("reviewer-2", "standfast/review", "reviewers")
NOBODY = Person("nobody-1", "standfast/use", "")


@dataclass(slots=True)
class Web:
    """Publishers' hosts, as the `Fetcher` port sees them: what is at each URL."""

    documents: dict[str, bytes] = field(default_factory=dict)
    fetches: list[str] = field(default_factory=list)
    txt: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def get_if_changed(self, url: str, *, role: str, validators: Validators) -> Fetched | NotModified:
        """Fetch one document unless it is what it was."""
        fetched = self(url, role=role)
        etag = f'"{digest_of_bytes(fetched.document.body)}"'
        hops = tuple(replace(hop, headers={"etag": etag}) for hop in fetched.hops)
        return NotModified(hops) if validators.etag == etag else replace(fetched, hops=hops)

    def probe(self, url: str) -> Hop:
        """Answer whoever asks whether anybody is there."""
        return Hop(url, "192.0.2.1", 200)

    def are_absent(self, _host: str) -> bool:
        """Tell that every name exists."""
        return False

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch one document."""
        self.fetches.append(url)
        if url not in self.documents:
            message = f"{url} answered 404."
            raise FetchFailedError(message, code="fetch.status", fix="Serve the document there.")
        return Fetched(Document(role, url, self.documents[url]), (Hop(url, "192.0.2.1", 200),))


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports over moto, by the names that `wire` asks for."""

    records: Records
    objects: ObjectStore
    queue: SnapshotQueue
    fast_lane: FastLaneQueue
    fetch: Fetcher
    fetch_if_changed: ConditionalFetcher
    probe: Prober
    domains: DomainNames
    origins: Origins
    looks: DriftQueue
    txt: TxtRecords
    installs: Installs
    schedule: ReleaseSchedule
    publishers: Publishers
    key_sets: KeySets
    clock: Clock
    entropy: Entropy
    metrics: Metrics


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """The body, read as JSON."""
        return json.loads(self.text)


class Cloud:
    """The deployed functions over moto's AWS, called with the events that AWS would send."""

    def __init__(self, web: Web) -> None:
        self.web = web
        self.measured: list[str] = []
        self.dynamodb: DynamoDBClient = clients.dynamodb()
        self.s3: S3Client = clients.s3()
        self.sqs: SQSClient = clients.sqs()
        table_name = _create_table(self.dynamodb)
        self.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.queue_url = self.sqs.create_queue(QueueName="snapshots")["QueueUrl"]
        self.drift_queue_url = self.sqs.create_queue(QueueName="looks")["QueueUrl"]
        self.fast_lane_url = self.sqs.create_queue(QueueName="fast-lane")["QueueUrl"]
        self.scheduler = cast("Any", clients.scheduler())
        self.scheduler.create_schedule_group(Name=SCHEDULE_GROUP)
        table = DynamoTable(self.dynamodb, table_name)
        self.store = Store(table)
        self.objects = S3Objects(self.s3, BUCKET)
        self.ports = Ports(
            records=self.store,
            objects=self.objects,
            queue=SqsSnapshotQueue(self.sqs, self.queue_url),
            fast_lane=SqsFastLaneQueue(self.sqs, self.fast_lane_url),
            fetch=web,
            fetch_if_changed=web.get_if_changed,
            probe=web.probe,
            domains=web,
            origins=OriginStore(table),
            looks=SqsDriftQueue(self.sqs, self.drift_queue_url),
            txt=lambda name: web.txt.get(name, ()),
            installs=InstallStore(table),
            schedule=EventBridgeReleaseSchedule(
                self.scheduler, group=SCHEDULE_GROUP, queue_arn=RELEASE_QUEUE_ARN, role_arn=SCHEDULER_ROLE_ARN
            ),
            publishers=PublisherStore(table),
            key_sets=FetchedKeySets(web, system.clock),
            clock=system.clock,
            entropy=system.entropy,
            metrics=EmfMetrics("Standfast", self.measured.append),
        )
        self.environment = {
            "TABLE_NAME": table_name,
            "BUCKET_NAME": BUCKET,
            "SNAPSHOT_QUEUE_URL": self.queue_url,
            "DRIFT_QUEUE_URL": self.drift_queue_url,
            "AT_ONCE": "1",  # moto is not for threads
            "PUBLIC_BASE_URL": BASE_URL,
        }
        template = deployed()
        self._router = Router(template.routes)
        self._functions = template.functions
        self._handlers = {name: self._handler(each) for name, each in template.functions.items() if self._has(each)}
        (self._snapshot,) = (source.function for source in template.queues if "Snapshot" in source.queue)

    def set_up(self, name: str, **variables: str) -> None:
        """Give a function other settings."""
        self.environment |= variables
        self._handlers[name] = self._handler(self._functions[name])

    def _has(self, function: Function) -> bool:
        """Tell whether every port of a function is here: the functions that notify have tests of their own."""
        _settings, *ports = signature(import_module(f"{function.package}.wiring").wire).parameters
        return all(hasattr(self.ports, name) for name in ports)

    def _handler(self, function: Function) -> Callable[..., Any]:
        wiring = import_module(f"{function.package}.wiring")
        settings_class = import_module(f"{function.package}.settings").Settings
        settings = read(settings_class, {**function.environment, **self.environment})
        _, *names = signature(wiring.wire).parameters
        use_case = wiring.wire(settings, **{name: getattr(self.ports, name) for name in names})
        handler: Callable[..., Any] = import_module(f"{function.package}.app").build(lambda: use_case)
        return handler

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        who: Person | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Call the function that the template routes a request to."""
        raw_path, _, raw_query = path.partition("?")
        match = self._router.match(method, raw_path)
        assert match, f"no route for {method} {path}"
        sent = {"host": "store.example", "content-type": "application/json", **(headers or {})}
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else b""
        request = HttpRequest(method, raw_path, raw_query, sent, raw, "192.0.2.9", "HTTP/1.1")
        event = write_event(request, match, who.authorizer if who else None)
        result = self._handlers[match.route.function](event, None)
        return Answer(result["statusCode"], result.get("headers", {}), result.get("body", ""))

    def work(self, *, rounds: int = 1) -> list[str]:
        """Deliver what waits in the snapshot queue; return the ids of the messages that failed."""
        return self._delivered(self.queue_url, self._snapshot, rounds=rounds)

    def look(self) -> list[str]:
        """Have every origin looked at, as if somebody had asked for it; return the ids of the messages that failed."""
        self.ports.looks.ask((Plan(system.clock(), by_hand=True), timedelta()))
        return self._delivered(self.drift_queue_url, "DriftFunction", rounds=20)

    def consider(self) -> list[str]:
        """Deliver what waits in the queue of the fast lane; return the ids of the messages that failed."""
        return self._delivered(self.fast_lane_url, "FastLaneFunction", rounds=1)

    def _delivered(self, queue_url: str, function: str, *, rounds: int) -> list[str]:
        failed: list[str] = []
        for _ in range(rounds):
            messages = self.sqs.receive_message(
                QueueUrl=queue_url, MaxNumberOfMessages=10, VisibilityTimeout=0, AttributeNames=["All"]
            ).get("Messages", [])
            records = [
                {
                    "messageId": message["MessageId"],
                    "body": message["Body"],
                    "attributes": message["Attributes"],
                    "eventSource": "aws:sqs",
                }
                for message in messages
            ]
            if not records:
                break
            answer = self._handlers[function]({"Records": records}, None)
            failures = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            failed += failures
            for message in messages:
                if message["MessageId"] not in failures:
                    self.sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
        return failed

    def pass_moments(self) -> list[str]:
        """Deliver every release that is scheduled, as if its moment had come; return the ids of those that failed."""
        failed: list[str] = []
        for schedule in self.scheduler.list_schedules(GroupName=SCHEDULE_GROUP)["Schedules"]:
            name = schedule["Name"]
            body = self.scheduler.get_schedule(GroupName=SCHEDULE_GROUP, Name=name)["Target"]["Input"]
            attributes = {"SentTimestamp": str(int(system.clock().timestamp() * 1000))}
            record = {"messageId": name, "body": body, "attributes": attributes, "eventSource": "aws:sqs"}
            answer = self._handlers["ReleaseFunction"]({"Records": [record]}, None)
            failed += [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
        return failed


@cache
def deployed(**parameters: str) -> Template:
    """Return what there is to run. Read once: the template is long, and every test opens a store of its own."""
    return read_template(parameters=parameters)


@cache
def _table() -> dict[str, Any]:
    evaluate = Evaluator(load_template(TEMPLATE), {})
    ((_, properties),) = evaluate.resources("AWS::DynamoDB::Table").items()
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: evaluate(properties[name]) for name in wanted}


def _create_table(client: DynamoDBClient) -> str:
    client.create_table(TableName="standfast", **_table())
    return "standfast"


@contextmanager
def cloud(web: Web) -> Iterator[Cloud]:
    """Open moto's AWS with the store in it."""
    with mock_aws():
        os.environ["AWS_DEFAULT_REGION"] = "eu-west-1"
        yield Cloud(web)

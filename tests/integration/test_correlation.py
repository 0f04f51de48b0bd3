"""One id from the edge to the last worker: on every line of the log that follows from one request."""

from __future__ import annotations

import json
import logging
from contextlib import ExitStack
from io import StringIO
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain import correlation
from shared.storage.dynamo import from_wire
from tests.integration.aws import DEVELOPER, REVIEWER, Web
from tests.integration.documents import MANIFEST_URL, publish, version
from tests.integration.receivers import NotifyingCloud, notifying_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

type Lines = list[dict[str, Any]]


SERVICES = ("submission", "snapshot", "review", "notify")


@pytest.fixture
def store() -> Iterator[NotifyingCloud]:
    with notifying_cloud(Web()) as opened:
        yield opened


@pytest.fixture
def log() -> Iterator[StringIO]:
    """What the functions log, as it would reach CloudWatch."""
    with StringIO() as written, ExitStack() as former:
        for name in SERVICES:
            for handler in logging.getLogger(name).handlers:
                if isinstance(handler, logging.StreamHandler):
                    former.callback(handler.setStream, handler.setStream(written))
        yield written


def lines(log: StringIO) -> Lines:
    """Return the lines since the last look."""
    found = [json.loads(line) for line in log.getvalue().splitlines()]
    log.seek(0)
    log.truncate()
    return found


def ids(found: Lines, service: str) -> set[str]:
    return {line["correlation_id"] for line in found if line["service"] == service}


def register(store: NotifyingCloud, **headers: str) -> None:
    publish(store.web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    assert store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers=headers).status == 202


def work(store: NotifyingCloud) -> None:
    """Deliver what waits for snapshots, message attributes and all, as Lambda does."""
    (message,) = store.sqs.receive_message(
        QueueUrl=store.queue_url, MessageSystemAttributeNames=["All"], MessageAttributeNames=["All"]
    )["Messages"]
    attributes = {
        name: {"stringValue": each["StringValue"], "dataType": each["DataType"]}
        for name, each in message["MessageAttributes"].items()
    }
    record = {
        "messageId": message["MessageId"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": attributes,
        "eventSource": "aws:sqs",
    }
    assert store._handlers["SnapshotFunction"]({"Records": [record]}, None) == {"batchItemFailures": []}


def test_a_submissions_id_is_on_the_lines_of_its_snapshot_and_of_whoever_is_told(
    store: NotifyingCloud, log: StringIO
) -> None:
    register(store)
    work(store)
    assert store.tell() == []
    found = lines(log)
    (submitted,) = ids(found, "submission")
    assert ids(found, "snapshot") == {submitted}
    assert ids(found, "notify") == {submitted}


def test_a_decisions_id_is_on_the_pointer_that_it_moves_and_on_the_lines_of_the_purge(
    store: NotifyingCloud, log: StringIO
) -> None:
    register(store)
    work(store)
    digest = version(store, 1).json["digest"]
    lines(log)
    approved = store.call("POST", "/v1/plugins/todo/versions/1/approve", {"digest": digest}, who=REVIEWER)
    assert approved.status == 200
    (decided,) = ids(lines(log), "review")
    assert stored(store, "LIVE#todo", "LIVE")[correlation.ATTRIBUTE] == decided


def stored(store: NotifyingCloud, pk: str, sk: str) -> dict[str, Any]:
    item = store.dynamodb.get_item(TableName="standfast", Key={"pk": {"S": pk}, "sk": {"S": sk}})["Item"]
    return {name: from_wire(value) for name, value in item.items()}


def test_a_clients_own_trace_is_on_the_line_of_its_request(store: NotifyingCloud, log: StringIO) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    register(store, traceparent=trace)
    (line,) = (line for line in lines(log) if line["message"] == "answered")
    assert (line["traceparent"], line["route"], line["status"]) == (trace, "POST /v1/plugins", 202)


@pytest.mark.parametrize("trace", ["x", "00-" + "a" * 5000, '00-"},{'])
def test_a_malformed_trace_is_left_out(store: NotifyingCloud, log: StringIO, trace: str) -> None:
    register(store, traceparent=trace)
    assert not [line for line in lines(log) if "traceparent" in line]


def test_work_that_nobody_asked_for_goes_by_the_id_of_its_own_message(store: NotifyingCloud, log: StringIO) -> None:
    store.sqs.send_message(QueueUrl=store.queue_url, MessageBody='{"plugin_id": "gone", "version": 1}')
    (failed,) = store.work()
    assert ids(lines(log), "snapshot") == {failed}


def test_without_the_attribute_the_snapshots_lines_would_be_on_their_own(store: NotifyingCloud, log: StringIO) -> None:
    """The planted fault that shows that the first test can fail."""
    register(store)
    assert store.work() == []
    found = lines(log)
    assert ids(found, "snapshot").isdisjoint(ids(found, "submission"))

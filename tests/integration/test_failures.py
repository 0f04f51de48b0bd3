"""What every failure of AWS does, as docs/runbook.md tells it: what is answered, what is kept, and how it goes on."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.ports import PageRequest
from shared.edge import system
from tests.integration.aws import DEVELOPER, REVIEWER, Web, deployed
from tests.integration.documents import MANIFEST_URL, approve, live, publish, submit, version
from tests.integration.operators import OperatingCloud, operating_cloud
from tests.integration.outages import SILENT, UNCONNECTED, UNREACHABLE, Raise, code, trouble

if TYPE_CHECKING:
    from collections.abc import Iterator

THROTTLED = code("ProvisionedThroughputExceededException")
READS = [THROTTLED, code("ThrottlingException"), code("InternalServerError"), UNREACHABLE, SILENT, UNCONNECTED]
WRITES = [
    *READS,
    code("TransactionInProgressException"),
    code("TransactionCanceledException", CancellationReasons=[{"Code": "ThrottlingError"}]),
    code("TransactionCanceledException", CancellationReasons=[{"Code": "TransactionConflict"}]),
]
OBJECTS = [code("SlowDown"), code("InternalError"), code("ServiceUnavailable"), UNREACHABLE, SILENT]
QUEUES = [code("RequestThrottled"), code("ServiceUnavailable"), UNREACHABLE, SILENT]
ONCE = {"idempotency-key": "once"}


@pytest.fixture
def store() -> Iterator[OperatingCloud]:
    with operating_cloud(Web()) as opened:
        yield opened


def register(store: OperatingCloud) -> int:
    publish(store.web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    return store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers=ONCE).status


def is_busy(answer: Any) -> bool:  # noqa: ANN401 - an answer
    return bool(answer.status == 503 and answer.json["type"] == "urn:standfast:problem:unavailable")


# ------------------------------------------------------------------------------------------------------------ the table


@pytest.mark.parametrize("raised", READS)
def test_a_table_that_cannot_be_read_is_said_to_be_busy_and_no_answer_is_cached(
    store: OperatingCloud, raised: Raise
) -> None:
    submit(store, 1)
    approve(store, 1)
    with trouble(store.dynamodb, "dynamodb.GetItem", raised):
        answer = live(store)
        assert is_busy(answer)
        assert answer.headers["cache-control"] == "no-store"
        assert is_busy(version(store, 1))
    assert live(store).status == 200


@pytest.mark.parametrize("raised", WRITES)
def test_a_write_that_does_not_go_through_leaves_nothing_and_may_be_repeated(
    store: OperatingCloud, raised: Raise
) -> None:
    with trouble(store.dynamodb, "dynamodb.TransactWriteItems", raised):
        assert register(store) == 503
    assert store.call("GET", "/v1/plugins/todo", who=DEVELOPER).status == 404
    assert register(store) == 202
    assert register(store) == 202
    assert len(store.store.versions("todo", PageRequest()).records) == 1


def test_a_write_that_went_through_unheard_is_known_by_its_receipt(store: OperatingCloud) -> None:
    def unheard(**_: object) -> None:
        raise SILENT("TransactWriteItems")

    events: Any = store.dynamodb.meta.events
    events.register_last("after-call.dynamodb.TransactWriteItems", unheard)
    assert register(store) == 202
    events.unregister("after-call.dynamodb.TransactWriteItems", unheard)
    assert register(store) == 202
    assert len(store.store.versions("todo", PageRequest()).records) == 1


@pytest.mark.parametrize("raised", [THROTTLED, UNREACHABLE])
def test_an_approval_that_fails_flips_nothing(store: OperatingCloud, raised: Raise) -> None:
    submit(store, 1)
    approve(store, 1)
    submit(store, 2)
    with trouble(store.dynamodb, "dynamodb.TransactWriteItems", raised):
        assert approve(store, 2).status == 503
    assert live(store).json["description_for_model"] == "Lists, version 1."
    assert approve(store, 2).status == 200
    assert live(store).json["description_for_model"] == "Lists, version 2."


def test_a_throttled_snapshot_is_taken_when_the_message_comes_again(store: OperatingCloud) -> None:
    register(store)
    with trouble(store.dynamodb, "dynamodb.TransactWriteItems", THROTTLED):
        assert len(store.work()) == 1
    assert version(store, 1).json["state"] == "submitted"
    assert store.work() == []
    assert version(store, 1).json["state"] == "in_review"


def test_a_stream_that_stumbles_goes_on_where_it_did_and_tells_everybody(store: OperatingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    records = store.committed()
    with trouble(store.dynamodb, "dynamodb.GetItem", THROTTLED, times=1):
        (failed,) = store.tell(records)
    numbers = [each["dynamodb"]["SequenceNumber"] for each in records]
    rest = records[numbers.index(failed) :]
    assert store.tell(rest) == []
    assert {event["type"] for event in store.published} >= {"VersionSubmitted", "VersionApproved", "VersionReleased"}


# ---------------------------------------------------------------------------------------------------------- the objects


@pytest.mark.parametrize("raised", OBJECTS)
def test_while_objects_are_out_of_reach_whoever_has_a_document_may_keep_it(
    store: OperatingCloud, raised: Raise
) -> None:
    submit(store, 1)
    approve(store, 1)
    etag = live(store).headers["etag"]
    path = "/plugins/todo/.well-known/ai-plugin.json"
    with trouble(store.s3, "s3", raised) as seen:
        assert store.call("GET", path, headers={"if-none-match": etag}).status == 304
        assert store.call("GET", path).status == 200  # a body that was read a moment ago
        assert is_busy(store.call("GET", "/plugins/todo/versions/1/openapi.yaml"))
        assert seen.struck == ["GetObject"]
    assert store.call("GET", "/plugins/todo/versions/1/openapi.yaml").status == 200


@pytest.mark.parametrize("raised", OBJECTS)
def test_a_snapshot_whose_objects_are_not_taken_records_nothing(store: OperatingCloud, raised: Raise) -> None:
    register(store)
    with trouble(store.s3, "s3.PutObject", raised, times=1):
        assert len(store.work()) == 1
    assert version(store, 1).json["state"] == "submitted"
    assert store.work() == []
    assert approve(store, 1).status == 200
    assert live(store).status == 200


def test_an_object_that_is_gone_is_an_error_of_ours_and_tells_nothing_of_the_inside(store: OperatingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    for entry in store.s3.list_objects_v2(Bucket="standfast-documents")["Contents"]:
        store.s3.delete_object(Bucket="standfast-documents", Key=entry["Key"])
    answer = live(store)
    assert answer.status == 500
    assert "plugins/" not in answer.text


# ----------------------------------------------------------------------------------------------------------- the queues


@pytest.mark.parametrize("raised", QUEUES)
def test_a_submission_that_cannot_be_asked_for_is_not_committed(store: OperatingCloud, raised: Raise) -> None:
    with trouble(store.sqs, "sqs.SendMessage", raised):
        assert register(store) == 503
    assert store.call("GET", "/v1/plugins/todo", who=DEVELOPER).status == 404
    assert register(store) == 202


def test_a_release_that_cannot_be_scheduled_is_not_approved(store: OperatingCloud) -> None:
    body = {"digest": submit(store, 1).json["digest"], "release": {"at": "2027-06-01T00:00:00Z"}}
    path = "/v1/plugins/todo/versions/1/approve"
    with trouble(store.scheduler, "scheduler.CreateSchedule", code("ThrottlingException")):
        assert store.call("POST", path, body, who=REVIEWER).status == 503
    assert version(store, 1).json["state"] == "in_review"
    assert store.call("POST", path, body, who=REVIEWER).status == 200


QUEUE_FED = sorted({source.function for source in deployed().queues})
POISON = ["", "{", "[]", "{}", "null", '{"plugin_id": "No Good", "version": 0}', '{"unknown": 1}', "[" * 50_000]


@pytest.mark.parametrize("function", QUEUE_FED)
def test_a_poison_message_fails_by_itself_in_every_function_that_a_queue_feeds(
    store: OperatingCloud, function: str
) -> None:
    handler = {"PurgeFunction": store.purging.handler, **store._handlers}[function]
    for body in POISON:
        record = {"messageId": "poison", "body": body, "attributes": {"SentTimestamp": "0"}, "eventSource": "aws:sqs"}
        answer = handler({"Records": [record]}, None)
        assert answer == {"batchItemFailures": [{"itemIdentifier": "poison"}]}, body[:12]


def test_a_poison_message_takes_no_other_one_with_it(store: OperatingCloud) -> None:
    register(store)
    (body,) = store.bodies(store.queue_url)
    records = [
        {"messageId": name, "body": each, "attributes": {"SentTimestamp": "0"}, "eventSource": "aws:sqs"}
        for name, each in (("poison", "{"), ("good", body), ("more", "null"))
    ]
    answer = store._handlers["SnapshotFunction"]({"Records": records}, None)
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["poison", "more"]
    assert version(store, 1).json["state"] == "in_review"


def test_a_poison_record_of_the_stream_holds_its_place_and_lets_nothing_overtake(store: OperatingCloud) -> None:
    submit(store, 1)
    first, *rest = store.committed()
    poison = json.loads(json.dumps(first))
    poison["dynamodb"]["NewImage"]["type"] = {"S": "NoSuchEvent"}
    poison["dynamodb"]["SequenceNumber"] = "000000000000000000099"
    assert store.tell([first, poison, *rest]) == ["000000000000000000099"]
    assert [event["event_id"] for event in store.published] == [first["dynamodb"]["NewImage"]["event_id"]["S"]]


# ------------------------------------------------------------------------------------------------------------ the clock


DAY = timedelta(days=1)


@pytest.mark.parametrize("skew", [DAY, -DAY])
def test_a_clock_that_is_wrong_decides_no_race_and_loses_no_version(store: OperatingCloud, skew: timedelta) -> None:
    submit(store, 1)
    approve(store, 1)
    store.change_ports(clock=lambda: system.clock() + skew)
    submit(store, 2)
    assert approve(store, 2).status == 200
    store.change_ports(clock=system.clock)
    submit(store, 3)
    assert approve(store, 3).status == 200
    assert [version(store, number).json["state"] for number in (1, 2, 3)] == ["superseded", "superseded", "live"]
    assert live(store).json["description_for_model"] == "Lists, version 3."


@pytest.mark.parametrize("skew", [DAY, -DAY])
def test_a_repeated_request_is_known_by_its_key_whatever_the_clock_says(store: OperatingCloud, skew: timedelta) -> None:
    assert register(store) == 202
    store.change_ports(clock=lambda: system.clock() + skew)
    assert register(store) == 202
    assert len(store.store.versions("todo", PageRequest()).records) == 1


def test_a_claim_of_a_fast_clock_keeps_nobody_from_deciding(store: OperatingCloud) -> None:
    submit(store, 1)
    store.change_ports(clock=lambda: system.clock() + DAY)
    assert store.call("PUT", "/v1/plugins/todo/versions/1/claim", who=REVIEWER).status == 200
    store.change_ports(clock=system.clock)
    other = REVIEWER.__class__("reviewer-2", REVIEWER.scopes, REVIEWER.groups)
    assert approve(store, 1, who=other).status == 200


def test_a_release_comes_when_its_schedule_strikes_though_the_functions_clock_is_slow(store: OperatingCloud) -> None:
    moment = (system.clock() + timedelta(hours=1)).isoformat()
    body = {"digest": submit(store, 1).json["digest"], "release": {"at": moment}}
    assert store.call("POST", "/v1/plugins/todo/versions/1/approve", body, who=REVIEWER).status == 200
    store.change_ports(clock=lambda: system.clock() - DAY)
    assert store.pass_moments() == []
    assert live(store).status == 200


def test_events_of_a_slow_clock_are_told_in_the_order_of_the_stream(store: OperatingCloud) -> None:
    submit(store, 1)
    store.change_ports(clock=lambda: system.clock() - DAY)
    approve(store, 1)
    store.change_ports(clock=system.clock)
    assert store.tell() == []
    changes = store.call("GET", "/v1/changes").json["items"]
    assert [each["sequence"] for each in changes] == list(range(1, len(changes) + 1))

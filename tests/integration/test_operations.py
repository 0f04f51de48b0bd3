"""Operators see how the store fares, and have given-up work tried again."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from shared.edge import system
from tests.integration.aws import DEVELOPER, REVIEWER, Person, Web
from tests.integration.documents import MANIFEST_URL, approve, publish, submit, version
from tests.integration.operators import NAMESPACE, OPERATOR, OperatingCloud, operating_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

HEALTH = "/v1/operations"
LETTERS = "/v1/operations/dead-letters"


@pytest.fixture
def store() -> Iterator[OperatingCloud]:
    with operating_cloud(Web()) as opened:
        yield opened


def register(store: OperatingCloud) -> None:
    publish(store.web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    assert store.call("POST", "/v1/plugins", body, who=DEVELOPER).status == 202


def backlog(store: OperatingCloud, name: str) -> dict[str, Any]:
    (found,) = (each for each in store.call("GET", HEALTH, who=OPERATOR).json["backlogs"] if each["name"] == name)
    return dict(found)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", HEALTH),
        ("GET", f"{HEALTH}/figures"),
        ("GET", f"{LETTERS}/snapshot"),
        ("POST", f"{LETTERS}/snapshot/replay"),
        ("GET", f"{HEALTH}/reconciliations"),
        ("POST", f"{HEALTH}/reconciliations"),
        ("GET", f"{HEALTH}/reconciliations/0"),
    ],
)
@pytest.mark.parametrize("who", [DEVELOPER, REVIEWER, Person("operator-1", "standfast/operate", "reviewers")])
def test_nobody_but_operators_operates(store: OperatingCloud, method: str, path: str, who: Person) -> None:
    assert store.call(method, path, who=who).status == 403


def test_what_waits_and_what_was_given_up_is_counted(store: OperatingCloud) -> None:
    register(store)
    store.bury("snapshot", "{}")
    seen = backlog(store, "snapshot")
    assert (seen["kind"], seen["waiting"], seen["in_flight"], seen["dead"]) == ("queue", 1, 0, 1)
    assert backlog(store, "notify")["kind"] == "stream"


def test_the_age_of_the_oldest_message_comes_from_cloudwatch(store: OperatingCloud) -> None:
    metric = {
        "MetricName": "ApproximateAgeOfOldestMessage",
        "Dimensions": [{"Name": "QueueName", "Value": "snapshots"}],
        "Value": 1200.0,
        "Timestamp": system.clock() - timedelta(minutes=6),
    }
    store.cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[metric])
    assert backlog(store, "snapshot")["oldest_seconds"] == 1200
    assert "`snapshot` is 1200 s behind." in store.call("GET", HEALTH, who=OPERATOR).json["reasons"]


def test_a_store_with_dead_letters_asks_for_attention_and_says_why(store: OperatingCloud) -> None:
    store.call("POST", f"{HEALTH}/reconciliations", {}, who=OPERATOR)
    assert store.call("GET", HEALTH, who=OPERATOR).json["health"] == "good"
    store.bury("delivery", "{}")
    health = store.call("GET", HEALTH, who=OPERATOR).json
    assert health["health"] == "attention"
    assert health["reasons"] == ["1 of `delivery` were given up and wait in its dead letters."]


def test_the_oldest_version_in_review_is_told(store: OperatingCloud) -> None:
    register(store)
    assert store.work() == []
    reviews = store.call("GET", HEALTH, who=OPERATOR).json["reviews"]
    assert (reviews["waiting"], reviews["waiting_is_at_least"]) == (1, False)
    assert reviews["oldest_at"] == store.call("GET", "/v1/reviews", who=REVIEWER).json["items"][0]["queued_at"]


def test_dead_letters_show_what_they_are_about_and_nothing_else(store: OperatingCloud) -> None:
    store.bury("snapshot", json.dumps({"plugin_id": "todo", "version": 1, "secret": "whsec_x"}))
    (letter,) = store.call("GET", f"{LETTERS}/snapshot", who=OPERATOR).json["items"]
    assert letter["shown"] == {"plugin_id": "todo", "version": 1}
    assert letter["reason"]


def test_a_queue_that_is_not_there_has_no_dead_letters(store: OperatingCloud) -> None:
    assert store.call("GET", f"{LETTERS}/nothing", who=OPERATOR).status == 404
    assert store.call("POST", f"{LETTERS}/nothing/replay", {}, who=OPERATOR).status == 404


def test_dead_letters_of_a_queue_go_back_to_it_and_are_carried_out(store: OperatingCloud) -> None:
    register(store)
    (body,) = store.bodies(store.queue_url)
    store.bury("snapshot", body)
    answer = store.call("POST", f"{LETTERS}/snapshot/replay", {}, who=OPERATOR)
    assert answer.json == {"queue": "snapshot", "replayed": 0, "moving": 1, "left": 0}
    assert store.work() == []
    assert version(store, 1).json["state"] == "in_review"


def test_an_order_to_replay_what_is_being_moved_already_is_no_error(store: OperatingCloud) -> None:
    def busy(**_: object) -> None:
        raise ClientError(
            {"Error": {"Code": "AWS.SimpleQueueService.UnsupportedOperation", "Message": "There is a task already."}},
            "StartMessageMoveTask",
        )

    store.bury("snapshot", "{}")
    store.sqs.meta.events.register_first("before-call.sqs.StartMessageMoveTask", busy)
    assert store.call("POST", f"{LETTERS}/snapshot/replay", {}, who=OPERATOR).json["moving"] == 1


def test_a_dead_letter_of_the_stream_is_read_again_and_passed_on(store: OperatingCloud) -> None:
    submit(store, 1)
    assert store.published == []
    store.bury("notify", store.letter_of_the_stream("EVENT#"))
    (letter,) = store.call("GET", f"{LETTERS}/notify", who=OPERATOR).json["items"]
    assert letter["reason"] == "RetryAttemptsExhausted"
    answer = store.call("POST", f"{LETTERS}/notify/replay", {}, who=OPERATOR)
    assert answer.json == {"queue": "notify", "replayed": 1, "moving": 0, "left": 0}
    assert [event["type"] for event in store.published] == ["PluginRegistered"]
    assert backlog(store, "notify")["dead"] == 0


def test_replaying_it_once_more_passes_nothing_on_twice_to_the_public_history(store: OperatingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    letter = store.letter_of_the_stream("EVENT#")
    assert store.tell() == []
    before = store.call("GET", "/v1/changes").json["items"]
    store.bury("notify", letter)
    assert store.call("POST", f"{LETTERS}/notify/replay", {}, who=OPERATOR).json["replayed"] == 1
    assert store.call("GET", "/v1/changes").json["items"] == before


@pytest.mark.parametrize("body", ["no letter at all", '{"DDBStreamBatchInfo": {}}', "[]"])
def test_a_letter_that_cannot_be_handed_over_stays(store: OperatingCloud, body: str) -> None:
    store.bury("notify", body)
    answer = store.call("POST", f"{LETTERS}/notify/replay", {}, who=OPERATOR)
    assert answer.json == {"queue": "notify", "replayed": 0, "moving": 0, "left": 1}
    assert backlog(store, "notify")["dead"] == 1


def test_a_letter_whose_records_fail_again_stays(store: OperatingCloud) -> None:
    submit(store, 1)
    store.bury("notify", store.letter_of_the_stream("EVENT#"))

    def refuse(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://sns")

    store.sns.meta.events.register_first("before-call.sns.Publish", refuse)
    assert store.call("POST", f"{LETTERS}/notify/replay", {}, who=OPERATOR).json["left"] == 1
    store.sns.meta.events.unregister("before-call.sns.Publish", refuse)
    assert store.call("POST", f"{LETTERS}/notify/replay", {}, who=OPERATOR).json["replayed"] == 1


def test_figures_come_by_the_day_with_every_label(store: OperatingCloud) -> None:
    now = system.clock()
    for name, value in (("pinned", 1.0), ("pinned", 1.0), ("invalid", 1.0)):
        metric = {
            "MetricName": "Snapshots",
            "Dimensions": [{"Name": "Outcome", "Value": name}],
            "Value": value,
            "Timestamp": now,
        }
        store.cloudwatch.put_metric_data(Namespace=NAMESPACE, MetricData=[metric])
    answer = store.call("GET", f"{HEALTH}/figures?days=2", who=OPERATOR).json
    (snapshots,) = (each for each in answer["metrics"] if each["name"] == "Snapshots")
    assert {each["label"]: [point["total"] for point in each["points"]] for each in snapshots["series"]} == {
        "pinned": [2.0],
        "invalid": [1.0],
    }
    assert snapshots["series"][0]["points"][0]["samples"] == 2
    assert answer["by"] == "day"


@pytest.mark.parametrize("query", ["days=0", "days=91", "days=x", "by=minute", "by=hour&days=8", "limit=5&else=1"])
def test_figures_that_nobody_keeps_are_not_asked_for(store: OperatingCloud, query: str) -> None:
    assert store.call("GET", f"{HEALTH}/figures?{query}", who=OPERATOR).status == 422


def test_the_function_says_so_when_aws_does_not_answer(store: OperatingCloud) -> None:
    def refuse(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://monitoring")

    store.cloudwatch.meta.events.register_first("before-call.cloudwatch.GetMetricData", refuse)
    for path in (HEALTH, f"{HEALTH}/figures"):
        assert store.call("GET", path, who=OPERATOR).status == 503

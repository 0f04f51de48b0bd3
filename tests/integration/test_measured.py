"""What the deployed functions count and measure, as lines that CloudWatch reads."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ConnectTimeoutError

from shared.domain.figures import METRICS, PURGE_LAG, Figure
from tests.integration.aws import DEVELOPER, NOBODY, REVIEWER, Web
from tests.integration.documents import SCHEMA_URL, approve, live, submit
from tests.integration.purges import LAG, purging
from tests.integration.receivers import NotifyingCloud, notifying_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

PLUGIN = "/v1/plugins/todo"


@pytest.fixture
def store() -> Iterator[NotifyingCloud]:
    with notifying_cloud(Web()) as opened:
        yield opened


def counted(store: NotifyingCloud, name: str) -> Counter[str]:
    """Return how often each label of a metric was counted."""
    (metric,) = (metric for metric in METRICS if metric.name == name)
    documents = [json.loads(line) for line in store.measured]
    return Counter(each.get(metric.dimension, "") for each in documents if name in each)


def test_submissions_snapshots_decisions_and_flips_are_counted_from_their_events(store: NotifyingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    digest = submit(store, 2).json["digest"]
    refusal = {"digest": digest, "reasons": [{"code": "other", "detail": "Not this one."}]}
    store.call("POST", f"{PLUGIN}/versions/2/reject", refusal, who=REVIEWER)
    del store.web.documents[SCHEMA_URL]
    store.call("POST", f"{PLUGIN}/versions", {}, who=DEVELOPER)
    store.work()
    assert store.tell() == []
    assert counted(store, "Submissions") == {"": 3}
    assert counted(store, "Snapshots") == {"pinned": 2, "invalid": 1}
    assert counted(store, "Decisions") == {"approved": 1, "rejected": 1}
    assert counted(store, "Flips") == {"release": 1}


def test_the_time_to_a_decision_is_that_in_the_queue(store: NotifyingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    store.tell()
    (waited,) = (json.loads(line)["TimeToDecision"] for line in store.measured if "TimeToDecision" in line)
    decided = store.store.version("todo", 1)
    assert decided.decision
    assert waited == (decided.decision.at - decided.queued_at).total_seconds()


def test_an_event_that_fails_is_counted_when_it_is_passed_on_at_last(store: NotifyingCloud) -> None:
    submit(store, 1)
    records = store.committed()

    def refuse(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://sns")

    store.sns.meta.events.register_first("before-call.sns.Publish", refuse)
    assert store.tell(records)
    assert counted(store, "Submissions") == {}
    store.sns.meta.events.unregister("before-call.sns.Publish", refuse)
    assert store.tell(records) == []
    assert counted(store, "Submissions") == {"": 1}


def test_whoever_is_told_is_counted_by_the_way(store: NotifyingCloud) -> None:
    store.call("PUT", "/v1/webhooks/w", {"url": "https://hooks.example.com/"}, who=DEVELOPER)
    submit(store, 1)
    approve(store, 1)
    assert store.tell() == []
    told = counted(store, "Notifications")
    assert set(told) == {"history", "webhook", "topic", "mail"}
    assert told["topic"] == 5


def test_answers_of_the_public_route_are_counted_by_status(store: NotifyingCloud) -> None:
    assert live(store).status == 404
    submit(store, 1)
    approve(store, 1)
    etag = live(store).headers["etag"]
    path = "/plugins/todo/.well-known/ai-plugin.json"
    assert store.call("GET", path, headers={"if-none-match": etag}).status == 304
    store.call("POST", f"{PLUGIN}/ban", {"reason": "bad"}, who=REVIEWER)
    assert live(store).status == 410

    def refuse(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://dynamodb")

    store.dynamodb.meta.events.register_first("before-call.dynamodb.GetItem", refuse)
    assert live(store).status == 503
    assert counted(store, "Resolves") == {"404": 1, "200": 1, "304": 1, "410": 1, "5xx": 1}


def test_installs_that_are_refused_are_counted_by_reason(store: NotifyingCloud) -> None:
    submit(store, 1)
    plus = NOBODY.__class__("plus-1", "standfast/use", "plus")
    assert store.call("PUT", f"{PLUGIN}/installs/me", {"channel": "live"}, who=plus).status == 403
    assert counted(store, "InstallsRefused") == {"not_approved": 1}


def test_attempts_at_webhooks_are_counted_by_outcome(store: NotifyingCloud) -> None:
    store.call("PUT", "/v1/webhooks/w", {"url": "https://hooks.example.com/"}, who=DEVELOPER)
    store.call("POST", "/v1/webhooks/w/test", {}, who=DEVELOPER)
    store.endpoints.status = 500
    store.deliver()
    assert counted(store, "Deliveries") == {"retried": 1}


def test_the_lag_of_a_purge_is_that_since_the_write_of_the_pointer(store: NotifyingCloud) -> None:
    purges = purging(store.sqs)
    purges.tell("todo", 7)
    assert purges.metrics.figures == [Figure(PURGE_LAG, LAG.total_seconds() * 1000)]


def test_a_purge_that_the_cdn_did_not_take_has_no_lag_yet(store: NotifyingCloud) -> None:
    purges = purging(store.sqs)

    def refuse(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="https://cloudfront")

    purges.cloudfront.meta.events.register("before-call.cloudfront.CreateInvalidation", refuse)
    purges.tell("todo", 7)
    assert purges.metrics.figures == []

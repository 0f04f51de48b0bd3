"""What the functions call is what their roles allow: not less, or they would fail; not more, or it is not least."""

from __future__ import annotations

from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.edge import system
from tests.integration.aws import DEVELOPER, OTHER_DEVELOPER, REVIEWER, Cloud, Web
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, approve, live, publish, submit, version
from tests.integration.purges import purging
from tests.integration.receivers import NotifyingCloud, notifying_cloud
from tests.template.test_template_permissions import (
    ALLOWED,
    DELIVERY_QUEUE,
    DISTRIBUTION,
    DOCUMENTS,
    MAIL_IDENTITY,
    PURGE_QUEUE,
    QUEUE,
    SCHEDULER_ROLE,
    SCHEDULES,
    TABLE,
    Grant,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

PLATFORM = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}) | {
    f"sqs:{action}" for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
}
"""Actions that Lambda carries out itself under a function's role."""

PLATFORM_RESOURCES = frozenset({"Table.StreamArn", "${Table.Arn}/stream/*"}) | {
    f"{name}DeadLetterQueue.Arn" for name in ("Notify", "Purge")
}
"""What Lambda alone reads and writes, for a function that a stream feeds."""

ITEM_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

NOTICES = {
    "sns:Publish": ("sns:Publish", "EventTopic"),
    "sesv2:SendEmail": ("ses:SendEmail", MAIL_IDENTITY),
    "cognito-idp:AdminGetUser": ("cognito-idp:AdminGetUser", "UserPool.Arn"),
    "cloudfront:CreateInvalidation": ("cloudfront:CreateInvalidation", DISTRIBUTION),
}
"""Calls that are about one resource each, as IAM knows them."""

type Call = tuple[str, str, str, str]
"""Action, resource, enclosing operation, family of partition keys."""


@dataclass(slots=True)
class Recorder:
    """Notes every call to AWS with the function that makes it."""

    running: str = ""
    calls: dict[str, set[Call]] = field(default_factory=lambda: defaultdict(set))

    def note(self, params: dict[str, Any], model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's operation
        service: str = model.service_model.service_name
        if self.running:
            self.calls[self.running] |= set(_calls(service, model.name, params))

    def watched(self, function: str, handler: Callable[..., Any]) -> Callable[..., Any]:
        def handle(*arguments: object) -> Any:  # noqa: ANN401 - what the handler answers
            self.running = function.removesuffix("Function").lower()
            try:
                return handler(*arguments)
            finally:
                self.running = ""

        return handle

    def grants(self, function: str) -> frozenset[Grant]:
        """Return the least that a function's role must allow."""
        families: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        for action, resource, inside, family in self.calls[function]:
            families[action, resource, inside] |= {family} - {""}
        return frozenset(
            Grant(action, resource, frozenset(keys), inside) for (action, resource, inside), keys in families.items()
        )


def _calls(service: str, operation: str, params: dict[str, Any]) -> Iterator[Call]:
    match service, operation, params:
        case "dynamodb", _, _:
            yield from _table_calls(operation, params)
        case "s3", _, {"Key": key}:
            yield f"s3:{operation}", DOCUMENTS if key.startswith("plugins/") else key, "", ""
        case "scheduler", "CreateSchedule", {"Target": {"RoleArn": _}}:
            yield "scheduler:CreateSchedule", SCHEDULES, "", ""
            yield "iam:PassRole", f"{SCHEDULER_ROLE}.Arn", "scheduler.amazonaws.com", ""
        case "sqs", _, {"QueueUrl": str(url)}:
            queues = {"deliveries": DELIVERY_QUEUE, "purges": PURGE_QUEUE}
            yield f"sqs:{operation}", queues.get(url.rpartition("/")[2], QUEUE), "", ""
        case _:
            action = f"{service}:{operation}"
            yield *NOTICES.get(action, (action, "")), "", ""


def _table_calls(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    match operation, params:
        case "TransactWriteItems", {"TransactItems": items}:
            for kind, item in (entry for each in items for entry in each.items()):
                key = item.get("Item") or item["Key"]
                yield f"dynamodb:{ITEM_ACTIONS[kind]}", TABLE, operation, _family(key["pk"]["S"])
        case "Query", {"IndexName": index}:
            yield "dynamodb:Query", f"${{Table.Arn}}/index/{index}", "", ""
        case "Query", {"ExpressionAttributeValues": {":partition": {"S": partition}}}:
            yield "dynamodb:Query", TABLE, "", _family(partition)
        case _, {"Key": {"pk": {"S": partition}}}:
            yield f"dynamodb:{operation}", TABLE, "", _family(partition)
        case _:
            yield f"dynamodb:{operation}", "", "", ""


def _family(partition: str) -> str:
    return f"{partition.partition('#')[0]}#*"


@contextmanager
def recorded() -> Iterator[tuple[NotifyingCloud, Recorder]]:
    recorder = Recorder()
    with notifying_cloud(Web()) as store:
        store.set_up("ReviewFunction", FOUR_EYES="on")  # otherwise nobody asks how many have installed a plugin
        notices = (store.sns, store.ses, store.accounts.client)
        for client in (store.dynamodb, store.s3, store.sqs, store.scheduler, *notices):
            client.meta.events.register("provide-client-params.*", recorder.note)
        for name, handler in store._handlers.items():
            store._handlers[name] = recorder.watched(name, handler)
        yield store, recorder


def _everything(store: NotifyingCloud) -> Iterable[int]:
    """Go through every route, and through every way that a snapshot ends; yield the statuses."""
    once = {"idempotency-key": "once"}
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    publish(store.web, 1)
    yield store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers=once).status
    store.work()
    yield store.call("GET", "/v1/reviews", who=REVIEWER).status
    digest = version(store, 1).json["digest"]
    decision = "/v1/plugins/todo/versions/1/approve"
    yield store.call("POST", decision, {"digest": digest}, who=REVIEWER, headers=once).status
    yield submit(store, 2).status
    yield approve(store, 2).status
    digest = submit(store, 3).json["digest"]
    refusal = {"digest": digest, "reasons": [{"code": "other", "detail": "Not this one."}]}
    yield store.call("POST", "/v1/plugins/todo/versions/3/reject", refusal, who=REVIEWER).status
    del store.web.documents[SCHEMA_URL]
    yield store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER).status
    store.work()
    for path in ("/v1/plugins", "/v1/plugins/todo", "/v1/plugins/todo/versions", "/v1/plugins/todo/versions/4/report"):
        yield store.call("GET", path, who=DEVELOPER).status
    yield store.call("GET", "/catalog").status
    yield live(store).status
    yield store.call("GET", "/plugins/todo/versions/1/openapi.yaml").status
    yield from _the_whole_review(store)
    yield from _installs(store)
    yield from _notices(store)


def _the_whole_review(store: Cloud) -> Iterable[int]:
    """Go through what is not part of the main job: releases, rollback, revocation, bans, claims and the audit."""
    plugin = "/v1/plugins/todo"
    hour = (system.clock() + timedelta(hours=1)).isoformat()
    for number, release in ((5, "manual"), (6, {"at": hour})):
        body = {"digest": submit(store, number).json["digest"], "release": release}
        yield store.call("PUT", f"{plugin}/versions/{number}/claim", who=REVIEWER).status
        yield store.call("DELETE", f"{plugin}/versions/{number}/claim", who=REVIEWER).status
        yield store.call("POST", f"{plugin}/versions/{number}/approve", body, who=REVIEWER).status
    assert store.pass_moments() == []
    for path, body, who in (
        ("/rollback", {"version": 2, "reason": "x"}, DEVELOPER),
        ("/versions/6/revoke", {"reason": "x"}, REVIEWER),
        ("/ban", {"reason": "x"}, REVIEWER),
        ("/lift-ban", {"reason": "x"}, REVIEWER),
    ):
        yield store.call("POST", f"{plugin}{path}", body, who=who).status
    submit(store, 7)
    yield store.call("GET", plugin, who=DEVELOPER).status
    yield store.call("POST", f"{plugin}/versions/7/withdraw", {}, who=DEVELOPER).status
    yield store.call("GET", f"{plugin}/audit", who=DEVELOPER).status
    yield store.call("GET", "/v1/reasons").status


def _installs(store: Cloud) -> Iterable[int]:
    """Try a candidate, and leave."""
    submit(store, 8)
    plugin = "/v1/plugins/todo"
    yield store.call("PUT", f"{plugin}/installs/me", {"channel": "preview"}, who=OTHER_DEVELOPER).status
    for path in ("/entitlement", "/versions/8/ai-plugin.json", "/versions/8/openapi.yaml"):
        yield store.call("GET", f"{plugin}{path}", who=OTHER_DEVELOPER).status
    yield store.call("DELETE", f"{plugin}/installs/me", who=OTHER_DEVELOPER).status


def _notices(store: NotifyingCloud) -> Iterable[int]:
    """Tell everybody of everything, to an endpoint that fails."""
    webhook = "/v1/webhooks/alerts"
    yield store.call("PUT", webhook, {"url": "https://hooks.example.com/"}, who=DEVELOPER).status
    assert store.tell() == []
    store.endpoints.status = 500
    assert store.deliver() == []
    for method, path in (("POST", "/test"), ("POST", "/rotate-secret"), ("GET", ""), ("GET", "/deliveries")):
        yield store.call(method, f"{webhook}{path}", {}, who=DEVELOPER).status
    (latest, *_) = store.call("GET", f"{webhook}/deliveries", who=DEVELOPER).json["items"]
    yield store.call("POST", f"{webhook}/deliveries/{latest['delivery_id']}/replay", {}, who=DEVELOPER).status
    for path in ("/v1/webhooks", "/v1/plugins/todo/messages", "/v1/changes", "/plugins/todo/feed.atom"):
        yield store.call("GET", path, who=DEVELOPER).status
    yield store.call("DELETE", webhook, who=DEVELOPER).status


def _purge(store: Cloud, recorder: Recorder) -> None:
    """Let the caches be told of a move, and told again."""
    purges = purging(store.sqs)
    purges.cloudfront.meta.events.register("provide-client-params.*", recorder.note)
    purges.handler = recorder.watched("PurgeFunction", purges.handler)
    purges.tell("todo", 1)
    purges.remind()


@pytest.fixture(scope="module")
def used() -> Recorder:
    with recorded() as (store, recorder):
        statuses = list(_everything(store))
        assert all(status < 400 for status in statuses), statuses
        _purge(store, recorder)
    return recorder


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_role_allows_what_its_function_calls_and_nothing_else(used: Recorder, function: str) -> None:
    platform = {
        grant for grant in ALLOWED[function] if grant.action in PLATFORM or grant.resource in PLATFORM_RESOURCES
    }
    assert used.grants(function) == ALLOWED[function] - platform


@pytest.mark.parametrize(
    "reach",
    [
        lambda store: store.dynamodb.scan(TableName="standfast"),
        lambda store: store.dynamodb.put_item(
            TableName="standfast", Item={"pk": {"S": "PLUGIN#x"}, "sk": {"S": "META"}}
        ),
        lambda store: store.dynamodb.get_item(TableName="standfast", Key={"pk": {"S": "INSTALL#x"}, "sk": {"S": "x"}}),
        lambda store: store.s3.put_object(Bucket="standfast-documents", Key="plugins/x", Body=b""),
        lambda store: store.s3.list_buckets(),
    ],
)
def test_a_planted_call_beyond_the_role_is_noticed(reach: Callable[[Cloud], object]) -> None:
    with recorded() as (store, recorder):
        recorder.watched("ResolveFunction", lambda: reach(store))()
        assert not recorder.grants("resolve") <= ALLOWED["resolve"]

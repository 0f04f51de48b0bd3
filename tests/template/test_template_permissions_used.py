"""What the functions call is what their roles allow: not less, or they would fail; not more, or it is not least."""

from __future__ import annotations

import json
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.diff.changes import Lane
from shared.domain.access import PLACES
from shared.edge import system
from shared.policies.storing import store_policy
from shared.storage.installs import places_key
from shared.storage.table import Count
from tests.integration.aws import (
    BASE_URL,
    DEVELOPER,
    OTHER_DEVELOPER,
    REVIEWER,
    SCHEDULE_GROUP,
    Cloud,
    Web,
)
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, approve, live, publish, submit, version
from tests.integration.operators import OPERATOR, OperatingCloud, operating_cloud
from tests.integration.purges import purging
from tests.integration.receivers import NotifyingCloud, notifying_cloud
from tests.template.test_template_permissions import (
    ALLOWED,
    DELIVERY_QUEUE,
    DISTRIBUTION,
    DOCUMENTS,
    DRIFT_QUEUE,
    ENVELOPES,
    FAST_LANE_QUEUE,
    MAIL_IDENTITY,
    POLICIES,
    PURGE_QUEUE,
    QUEUE,
    SCHEDULER_ROLE,
    SCHEDULES,
    TABLE,
    Grant,
)
from tests.unit.functions.workflows.issuers import KEYS_HOST, KEYS_PATH, CiService

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

pytestmark = pytest.mark.xdist_group("permissions used")

PLATFORM = frozenset({"logs:CreateLogStream", "logs:PutLogEvents"}) | {
    f"sqs:{action}" for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
}
"""Actions that Lambda carries out itself under a function's role."""

PLATFORM_RESOURCES = frozenset({"Table.StreamArn", "${Table.Arn}/stream/*"}) | {
    f"{name}DeadLetterQueue.Arn" for name in ("Notify", "PurgeStream")
}
"""What Lambda alone reads and writes, for a function that a stream feeds."""

MOVING = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")

SELF_SERVED = frozenset({"operations"})
"""Functions that no queue and no stream feeds: whatever they read of either, they read themselves."""

ITEM_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}

NOTICES = {
    "cloudwatch:GetMetricData": ("cloudwatch:GetMetricData", "*"),
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
            caller, self.running = self.running, function.removesuffix("Function").lower()
            try:
                return handler(*arguments)
            finally:
                self.running = caller

        return handle

    def grants(self, function: str) -> frozenset[Grant]:
        """Return the least that a function's role must allow."""
        families: dict[tuple[str, str, str], set[str]] = defaultdict(set)
        calls = {call for call in self.calls[function] if not self._is_covered(call, function)}
        for action, resource, inside, family in calls:
            families[action, resource, inside] |= {family} - {""}
        return frozenset(
            Grant(action, resource, frozenset(keys), inside) for (action, resource, inside), keys in families.items()
        )

    def _is_covered(self, call: Call, function: str) -> bool:
        """Tell whether a function that reads or writes envelopes does so with every other document too."""
        return call[1] == ENVELOPES and (call[0], DOCUMENTS, *call[2:]) in self.calls[function]


def _calls(service: str, operation: str, params: dict[str, Any]) -> Iterator[Call]:
    match service, operation, params:
        case "dynamodb", _, _:
            yield from _table_calls(operation, params)
        case "s3", "ListObjectsV2", _:
            yield "s3:ListBucket", "DocumentsBucket.Arn", "", ""
        case "s3", "HeadObject", {"Key": key}:
            yield from _calls(service, "GetObject", {"Key": key})
        case "s3", _, {"Key": key}:
            families = {"plugins": DOCUMENTS, "policies": POLICIES}
            resource = ENVELOPES if key.endswith("/envelope.json") else families.get(key.partition("/")[0], key)
            yield f"s3:{operation}", resource, "", ""
        case "scheduler", "GetSchedule", _:
            yield "scheduler:GetSchedule", SCHEDULES, "", ""
        case "scheduler", "CreateSchedule", {"Target": {"RoleArn": _}}:
            yield "scheduler:CreateSchedule", SCHEDULES, "", ""
            yield "iam:PassRole", f"{SCHEDULER_ROLE}.Arn", "scheduler.amazonaws.com", ""
        case "sqs", _, {"QueueUrl": str(url)}:
            queues = {
                "fast-lane": FAST_LANE_QUEUE,
                "deliveries": DELIVERY_QUEUE,
                "purges": PURGE_QUEUE,
                "looks": DRIFT_QUEUE,
            }
            name = url.rpartition("/")[2]
            named = f"{name}.Arn" if name.endswith("Queue") else QUEUE
            # IAM knows a batch by the action of a single one.
            yield f"sqs:{operation.removesuffix('Batch')}", queues.get(name, named), "", ""
        case "sqs" | "dynamodbstreams" | "lambda", _, _:
            yield from _roundabout_calls(service, operation, params)
        case _:
            action = f"{service}:{operation}"
            yield *NOTICES.get(action, (action, "")), "", ""


def _roundabout_calls(service: str, operation: str, params: dict[str, Any]) -> Iterator[Call]:
    """Tell what is needed for calls that name their resource in a way of their own, or act through another."""
    match service, operation, params:
        case "sqs", "StartMessageMoveTask", {"SourceArn": str(source), "DestinationArn": str(destination)}:
            # Who orders a move must be allowed to do it by hand.
            for action, arn in (*((each, source) for each in (*MOVING, operation)), ("SendMessage", destination)):
                yield from _calls(service, action, {"QueueUrl": arn.replace(":", "/")})
        case "dynamodbstreams", _, _:
            yield f"dynamodb:{operation}", "Table.StreamArn", "", ""
        case "lambda", "Invoke", {"FunctionName": name, "Qualifier": alias}:
            yield "lambda:InvokeFunction", f"${{{name}.Arn}}:{alias}", "", ""
        case _:
            yield f"{service}:{operation}", "", "", ""


def _table_calls(operation: str, params: dict[str, Any]) -> Iterator[Call]:
    match operation, params:
        case "TransactWriteItems", {"TransactItems": items}:
            for kind, item in (entry for each in items for entry in each.items()):
                key = item.get("Item") or item["Key"]
                yield f"dynamodb:{ITEM_ACTIONS[kind]}", TABLE, operation, _family(key["pk"]["S"])
        case "Scan", _:
            yield "dynamodb:Scan", TABLE, "", ""
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
        store.set_up("AccessFunction", SUSPEND_ON_DRIFT="on")  # otherwise nobody asks how the origin is
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
    yield store.call("GET", f"{plugin}/versions/7/report", who=REVIEWER).status
    yield store.call("GET", plugin, who=DEVELOPER).status
    yield store.call("POST", f"{plugin}/versions/7/withdraw", {}, who=DEVELOPER).status
    yield store.call("GET", f"{plugin}/audit", who=DEVELOPER).status
    yield store.call("GET", "/v1/reasons").status


def _drift(store: Cloud) -> Iterable[int]:
    """Look at an origin that is in sync, then at one that leaves its envelope and is submitted for that."""
    drift = "/v1/plugins/todo/drift"
    assert store.look() == []
    yield store.call("PUT", drift, {"on_drift": "submit"}, who=DEVELOPER).status
    publish(store.web, 11)
    assert store.look() == []
    yield version(store, 11).status
    yield store.call("GET", drift, who=DEVELOPER).status
    store.work()
    assert store.look() == []


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


def _fast_lane(store: Cloud, recorder: Recorder) -> Iterable[int]:
    """Have a policy approve an upgrade; the policy is read when the function starts."""
    rule = {"name": "all", "allow": "changes", "lanes": list(Lane), "risk": "high", "tolerates": ["fetch.status"]}
    policy = store_policy(store.objects, json.dumps({"policy": "all", "rules": [rule]}).encode())
    recorder.running = "fastlane"
    for function in ("SnapshotFunction", "FastLaneFunction"):
        store.set_up(function, FAST_LANE_POLICY=policy.digest)
        store._handlers[function] = recorder.watched(function, store._handlers[function])
    recorder.running = ""
    yield submit(store, 9).status
    assert store.consider() == []
    assert version(store, 9).json["state"] == "live"


def _dynamic(store: Cloud) -> Iterable[int]:
    """Submit a schema that varies, serve it, and hold a document against it."""
    plugin = "/v1/plugins/todo"
    publish(store.web, 10)
    body = {"schema_mode": "dynamic", "envelope": {"envelope": 1}}
    yield store.call("POST", f"{plugin}/versions", body, who=DEVELOPER).status
    store.work()
    yield approve(store, 10).status
    yield store.call("GET", "/plugins/todo/versions/10/openapi.yaml").status
    for path in ("/containment", "/versions/10/containment"):
        yield store.call("POST", f"{plugin}{path}", {"document": "openapi: 3.0.1"}, who=OTHER_DEVELOPER).status
    yield store.call("POST", f"{plugin}/envelope-proposal", {}, who=DEVELOPER).status


def _workflows(store: Cloud) -> Iterable[int]:
    """Trust a workflow, let it submit and follow, and trust it no more."""
    plugin, service = "/v1/plugins/todo", CiService()
    store.web.documents[f"https://{KEYS_HOST}{KEYS_PATH}"] = service.key_set()
    token = {"authorization": service.sign(service.claims(BASE_URL, system.clock()))}
    body = {"repository": "octo/todo", "workflow": "publish.yml"}
    yield store.call("PUT", f"{plugin}/trusted-publishers/releases", body, who=DEVELOPER).status
    number = store.store.plugin("todo").last_version
    if store.store.version("todo", number).is_candidate:  # one that it would take the place of counts no candidates
        yield store.call("POST", f"{plugin}/versions/{number}/withdraw", {}, who=DEVELOPER).status
    yield store.call("POST", f"{plugin}/versions/from-workflow", {}, headers=token).status
    store.work()
    yield store.call("GET", f"{plugin}/versions/{number + 1}/from-workflow", headers=token).status
    yield store.call("GET", f"{plugin}/trusted-publishers", who=DEVELOPER).status
    yield store.call("DELETE", f"{plugin}/trusted-publishers/releases", who=DEVELOPER).status


def _purge(store: Cloud, recorder: Recorder) -> None:
    """Let the caches be told of a move, and told again."""
    purges = purging(store.sqs)
    purges.cloudfront.meta.events.register("provide-client-params.*", recorder.note)
    purges.handler = recorder.watched("PurgeFunction", purges.handler)
    purges.tell("todo", 1)
    purges.remind()


def _operate(recorder: Recorder) -> None:
    """Leave something of every kind to be found and given up, and look after it."""
    with operating_cloud(Web()) as store:
        for client in (store.dynamodb, store.s3, store.sqs, store.scheduler, store.cloudwatch, store.streams):
            client.meta.events.register("provide-client-params.*", recorder.note)
        store.functions.meta.events.register("provide-client-params.*", recorder.note)
        _leave_something(store)
        for name, body in {"notify": "EVENT#", "purge-stream": "LIVE"}.items():
            store.bury(name, store.letter_of_the_stream(body))
        for name in store.feeds:
            store.bury(name, "{}")
        store.purging.handler = recorder.watched("PurgeFunction", store.purging.handler)
        for later in (timedelta(minutes=30), timedelta(hours=2)):
            store.change_ports(clock=lambda later=later: system.clock() + later)
            for name, handler in store._handlers.items():
                store._handlers[name] = recorder.watched(name, handler)
            _unschedule(store)
            statuses = [*_looked_after(store)]
            assert all(status < 400 for status in statuses), statuses
            store.reconcile()
        store.sqs.send_message(QueueUrl=store.feeds["reconcile"], MessageBody='{"begin": true}')
        store.reconcile()


def _leave_something(store: OperatingCloud) -> None:
    plugin = "/v1/plugins/todo"
    assert submit(store, 1).status == approve(store, 1).status == 200
    hour = (system.clock() + timedelta(hours=1)).isoformat()
    digest = submit(store, 2).json["digest"]
    decision = {"digest": digest, "release": {"at": hour}}
    assert store.call("POST", f"{plugin}/versions/2/approve", decision, who=REVIEWER).status == 200
    assert store.call("PUT", f"{plugin}/installs/me", {"channel": "preview"}, who=OTHER_DEVELOPER).status == 200
    store.store._table.transact([Count(places_key("todo"), "taken", 3, PLACES, "off")])
    assert store.call("PUT", "/v1/webhooks/w", {"url": "https://hooks.example.com/"}, who=DEVELOPER).status == 200
    assert store.call("POST", "/v1/webhooks/w/test", {}, who=DEVELOPER).status == 202
    other = {"manifest_url": MANIFEST_URL, "plugin_id": "other", "schema_mode": "dynamic", "envelope": {"envelope": 1}}
    assert store.call("POST", "/v1/plugins", other, who=DEVELOPER).status == 202
    store.objects.put("plugins/todo/versions/9/abc/openapi.yaml", b"of a version that was lost", "text/plain")


def _unschedule(store: OperatingCloud) -> None:
    for schedule in store.scheduler.list_schedules(GroupName=SCHEDULE_GROUP)["Schedules"]:
        store.scheduler.delete_schedule(GroupName=SCHEDULE_GROUP, Name=schedule["Name"])


def _looked_after(store: OperatingCloud) -> Iterable[int]:
    base = "/v1/operations"
    for path in ("", "/figures", "/reconciliations"):
        yield store.call("GET", f"{base}{path}", who=OPERATOR).status
    for name in store.graves:
        yield store.call("GET", f"{base}/dead-letters/{name}", who=OPERATOR).status
        yield store.call("POST", f"{base}/dead-letters/{name}/replay", {}, who=OPERATOR).status
        if name in store.feeds:
            store.bodies(store.feeds[name])
    begun = store.call("POST", f"{base}/reconciliations", {"mend": True}, who=OPERATOR)
    yield begun.status
    yield store.call("GET", begun.headers["location"], who=OPERATOR).status


@pytest.fixture(scope="module")
def used() -> Recorder:
    with recorded() as (store, recorder):
        statuses = [
            *_everything(store),
            *_fast_lane(store, recorder),
            *_dynamic(store),
            *_drift(store),
            *_workflows(store),
        ]
        assert all(status < 400 for status in statuses), statuses
        _purge(store, recorder)
    _operate(recorder)
    return recorder


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_role_allows_what_its_function_calls_and_nothing_else(used: Recorder, function: str) -> None:
    platform = {
        grant
        for grant in ALLOWED[function]
        if grant.action.startswith("logs:")
        or (function not in SELF_SERVED and (grant.action in PLATFORM or grant.resource in PLATFORM_RESOURCES))
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

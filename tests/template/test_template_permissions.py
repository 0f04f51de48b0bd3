"""What each function may do: the whole list, written out, so that whatever is more or less is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests.template.document import Node, functions, read_template, resources, target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PLUGIN, LIVE, RECEIPT, LIMIT, WAITS = "PLUGIN#*", "LIVE#*", "IDEMPOTENCY#*", "LIMIT#*", "WAITS#*"
SEEN, RUNS, DRIFT = "SEEN#*", "RECONCILE#*", "DRIFT#*"
INSTALLS, WEBHOOKS, DELIVERIES, CHANGES, FEED = "INSTALLS#*", "WEBHOOKS#*", "DELIVERIES#*", "CHANGES#*", "FEED#*"
TABLE = "Table.Arn"
DOCUMENTS = "${DocumentsBucket.Arn}/plugins/*"
ENVELOPES = f"{DOCUMENTS}/envelope.json"
DYNAMIC = "DYNAMIC#*"
POLICIES = "${DocumentsBucket.Arn}/policies/*"
QUEUE = "SnapshotQueue.Arn"
FAST_LANE_QUEUE = "FastLaneQueue.Arn"
DELIVERY_QUEUE = "DeliveryQueue.Arn"
PURGE_QUEUE = "PurgeQueue.Arn"
DRIFT_QUEUE = "DriftQueue.Arn"
DISTRIBUTION = "arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}"
MAIL_IDENTITY = "arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${MailIdentity}"
SCHEDULER_ROLE = "ReleaseSchedulerRole"
DEPLOYMENT_ROLE = "DeploymentRole"
BEGINNING_ROLES = {"DriftSchedulerRole": "Drift", "ReconcileSchedulerRole": "Reconcile"}
"""What schedules act as that begin something, and the queue that they put a message into."""
READING = frozenset(f"dynamodb:{action}" for action in ("GetItem", "Query", "ConditionCheckItem", "Scan"))
SCHEDULES = "arn:${AWS::Partition}:scheduler:${AWS::Region}:${AWS::AccountId}:schedule/${ReleaseScheduleGroup}/*"


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource, within some partition keys of the table, and inside one operation only."""

    action: str
    resource: str
    keys: frozenset[str] = frozenset()
    inside: str = ""


def _read(*keys: str) -> frozenset[Grant]:
    return frozenset({Grant("dynamodb:GetItem", TABLE, frozenset(keys))})


def _list(*keys: str) -> frozenset[Grant]:
    return frozenset({Grant("dynamodb:Query", TABLE, frozenset(keys))})


def _list_index(*names: str) -> frozenset[Grant]:
    return frozenset(Grant("dynamodb:Query", f"${{Table.Arn}}/index/{name}") for name in names)


def _commit(*keys: str) -> frozenset[Grant]:
    return frozenset({Grant("dynamodb:PutItem", TABLE, frozenset(keys), inside="TransactWriteItems")})


def _transact(*actions: str, keys: tuple[str, ...]) -> frozenset[Grant]:
    return frozenset(Grant(f"dynamodb:{each}", TABLE, frozenset(keys), inside="TransactWriteItems") for each in actions)


def _log(group: str) -> frozenset[Grant]:
    return frozenset(Grant(f"logs:{action}", f"{group}.Arn") for action in ("CreateLogStream", "PutLogEvents"))


def _queue(*actions: str) -> frozenset[Grant]:
    return frozenset(Grant(f"sqs:{action}", QUEUE) for action in actions)


def _deliveries(*actions: str) -> frozenset[Grant]:
    return frozenset(Grant(f"sqs:{action}", DELIVERY_QUEUE) for action in actions)


def _stream() -> frozenset[Grant]:
    read = {
        Grant(f"dynamodb:{each}", "Table.StreamArn") for each in ("DescribeStream", "GetRecords", "GetShardIterator")
    }
    return frozenset({*read, Grant("dynamodb:ListStreams", "${Table.Arn}/stream/*")})


def _on(actions: tuple[str, ...], *queues: str) -> frozenset[Grant]:
    return frozenset(Grant(f"sqs:{action}", queue) for action in actions for queue in queues)


FEEDING = ("Snapshot", "Release", "Delivery", "Purge", "FastLane", "Drift", "Reconcile")
"""The queues that feed functions."""

READ_DOCUMENTS = frozenset({Grant("s3:GetObject", DOCUMENTS)})
PIN_DOCUMENTS = frozenset({Grant("s3:PutObject", DOCUMENTS)})

ALLOWED = {
    "submission": _log("SubmissionLogGroup")
    | _read(PLUGIN, LIVE, RECEIPT, LIMIT)
    | _list_index("by_owner")
    | _commit(PLUGIN, RECEIPT)
    | _transact("UpdateItem", keys=(LIMIT,))
    | {Grant("s3:PutObject", ENVELOPES)}
    | _queue("SendMessage"),
    "workflows": _log("WorkflowsLogGroup")
    | _read(PLUGIN, LIVE, RECEIPT, LIMIT)
    | _list_index("by_owner")
    | _commit(PLUGIN, RECEIPT)
    | _transact("UpdateItem", keys=(LIMIT,))
    | READ_DOCUMENTS
    | {Grant("s3:PutObject", ENVELOPES)}
    | _queue("SendMessage"),
    "snapshot": _log("SnapshotLogGroup")
    | _queue("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    | _read(PLUGIN)
    | _list_index("catalogue")
    | _commit(PLUGIN)
    | {Grant("s3:GetObject", ENVELOPES)}
    | {Grant("sqs:SendMessage", FAST_LANE_QUEUE)}
    | PIN_DOCUMENTS,
    "review": _log("ReviewLogGroup")
    | _read(PLUGIN, LIVE, RECEIPT)
    | _list(INSTALLS)
    | _list_index("review_queue")
    | _transact("ConditionCheckItem", keys=(LIVE,))
    | _commit(PLUGIN, LIVE, RECEIPT, WAITS, SEEN)
    | {
        Grant("scheduler:CreateSchedule", SCHEDULES),
        Grant("iam:PassRole", f"{SCHEDULER_ROLE}.Arn", inside="scheduler.amazonaws.com"),
    },
    "release": _log("ReleaseLogGroup")
    | {Grant(f"sqs:{each}", "ReleaseQueue.Arn") for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | _read(PLUGIN, LIVE)
    | _commit(PLUGIN, LIVE),
    "fastlane": _log("FastLaneLogGroup")
    | {Grant(f"sqs:{each}", FAST_LANE_QUEUE) for each in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")}
    | _read(PLUGIN, LIVE)
    | _commit(PLUGIN, LIVE)
    | {Grant("s3:GetObject", POLICIES)}
    | READ_DOCUMENTS,
    "status": _log("StatusLogGroup")
    | _read(PLUGIN, LIVE, DRIFT)
    | _list(PLUGIN, WAITS, SEEN)
    | _commit(SEEN)
    | _list_index("by_owner", "catalogue", "review_queue")
    | READ_DOCUMENTS,
    "console": _log("ConsoleLogGroup"),
    "resolve": _log("ResolveLogGroup") | _read(LIVE, DYNAMIC) | READ_DOCUMENTS,
    "access": _log("AccessLogGroup")
    | _read(PLUGIN, LIVE, INSTALLS, DRIFT)
    | _transact("PutItem", "UpdateItem", "DeleteItem", keys=(INSTALLS,))
    | _transact("ConditionCheckItem", keys=(LIVE,))
    | READ_DOCUMENTS,
    "messages": _log("MessagesLogGroup")
    | _read(PLUGIN, WEBHOOKS, DELIVERIES)
    | _list(PLUGIN, WEBHOOKS, DELIVERIES)
    | _commit(WEBHOOKS, DELIVERIES)
    | _transact("UpdateItem", "DeleteItem", keys=(WEBHOOKS,))
    | _deliveries("SendMessage"),
    "feeds": _log("FeedsLogGroup") | _list(CHANGES, FEED),
    "envelopes": _log("EnvelopesLogGroup") | _read(PLUGIN, LIVE) | _list(PLUGIN) | READ_DOCUMENTS,
    "notify": _log("NotifyLogGroup")
    | _stream()
    | _read(PLUGIN, CHANGES, FEED)
    | _list(WEBHOOKS, FEED)
    | _commit(CHANGES, FEED, DELIVERIES)
    | _deliveries("SendMessage")
    | {
        Grant("sqs:SendMessage", "NotifyDeadLetterQueue.Arn"),
        Grant("sns:Publish", "EventTopic"),
        Grant("cognito-idp:AdminGetUser", "UserPool.Arn"),
        Grant("ses:SendEmail", MAIL_IDENTITY),
    },
    "delivery": _log("DeliveryLogGroup")
    | _deliveries("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage")
    | _read(WEBHOOKS, DELIVERIES)
    | _commit(WEBHOOKS, DELIVERIES),
    "purge": _log("PurgeLogGroup")
    | _stream()
    | {
        Grant(f"sqs:{each}", PURGE_QUEUE)
        for each in ("SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes")
    }
    | {
        Grant("sqs:SendMessage", "PurgeStreamDeadLetterQueue.Arn"),
        Grant("cloudfront:CreateInvalidation", DISTRIBUTION),
    },
    "drift": _log("DriftLogGroup")
    | _on(("SendMessage", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"), DRIFT_QUEUE)
    | _queue("SendMessage")
    | _read(PLUGIN, LIVE, DRIFT, DYNAMIC, LIMIT)
    | _list(PLUGIN)
    | _list_index("by_owner", "catalogue", "review_queue")
    | _commit(PLUGIN, DRIFT, DYNAMIC)
    | _transact("UpdateItem", keys=(LIMIT,))
    | _transact("ConditionCheckItem", keys=(LIVE,))
    | READ_DOCUMENTS
    | PIN_DOCUMENTS,
    "operations": _log("OperationsLogGroup")
    | _read(RUNS)
    | _list(RUNS)
    | _commit(RUNS)
    | _list_index("review_queue")
    | _on(("GetQueueAttributes", "SendMessage"), *(f"{name}Queue.Arn" for name in FEEDING))
    | _on(
        ("GetQueueAttributes", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility", "StartMessageMoveTask"),
        *(f"{name}DeadLetterQueue.Arn" for name in FEEDING),
    )
    | _on(
        ("GetQueueAttributes", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility"),
        "NotifyDeadLetterQueue.Arn",
        "PurgeStreamDeadLetterQueue.Arn",
    )
    | {Grant(f"dynamodb:{each}", "Table.StreamArn") for each in ("GetRecords", "GetShardIterator")}
    | {Grant("lambda:InvokeFunction", f"${{{name}Function.Arn}}:live") for name in ("Notify", "Purge")}
    | {Grant("cloudwatch:GetMetricData", "*")},
    "reconcile": _log("ReconcileLogGroup")
    | _on(("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "SendMessage"), "ReconcileQueue.Arn")
    | _on(("SendMessage",), QUEUE, DELIVERY_QUEUE, "ReleaseQueue.Arn")
    | {Grant("dynamodb:Scan", TABLE)}
    | _read(PLUGIN, INSTALLS, RUNS, DYNAMIC)
    | _list(INSTALLS, RUNS)
    | _commit(PLUGIN, RUNS)
    | _transact("UpdateItem", keys=(INSTALLS,))
    | {Grant("s3:ListBucket", "DocumentsBucket.Arn")}
    | READ_DOCUMENTS
    | {
        Grant("scheduler:CreateSchedule", SCHEDULES),
        Grant("scheduler:GetSchedule", SCHEDULES),
        Grant("iam:PassRole", f"{SCHEDULER_ROLE}.Arn", inside="scheduler.amazonaws.com"),
    },
}
"""Exact. `tests/template/test_template_permissions_used.py` shows that the code needs each of them and no more."""


class UnreadableGrantError(Exception):
    """A role grants in a way that this list cannot express."""


def granted(template: Node, function: str) -> frozenset[Grant]:
    """Return what a function's role grants. Raises UnreadableGrantError for anything but plain, inline Allows."""
    properties = functions(template)[function]
    role = resources(template, "AWS::IAM::Role")[target(properties["Role"])]["Properties"]
    if "ManagedPolicyArns" in role or "Policies" in properties or len(role["Policies"]) != 1:
        raise UnreadableGrantError(function)
    return frozenset(
        grant for statement in role["Policies"][0]["PolicyDocument"]["Statement"] for grant in _grants(statement)
    )


def _grants(statement: Node) -> Iterator[Grant]:
    if statement["Effect"] != "Allow" or statement.keys() - {"Sid", "Effect", "Action", "Resource", "Condition"}:
        raise UnreadableGrantError(statement)
    keys, inside = _conditions(statement.get("Condition", {}))
    for action in _several(statement["Action"]):
        for resource in _several(statement["Resource"]):
            yield Grant(action, _spelled(resource), keys, inside)


def _conditions(condition: Node) -> tuple[frozenset[str], str]:
    rest = dict(condition)
    keys = rest.pop("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys", [])
    # Without the second test ForAllValues would hold of a request that names no key at all.
    if keys and rest.pop("Null", None) != {"dynamodb:LeadingKeys": "false"}:
        raise UnreadableGrantError(condition)
    inside = rest.pop("ForAnyValue:StringEquals", {}).get("dynamodb:EnclosingOperation", "")
    # A role that is passed to a service is used inside that service only.
    inside += _service(rest.pop("StringEquals", {}))
    if rest:
        raise UnreadableGrantError(condition)
    return frozenset(keys), inside


def _service(condition: Node) -> str:
    if condition.keys() - {"iam:PassedToService"}:
        raise UnreadableGrantError(condition)
    return str(condition.get("iam:PassedToService", ""))


def _several(value: Any) -> list[Any]:  # noqa: ANN401 - IAM takes one or a list
    return value if isinstance(value, list) else [value]


def _spelled(resource: object) -> str:
    match resource:
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"{name}.{attribute}"
        case {"Fn::Sub": str(text)} | {"Ref": str(text)}:
            return text
    return str(resource)


@pytest.mark.parametrize("function", sorted(ALLOWED))
def test_a_function_may_do_exactly_what_is_written_here(function: str) -> None:
    assert granted(read_template(), function) == ALLOWED[function]


def test_every_function_and_every_policy_is_covered() -> None:
    template = read_template()
    roles = {target(function["Role"]) for function in functions(template).values()}
    assert set(functions(template)) == set(ALLOWED)
    assert set(resources(template, "AWS::IAM::Role")) == roles | {SCHEDULER_ROLE, DEPLOYMENT_ROLE, *BEGINNING_ROLES}
    assert not [name for kind in ("Policy", "ManagedPolicy") for name in resources(template, f"AWS::IAM::{kind}")]


def test_schedules_may_put_messages_into_the_queue_of_due_releases_and_nothing_else() -> None:
    role = read_template()["Resources"][SCHEDULER_ROLE]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": {"Fn::GetAtt": ["ReleaseScheduleGroup", "Arn"]}}
    (policy,) = role["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert set(_grants(statement)) == {Grant("sqs:SendMessage", "ReleaseQueue.Arn")}


@pytest.mark.parametrize(("role", "name"), BEGINNING_ROLES.items())
def test_a_schedule_that_begins_something_may_put_a_message_into_its_queue_and_nothing_else(
    role: str, name: str
) -> None:
    properties = read_template()["Resources"][role]["Properties"]
    (trust,) = properties["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": {"Fn::GetAtt": [f"{name}ScheduleGroup", "Arn"]}}
    (policy,) = properties["Policies"]
    (statement,) = policy["PolicyDocument"]["Statement"]
    assert set(_grants(statement)) == {
        Grant("sqs:SendMessage", f"{name}{queue}.Arn") for queue in ("Queue", "DeadLetterQueue")
    }


def test_a_deployment_may_shift_the_aliases_of_this_stack_and_look_at_its_alarms_and_nothing_else() -> None:
    role = read_template()["Resources"][DEPLOYMENT_ROLE]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "codedeploy.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
    (policy,) = role["Policies"]
    here = "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s:${AWS::StackName}-*"
    shifting = ("GetAlias", "UpdateAlias", "GetProvisionedConcurrencyConfig")
    assert {grant for each in policy["PolicyDocument"]["Statement"] for grant in _grants(each)} == {
        *(Grant(f"lambda:{action}", here % ("lambda", "function")) for action in shifting),
        Grant("cloudwatch:DescribeAlarms", here % ("cloudwatch", "alarm")),
    }


def test_no_action_has_a_wildcard() -> None:
    assert not [grant for grants in ALLOWED.values() for grant in grants if "*" in grant.action]


def test_only_review_release_and_the_fast_lane_write_pointers() -> None:
    writers = {
        name
        for name, grants in ALLOWED.items()
        for grant in grants
        if grant.action not in READING and grant.resource == TABLE and (not grant.keys or LIVE in grant.keys)
    }
    assert writers == {"review", "release", "fastlane"}


def test_nothing_is_written_outside_a_transaction_and_no_part_of_the_history_is_ever_deleted() -> None:
    writes = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}
    grants = [grant for grants in ALLOWED.values() for grant in grants]
    assert all(grant.inside == "TransactWriteItems" for grant in grants if grant.action in writes)
    deleting = [grant for grant in grants if "Delete" in grant.action and grant.action != "sqs:DeleteMessage"]
    assert all(grant.keys <= {INSTALLS, WEBHOOKS} for grant in deleting)
    assert all(grant.keys for grant in deleting)


def _statement(template: Node, role: str, sid: str) -> Node:
    policy = template["Resources"][role]["Properties"]["Policies"][0]["PolicyDocument"]
    found: Node = next(statement for statement in policy["Statement"] if statement["Sid"] == sid)
    return found


def _table_whole(template: Node) -> None:
    _statement(template, "SnapshotRole", "CommitTransitions").pop("Condition")


def _pointer_too(template: Node) -> None:
    condition = _statement(template, "SnapshotRole", "CommitTransitions")["Condition"]
    condition["ForAllValues:StringLike"]["dynamodb:LeadingKeys"].append(LIVE)


def _keys_unproved(template: Node) -> None:
    del _statement(template, "SnapshotRole", "CommitTransitions")["Condition"]["Null"]


def _outside_transactions(template: Node) -> None:
    del _statement(template, "SnapshotRole", "CommitTransitions")["Condition"]["ForAnyValue:StringEquals"]


def _one_action_more(template: Node) -> None:
    _statement(template, "SnapshotRole", "PinDocuments")["Action"] = ["s3:PutObject", "s3:DeleteObject"]


def _any_action(template: Node) -> None:
    _statement(template, "SnapshotRole", "ReadRecords")["Action"] = "dynamodb:*"


def _bucket_whole(template: Node) -> None:
    _statement(template, "SnapshotRole", "PinDocuments")["Resource"] = {"Fn::Sub": "${DocumentsBucket.Arn}/*"}


def _everything_but(template: Node) -> None:
    statement = _statement(template, "SnapshotRole", "ReadRecords")
    statement["NotAction"] = statement.pop("Action")
    statement["Action"] = "dynamodb:GetItem"


def _managed_policy(template: Node) -> None:
    role = template["Resources"]["SnapshotRole"]["Properties"]
    role["ManagedPolicyArns"] = ["arn:aws:iam::aws:policy/AmazonS3FullAccess"]


def _policy_at_the_function(template: Node) -> None:
    functions(template)["snapshot"]["Policies"] = ["AmazonS3FullAccess"]


@pytest.mark.parametrize(
    "plant",
    [
        _table_whole,
        _pointer_too,
        _keys_unproved,
        _outside_transactions,
        _one_action_more,
        _any_action,
        _bucket_whole,
        _everything_but,
        _managed_policy,
        _policy_at_the_function,
    ],
)
def test_a_planted_permission_is_found(plant: Callable[[Node], None]) -> None:
    template = read_template()
    plant(template)
    try:
        found = granted(template, "snapshot")
    except UnreadableGrantError:
        return
    assert found != ALLOWED["snapshot"]

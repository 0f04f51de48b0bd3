"""The table, the bucket and the queues: what keeps the invariants even when the code does not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from shared.storage import items
from shared.storage.table import PRIMARY, Index
from tests.template.document import Node, read_template, resources, target

if TYPE_CHECKING:
    from collections.abc import Callable

type Rule = Callable[[Node], list[str]]

TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}
WRITTEN_WITHOUT_CONDITION = {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}}
TWO_WEEKS = 14 * 24 * 60 * 60


def _properties(template: Node, name: str) -> Node:
    found: Node = template["Resources"][name]["Properties"]
    return found


def _missing(found: Node, wanted: Node) -> list[str]:
    return [name for name, value in wanted.items() if found.get(name) != value]


def _index(name: str, schema: list[Node]) -> Index:
    keys = {key["KeyType"]: key["AttributeName"] for key in schema}
    return Index(name, keys["HASH"], keys["RANGE"])


def wrong_keys(template: Node) -> list[str]:
    """Name the keys and indexes in which the table and the code differ."""
    table = _properties(template, "Table")
    deployed = {_index("", table["KeySchema"])}
    deployed |= {_index(each["IndexName"], each["KeySchema"]) for each in table["GlobalSecondaryIndexes"]}
    return [index.name for index in deployed ^ {PRIMARY, *items.INDEXES}]


def wrong_attributes(template: Node) -> list[str]:
    """Name the attributes that are no text, and the indexes that do not hold whole items."""
    table = _properties(template, "Table")
    types = {each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]}
    indexes = table["GlobalSecondaryIndexes"]
    partial = [each["IndexName"] for each in indexes if each["Projection"] != {"ProjectionType": "ALL"}]
    return partial + [name for name, kind in types.items() if kind != "S"]


def careless_table(template: Node) -> list[str]:
    """Name what the table lacks of protection, streams and expiry."""
    wanted = {
        "BillingMode": "PAY_PER_REQUEST",
        "DeletionProtectionEnabled": {"Fn::If": ["IsProd", True, False]},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
        "TimeToLiveSpecification": {"AttributeName": "expires", "Enabled": True},
    }
    return _missing(_properties(template, "Table"), wanted)


def careless_bucket(template: Node) -> list[str]:
    """Name what the bucket lacks of write-once keeping and of privacy."""
    wanted = {
        "VersioningConfiguration": {"Status": "Enabled"},
        "ObjectLockEnabled": True,
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "PublicAccessBlockConfiguration": dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        ),
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": {"Ref": "ObjectRetentionDays"}}},
        },
        "BucketEncryption": {
            "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    }
    bucket = _properties(template, "DocumentsBucket")
    # A rule that expires objects would delete what was approved.
    expiring = [rule["Id"] for rule in bucket["LifecycleConfiguration"]["Rules"] if _expires(rule)]
    return _missing(bucket, wanted) + expiring


def _expires(rule: Node) -> bool:
    return bool(rule.keys() - {"Id", "Status", "AbortIncompleteMultipartUpload"})


def careless_bucket_policy(template: Node) -> list[str]:
    """Name what the bucket's policy does not refuse to everybody: plain HTTP, and writes that could replace."""
    policy = _properties(template, "DocumentsBucketPolicy")
    refused = [
        (statement["Action"], statement["Resource"], statement["Condition"])
        for statement in policy["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    ]
    bucket, objects = {"Fn::GetAtt": ["DocumentsBucket", "Arn"]}, {"Fn::Sub": "${DocumentsBucket.Arn}/*"}
    documents = {"Fn::Sub": "${DocumentsBucket.Arn}/plugins/*"}
    wanted = [("s3:*", [bucket, objects], TLS_ONLY), ("s3:PutObject", documents, WRITTEN_WITHOUT_CONDITION)]
    return [str(each) for each in wanted if each not in refused or policy["Bucket"] != {"Ref": "DocumentsBucket"}]


def careless_queues(template: Node) -> list[str]:
    """Name the queues that are not encrypted, that take plain HTTP, or whose failures are gone within two weeks."""
    queues = resources(template, "AWS::SQS::Queue")
    open_ones = set(queues) - _queues_refusing_http(template)
    plain = {name for name, queue in queues.items() if queue["Properties"].get("SqsManagedSseEnabled") is not True}
    redrives = [queue["Properties"].get("RedrivePolicy", {}) for queue in queues.values()]
    ends = {target(redrive.get("deadLetterTargetArn")) for redrive in redrives} & set(queues)
    forgetful = {name for name in ends if queues[name]["Properties"].get("MessageRetentionPeriod") != TWO_WEEKS}
    return sorted(open_ones | plain | forgetful)


def _queues_refusing_http(template: Node) -> set[str]:
    return {
        target(queue)
        for policy in resources(template, "AWS::SQS::QueuePolicy").values()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "sqs:*")
        and statement["Condition"] == TLS_ONLY
        for queue in policy["Properties"]["Queues"]
    }


def hasty_queue(template: Node) -> list[str]:
    """Tell whether a request can overtake the version that it names: it is sent first."""
    return [] if 1 <= _properties(template, "SnapshotQueue").get("DelaySeconds", 0) <= 5 else ["SnapshotQueue"]


def lost_with_the_stack(template: Node) -> list[str]:
    """Name the resources with records of people in them that CloudFormation would delete or replace."""
    kept = {"DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}
    kinds = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool")
    return [
        name
        for kind in kinds
        for name, resource in resources(template, kind).items()
        if {key: resource.get(key) for key in kept} != kept
    ]


RULES: tuple[Rule, ...] = (
    wrong_keys,
    wrong_attributes,
    careless_table,
    careless_bucket,
    careless_bucket_policy,
    careless_queues,
    hasty_queue,
    lost_with_the_stack,
)


@pytest.mark.parametrize("rule", RULES)
def test_the_template_keeps_the_rules_of_storage(rule: Rule) -> None:
    assert rule(read_template()) == []


def _plant(name: str, **changes: Any) -> Callable[[Node], None]:  # noqa: ANN401 - whatever a template may hold
    return lambda template: _properties(template, name).update(changes)


def _drop_index(template: Node) -> None:
    _properties(template, "Table")["GlobalSecondaryIndexes"].pop()


def _swap_keys(template: Node) -> None:
    owner, _, _ = _properties(template, "Table")["GlobalSecondaryIndexes"]
    owner["KeySchema"][0]["AttributeName"], owner["KeySchema"][1]["AttributeName"] = "owner_sk", "owner_pk"


def _project_keys_only(template: Node) -> None:
    _properties(template, "Table")["GlobalSecondaryIndexes"][0]["Projection"] = {"ProjectionType": "KEYS_ONLY"}


def _number_the_sort_key(template: Node) -> None:
    _properties(template, "Table")["AttributeDefinitions"][1]["AttributeType"] = "N"


def _expire_documents(template: Node) -> None:
    _properties(template, "DocumentsBucket")["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] = 30


def _lift_the_lock(template: Node) -> None:
    del _properties(template, "DocumentsBucket")["ObjectLockConfiguration"]["Rule"]


def _allow_in_place_of_deny(template: Node) -> None:
    for statement in _properties(template, "DocumentsBucketPolicy")["PolicyDocument"]["Statement"]:
        statement["Effect"] = "Allow"


def _exempt_somebody(template: Node) -> None:
    statement = _properties(template, "DocumentsBucketPolicy")["PolicyDocument"]["Statement"][1]
    statement["Principal"] = {"AWS": "arn:aws:iam::123456789012:root"}


def _delete_with_the_stack(template: Node) -> None:
    template["Resources"]["DocumentsBucket"]["DeletionPolicy"] = "Delete"


@pytest.mark.parametrize(
    ("rule", "plant"),
    [
        (wrong_keys, _drop_index),
        (wrong_keys, _swap_keys),
        (wrong_attributes, _project_keys_only),
        (wrong_attributes, _number_the_sort_key),
        (careless_table, _plant("Table", StreamSpecification={"StreamViewType": "KEYS_ONLY"})),
        (careless_table, _plant("Table", DeletionProtectionEnabled=False)),
        (careless_table, _plant("Table", TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True})),
        (careless_bucket, _plant("DocumentsBucket", VersioningConfiguration={"Status": "Suspended"})),
        (careless_bucket, _plant("DocumentsBucket", PublicAccessBlockConfiguration={"BlockPublicAcls": True})),
        (careless_bucket, _lift_the_lock),
        (careless_bucket, _expire_documents),
        (careless_bucket_policy, _allow_in_place_of_deny),
        (careless_bucket_policy, _exempt_somebody),
        (careless_bucket_policy, _plant("DocumentsBucketPolicy", Bucket="another")),
        (careless_queues, _plant("SnapshotQueue", SqsManagedSseEnabled=False)),
        (careless_queues, _plant("SnapshotQueuesPolicy", Queues=[{"Ref": "SnapshotQueue"}])),
        (careless_queues, _plant("SnapshotDeadLetterQueue", MessageRetentionPeriod=3600)),
        (hasty_queue, _plant("SnapshotQueue", DelaySeconds=0)),
        (lost_with_the_stack, _delete_with_the_stack),
    ],
)
def test_a_planted_violation_of_a_rule_of_storage_is_found(rule: Rule, plant: Callable[[Node], None]) -> None:
    template = read_template()
    plant(template)
    assert rule(template)


def test_outputs_name_what_a_client_and_an_operator_need() -> None:
    assert set(read_template()["Outputs"]) == {
        "PublicUrl",
        "DistributionDomain",
        "DistributionId",
        "AlarmTopicArn",
        "LogBucketName",
        "TableName",
        "BucketName",
        "SnapshotQueueUrl",
        "SnapshotDeadLetterQueueUrl",
        "DeliveryQueueUrl",
        "DeliveryDeadLetterQueueUrl",
        "NotifyDeadLetterQueueUrl",
        "DriftQueueUrl",
        "DriftDeadLetterQueueUrl",
        "ReleaseDeadLetterQueueUrl",
        "EventTopicArn",
        "UserPoolId",
        "UserPoolClientId",
        "SignInDomain",
    }

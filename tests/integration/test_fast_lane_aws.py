"""The fast lane on AWS: from the snapshot's request through the queue to what is served, by a stored policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.errors import IntegrityError
from shared.policies.storing import policy_key, store_policy
from tests.integration.aws import BUCKET, DEVELOPER, REVIEWER, Cloud
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, approve, live, schema, submit, version
from tests.integration.dynamic import ENVELOPE, make_live, prices, publish_prices, submit_dynamic

if TYPE_CHECKING:
    from collections.abc import Mapping

POLICY = b"""policy: careful
rules:
  - {name: same, allow: byte-only, tolerates: [fetch.status]}
  - {name: less, allow: narrowing, tolerates: [fetch.status]}
  - {name: inside, allow: in-envelope, tolerates: [fetch.status]}
"""


def put_in_force(store: Cloud) -> None:
    """Have the store follow the policy."""
    policy = store_policy(store.objects, POLICY)
    for function in ("SnapshotFunction", "FastLaneFunction"):
        store.set_up(function, FAST_LANE_POLICY=policy.digest, FAST_LANE_QUEUE_URL=store.fast_lane_url)


@pytest.fixture
def open_lane(store: Cloud) -> Cloud:
    """Return a store with a policy in force, and version 1 live."""
    put_in_force(store)
    submit(store, 1)
    assert store.consider() == []
    assert approve(store, 1).status == 200
    return store


def upgrade(store: Cloud, body: bytes) -> None:
    """Publish another schema, submit it, and let the policy look at it."""
    store.web.documents[SCHEMA_URL] = body
    assert store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER).status == 202
    assert store.work() == []
    assert store.consider() == []


def test_an_upgrade_in_other_bytes_is_live_without_a_reviewer(open_lane: Cloud) -> None:
    upgrade(open_lane, schema(1) + b"# a comment\n")
    assert version(open_lane, 2).json["state"] == "live"
    assert "/versions/2/" in live(open_lane).json["api"]["url"]
    served = open_lane.call("GET", "/plugins/todo/versions/2/openapi.yaml")
    assert served.text.endswith("# a comment\n")


def test_the_publisher_reads_that_no_reviewer_was_needed_and_the_audit_has_the_trace(open_lane: Cloud) -> None:
    upgrade(open_lane, schema(1) + b"# a comment\n")
    audit = open_lane.call("GET", "/v1/plugins/todo/audit", who=DEVELOPER).json["items"]
    approved = next(entry for entry in audit if entry["type"] == "VersionApproved")
    assert (approved["author"], approved["actor"], approved["version"]) == ("policy", "policy:careful", 2)
    assert approved["detail"]["rule"] == "same"
    assert approved["detail"]["rule.1.same"] == "yes"
    assert approved["detail"]["policy_digest"].startswith("sha256:")


def test_an_upgrade_that_can_do_more_waits_for_a_reviewer(open_lane: Cloud) -> None:
    upgrade(open_lane, schema(2))
    assert version(open_lane, 2).json["state"] == "in_review"
    assert "/versions/1/" in live(open_lane).json["api"]["url"]
    queue = open_lane.call("GET", "/v1/reviews", who=REVIEWER).json["items"]
    assert [each["version"] for each in queue] == [2]


def submitted_dynamic(store: Cloud, schema: bytes, envelope: Mapping[str, Any] = ENVELOPE) -> str:
    """Submit an upgrade of a dynamic plugin, and return its state once the policy has looked at it."""
    publish_prices(store, schema)
    submit_dynamic(store, 2, envelope)
    assert store.consider() == []
    state: str = version(store, 2).json["state"]
    return state


def test_an_upgrade_inside_the_envelope_of_the_live_version_needs_no_reviewer(store: Cloud) -> None:
    put_in_force(store)
    make_live(store)
    assert store.consider() == []
    assert submitted_dynamic(store, prices("2023-05-23")) == "live"


_ANOTHER = "  /all:\n    get: {operationId: all, responses: {'200': {description: ok}}}\n"


@pytest.mark.parametrize(
    ("schema", "state"),
    [
        (prices(text="Prices of tomorrow."), "invalid"),  # not even inside the envelope that comes with it
        (prices("2023-05-23", extra=_ANOTHER), "in_review"),
    ],
)
def test_an_upgrade_outside_the_envelope_is_not_let_through(store: Cloud, schema: bytes, state: str) -> None:
    put_in_force(store)
    make_live(store)
    assert store.consider() == []
    assert submitted_dynamic(store, schema) == state


def test_another_envelope_waits_for_a_reviewer_whatever_the_schema(store: Cloud) -> None:
    put_in_force(store)
    make_live(store)
    assert store.consider() == []
    assert submitted_dynamic(store, prices("2023-05-23"), {**ENVELOPE, "refresh_minutes": 120}) == "in_review"


def test_a_message_that_comes_twice_approves_once(open_lane: Cloud) -> None:
    upgrade(open_lane, schema(1) + b"# a comment\n")
    before = open_lane.call("GET", "/v1/plugins/todo/audit", who=DEVELOPER).json
    open_lane.ports.fast_lane.ask("todo", 2)
    assert open_lane.consider() == []
    assert open_lane.call("GET", "/v1/plugins/todo/audit", who=DEVELOPER).json == before


def test_without_a_policy_nobody_is_asked(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    upgrade(store, schema(1) + b"# a comment\n")
    waiting = store.sqs.get_queue_attributes(QueueUrl=store.fast_lane_url, AttributeNames=["All"])["Attributes"]
    assert waiting["ApproximateNumberOfMessages"] == "0"
    assert version(store, 2).json["state"] == "in_review"


def test_a_policy_that_is_not_there_approves_nothing(store: Cloud) -> None:
    absent = f"sha256:{0:064x}"
    with pytest.raises(IntegrityError):
        store.set_up("FastLaneFunction", FAST_LANE_POLICY=absent)


def test_a_policy_that_was_replaced_in_the_bucket_approves_nothing(store: Cloud) -> None:
    policy = store_policy(store.objects, POLICY)
    body = b"policy: lax\nrules: [{name: all, allow: changes, lanes: [destination], risk: high}]\n"
    store.s3.put_object(Bucket=BUCKET, Key=policy_key(policy.digest), Body=body)
    with pytest.raises(IntegrityError):
        store.set_up("FastLaneFunction", FAST_LANE_POLICY=policy.digest)


def test_a_message_that_says_something_else_is_not_carried_out(open_lane: Cloud) -> None:
    body = json.dumps({"plugin_id": "todo", "version": 1, "rule": "same"})
    open_lane.sqs.send_message(QueueUrl=open_lane.fast_lane_url, MessageBody=body)
    assert len(open_lane.consider()) == 1
    assert MANIFEST_URL in open_lane.web.fetches

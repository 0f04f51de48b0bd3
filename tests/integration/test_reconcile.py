"""What is left over or lost is found over moto, and mended where that is safe."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.access import PLACES
from shared.edge import system
from shared.storage.installs import places_key
from shared.storage.table import Count, Item, Key, Put
from tests.integration.aws import BUCKET, DEVELOPER, REVIEWER, SCHEDULE_GROUP, Web
from tests.integration.documents import MANIFEST_URL, approve, live, publish, submit, version
from tests.integration.operators import OPERATOR, OperatingCloud, operating_cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = "/v1/operations/reconciliations"
LATER = timedelta(hours=2)


@pytest.fixture
def store() -> Iterator[OperatingCloud]:
    with operating_cloud(Web()) as opened:
        yield opened


def reconciled(store: OperatingCloud, *, mend: bool = False, later: timedelta = LATER) -> dict[str, Any]:
    """Go through everything as if it were later, and return the run."""
    store.change_ports(clock=lambda: system.clock() + later)
    begun = store.call("POST", RUNS, {"mend": mend}, who=OPERATOR)
    assert begun.status == 202
    store.reconcile()
    store.change_ports(clock=system.clock)
    run: dict[str, Any] = store.call("GET", begun.headers["location"], who=OPERATOR).json
    assert run["state"] == "done"
    return run


def register(store: OperatingCloud) -> None:
    publish(store.web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    assert store.call("POST", "/v1/plugins", body, who=DEVELOPER).status == 202


def told(run: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(each["kind"], each["subject"], each["mended"]) for each in run["discrepancies"]]


def test_a_store_in_which_all_is_well_has_nothing_to_find(store: OperatingCloud) -> None:
    for number in (1, 2):
        submit(store, number)
        approve(store, number)
    submit(store, 3)
    run = reconciled(store)
    assert (run["found"], run["discrepancies"]) == ({}, [])
    assert run["looked_at"]["objects"] == 9
    assert run["looked_at"]["records"] > 10


def test_a_lost_request_for_a_snapshot_is_found_and_with_mending_asked_for_again(store: OperatingCloud) -> None:
    register(store)
    store.bodies(store.queue_url)
    assert told(reconciled(store)) == [("stuck-submission", "todo 1", False)]
    assert store.bodies(store.queue_url) == []
    assert told(reconciled(store, mend=True)) == [("stuck-submission", "todo 1", True)]
    assert store.work() == []
    assert version(store, 1).json["state"] == "in_review"
    assert told(reconciled(store)) == []


def scheduled(store: OperatingCloud, moment: str) -> None:
    body = {"digest": submit(store, 1).json["digest"], "release": {"at": moment}}
    assert store.call("POST", "/v1/plugins/todo/versions/1/approve", body, who=REVIEWER).status == 200
    for schedule in store.scheduler.list_schedules(GroupName=SCHEDULE_GROUP)["Schedules"]:
        store.scheduler.delete_schedule(GroupName=SCHEDULE_GROUP, Name=schedule["Name"])


def test_a_release_without_its_schedule_is_scheduled_again(store: OperatingCloud) -> None:
    """This is what a store that was moved from one machine to AWS needs, too."""
    scheduled(store, "2027-06-01T00:00:00Z")
    assert told(reconciled(store)) == [("unscheduled-release", "todo 1", False)]
    assert told(reconciled(store, mend=True)) == [("unscheduled-release", "todo 1", True)]
    (schedule,) = store.scheduler.list_schedules(GroupName=SCHEDULE_GROUP)["Schedules"]
    planned = store.scheduler.get_schedule(GroupName=SCHEDULE_GROUP, Name=schedule["Name"])
    assert planned["ScheduleExpression"] == "at(2027-06-01T00:00:00)"
    assert told(reconciled(store)) == []


def test_a_release_whose_moment_passed_unseen_is_asked_for_at_once(store: OperatingCloud) -> None:
    moment = (system.clock() + timedelta(hours=1)).isoformat()
    scheduled(store, moment)
    assert told(reconciled(store, mend=True)) == [("unscheduled-release", "todo 1", True)]
    (body,) = store.bodies(store.feeds["release"])
    store.change_ports(clock=lambda: system.clock() + LATER)
    record = {"messageId": "m", "body": body, "attributes": {"SentTimestamp": "0"}, "eventSource": "aws:sqs"}
    assert store._handlers["ReleaseFunction"]({"Records": [record]}, None) == {"batchItemFailures": []}
    assert version(store, 1).json["state"] == "live"


def test_a_delivery_that_nobody_attempts_is_asked_for_again(store: OperatingCloud) -> None:
    assert store.call("PUT", "/v1/webhooks/w", {"url": "https://hooks.example.com/"}, who=DEVELOPER).status == 200
    assert store.call("POST", "/v1/webhooks/w/test", {}, who=DEVELOPER).status == 202
    store.bodies(store.delivery_queue_url)
    ((kind, _, mended),) = told(reconciled(store, mend=True))
    assert (kind, mended) == ("stuck-delivery", True)
    assert store.deliver() == []
    assert len(store.endpoints.posts) == 1


def forget(store: OperatingCloud, ending: str, number: int) -> None:
    for entry in store.s3.list_objects_v2(Bucket=BUCKET, Prefix=f"plugins/todo/versions/{number}/")["Contents"]:
        if entry["Key"].endswith(ending):
            store.s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def test_a_pointer_that_names_what_is_not_there_is_told_and_not_mended(store: OperatingCloud) -> None:
    submit(store, 1)
    approve(store, 1)
    forget(store, "openapi.yaml", 1)
    run = reconciled(store, mend=True)
    assert {each["kind"] for each in run["discrepancies"]} == {"dangling-pointer", "missing-object"}
    assert run["mended"] == {}
    assert "The last reconciliation missed objects that are recorded." in reasons(store)


def reasons(store: OperatingCloud) -> list[str]:
    found: list[str] = store.call("GET", "/v1/operations", who=OPERATOR).json["reasons"]
    return found


def test_a_missing_object_of_an_older_version_is_told(store: OperatingCloud) -> None:
    for number in (1, 2):
        submit(store, number)
        approve(store, number)
    forget(store, "report.json", 1)
    assert told(reconciled(store)) == [("missing-object", "todo 1", False)]


def test_an_object_that_no_record_names_is_told_and_never_deleted(store: OperatingCloud) -> None:
    submit(store, 1)
    store.objects.put("plugins/todo/versions/1/abc/openapi.yaml", b"left by a crash", "text/plain")
    assert told(reconciled(store, mend=True)) == [("orphan-object", "todo 1", False)]
    assert store.objects.get("plugins/todo/versions/1/abc/openapi.yaml") == b"left by a crash"


def test_what_was_stored_a_moment_ago_is_under_way_and_no_orphan(store: OperatingCloud) -> None:
    submit(store, 1)
    store.objects.put("plugins/todo/versions/1/abc/openapi.yaml", b"a snapshot at work", "text/plain")
    assert told(reconciled(store, later=timedelta(minutes=5))) == []


def test_places_that_are_counted_wrong_are_counted_anew(store: OperatingCloud) -> None:
    submit(store, 1)
    assert store.call("PUT", "/v1/plugins/todo/installs/me", {"channel": "preview"}, who=DEVELOPER).status == 200
    store.store._table.transact([Count(places_key("todo"), "taken", 4, PLACES, "off")])
    assert told(reconciled(store, mend=True)) == [("places-miscounted", "todo", True)]
    assert store.ports.installs.places_taken("todo") == 1
    assert told(reconciled(store)) == []


def restored(store: OperatingCloud) -> None:
    """Put the table back to where it was before version 2, as a restore to an earlier moment does."""
    submit(store, 1)
    approve(store, 1)
    before = [item for page in _pages(store) for item in page]
    submit(store, 2)
    approve(store, 2)
    for item in [item for page in _pages(store) for item in page]:
        store.dynamodb.delete_item(TableName="standfast", Key={"pk": item["pk"], "sk": item["sk"]})
    for item in before:
        store.dynamodb.put_item(TableName="standfast", Item=item)


def _pages(store: OperatingCloud) -> Iterator[list[dict[str, Any]]]:
    for page in store.dynamodb.get_paginator("scan").paginate(TableName="standfast"):
        yield page["Items"]


def test_after_a_restore_the_older_version_is_live_and_whole(store: OperatingCloud) -> None:
    restored(store)
    assert live(store).json["description_for_model"] == "Lists, version 1."
    assert store.call("GET", "/plugins/todo/versions/1/openapi.yaml").status == 200
    assert store.call("GET", "/plugins/todo/versions/2/openapi.yaml").status == 404


def test_without_reconciling_a_restored_store_would_use_a_number_again(store: OperatingCloud) -> None:
    """Whoever kept the schema of the lost version 2 for good would read it beside the manifest of the new one."""
    restored(store)
    answer = store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
    assert answer.json["version"] == 2


def test_after_a_restore_no_number_is_used_again(store: OperatingCloud) -> None:
    restored(store)
    found = reconciled(store, mend=True)["discrepancies"]
    assert {(each["kind"], each["subject"], each["mended"]) for each in found} == {
        ("reused-number", "todo 2", True),
        ("orphan-object", "todo 2", False),
    }
    answer = store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
    assert answer.json["version"] == 3
    assert version(store, 2).json["state"] == "withdrawn"
    assert store.work() == []
    assert approve(store, 3).status == 200
    assert live(store).status == 200


def test_a_second_reconciliation_finds_the_number_taken(store: OperatingCloud) -> None:
    restored(store)
    reconciled(store, mend=True)
    assert "reused-number" not in reconciled(store, mend=True)["found"]


@pytest.mark.slow
def test_a_store_of_many_records_is_gone_through_step_by_step(store: OperatingCloud) -> None:
    for number in range(1_201):
        item = Item(Key(f"LIMIT#{number}", "SUBMISSIONS#2026-11-22"), {"used": 1})
        store.store._table.transact([Put(item, None)])
    run = reconciled(store)
    assert run["looked_at"]["records"] >= 1_201


def test_an_order_to_reconcile_returns_the_run_under_way(store: OperatingCloud) -> None:
    first, second = (store.call("POST", RUNS, {}, who=OPERATOR).json["run_id"] for _ in range(2))
    assert first == second
    assert len(store.call("GET", RUNS, who=OPERATOR).json["items"]) == 1


def test_a_step_that_comes_again_is_taken_once(store: OperatingCloud) -> None:
    register(store)
    store.bodies(store.queue_url)
    store.change_ports(clock=lambda: system.clock() + LATER)
    store.call("POST", RUNS, {"mend": True}, who=OPERATOR)
    (body,) = store.bodies(store.feeds["reconcile"])
    for _ in range(3):
        assert deliver(store, body) == []
    store.reconcile()
    (run,) = store.call("GET", RUNS, who=OPERATOR).json["items"]
    assert (run["state"], run["found"]) == ("done", {"stuck-submission": 1})


def deliver(store: OperatingCloud, body: str, *, sent: int = 0) -> list[str]:
    record = {"messageId": "m", "body": body, "attributes": {"SentTimestamp": str(sent)}, "eventSource": "aws:sqs"}
    answer = store._handlers["ReconcileFunction"]({"Records": [record]}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_step_that_comes_before_its_turn_is_delivered_again(store: OperatingCloud) -> None:
    run_id = store.call("POST", RUNS, {}, who=OPERATOR).json["run_id"]
    assert deliver(store, json.dumps({"run_id": run_id, "revision": 2})) == ["m"]


def test_a_step_of_a_run_that_is_forgotten_is_dropped_in_the_end(store: OperatingCloud) -> None:
    body = json.dumps({"run_id": "ab", "revision": 1})
    assert deliver(store, body, sent=int(system.clock().timestamp() * 1000)) == ["m"]
    assert deliver(store, body) == []


def test_the_schedule_begins_a_run_that_reports_alone_unless_told_otherwise(store: OperatingCloud) -> None:
    assert deliver(store, '{"begin": true}') == []
    (run,) = store.call("GET", RUNS, who=OPERATOR).json["items"]
    assert (run["mends"], run["asked_by"]) == (False, "standfast:schedule")


def test_the_schedules_runs_mend_where_the_parameter_says_so(store: OperatingCloud) -> None:
    store.set_up("ReconcileFunction", RECONCILE_MENDS="on")
    assert deliver(store, '{"begin": true}') == []
    (run,) = store.call("GET", RUNS, who=OPERATOR).json["items"]
    assert run["mends"] is True


def test_what_was_found_is_counted(store: OperatingCloud) -> None:
    register(store)
    store.bodies(store.queue_url)
    reconciled(store)
    names = [json.loads(line) for line in store.measured]
    assert [each["Kind"] for each in names if "Discrepancies" in each] == ["stuck-submission"]
    assert [each["Outcome"] for each in names if "Reconciliations" in each] == ["done"]

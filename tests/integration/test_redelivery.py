"""Messages that come twice, too early or for nothing, and objects that are written once."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.snapshot.settings import Settings
from functions.snapshot.use_case import VersionNotYetCommittedError
from functions.snapshot.wiring import wire
from shared.domain.events import EVENT_OF_ACTION, EventType
from shared.domain.ports import PageRequest
from shared.domain.version import State, moved
from shared.edge import system
from tests.integration.aws import BUCKET, DEVELOPER
from tests.integration.documents import MANIFEST_URL, approve, live, publish, submit, version

if TYPE_CHECKING:
    from functions.snapshot.use_case import SnapshotTaking
    from tests.integration.aws import Cloud, Web


def taking(store: Cloud) -> SnapshotTaking:
    ports = store.ports
    return wire(
        Settings(table_name="", bucket_name=""),
        records=ports.records,
        objects=ports.objects,
        fetch=store.web,
        txt=ports.txt,
        fast_lane=ports.fast_lane,
        clock=ports.clock,
        entropy=ports.entropy,
    )


def register(store: Cloud) -> None:
    publish(store.web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    assert store.call("POST", "/v1/plugins", body, who=DEVELOPER).status == 202


def test_a_snapshot_that_is_delivered_twice_is_taken_once(store: Cloud) -> None:
    register(store)
    for _ in range(2):
        taking(store).take("todo", 1, asked_at=system.clock())
    assert store.web.fetches.count(MANIFEST_URL) == 1
    assert len(store.store.events("todo", PageRequest()).records) == 3


def test_two_deliveries_at_once_pin_one_pair_of_documents(store: Cloud, web: Web) -> None:
    register(store)
    late = taking(store)

    def overtaken(url: str, *, role: str) -> object:
        if role == "schema":
            publish(web, 2)  # the publisher's host changes between the two
            taking(store).take("todo", 1, asked_at=system.clock())
        return web(url, role=role)

    late = replace(late, fetch=overtaken)  # type: ignore[arg-type] # it has the port's shape, but mypy sees a function
    late.take("todo", 1, asked_at=system.clock())
    assert approve(store, 1).status == 200
    served = live(store).json
    schema = store.call("GET", "/plugins/todo/versions/1/openapi.yaml").text
    assert served["description_for_model"] == "Lists, version 2."
    assert schema.count("operationId") == 2


def test_a_request_whose_version_is_not_there_yet_is_delivered_again(store: Cloud) -> None:
    with pytest.raises(VersionNotYetCommittedError):
        taking(store).take("todo", 1, asked_at=system.clock())


def test_a_request_whose_version_never_came_is_dropped(store: Cloud) -> None:
    taking(store).take("todo", 1, asked_at=system.clock() - timedelta(minutes=6))
    assert store.web.fetches == []


def test_a_poison_message_fails_alone(store: Cloud) -> None:
    store.sqs.send_message(QueueUrl=store.queue_url, MessageBody='{"plugin_id": "No Good"}')
    register(store)
    assert len(store.work()) == 1
    assert version(store, 1).json["state"] == "in_review"


def test_a_version_that_was_replaced_before_its_snapshot_is_left_withdrawn(store: Cloud) -> None:
    register(store)
    store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
    assert store.work() == []
    assert [version(store, number).json["state"] for number in (1, 2)] == ["withdrawn", "in_review"]


def test_a_stored_object_is_never_written_over(store: Cloud) -> None:
    store.objects.put("plugins/a/versions/1/x/y", b"first", "text/plain")
    store.objects.put("plugins/a/versions/1/x/y", b"second", "text/plain")
    assert store.objects.get("plugins/a/versions/1/x/y") == b"first"


def test_without_the_precondition_that_would_be_noticed(store: Cloud) -> None:
    def drop(params: dict[str, object], **_: object) -> None:
        params["headers"].pop("If-None-Match", None)  # type: ignore[attr-defined]

    store.s3.meta.events.register("before-call.s3.PutObject", drop)
    with pytest.raises(AssertionError):
        test_a_stored_object_is_never_written_over(store)


def test_what_is_served_hashes_to_what_was_approved(store: Cloud) -> None:
    parts = {part["role"]: part for part in submit(store, 1).json["parts"]}
    approve(store, 1)
    pointer = store.store.pointer("todo")
    assert pointer.live
    assert pointer.live.manifest_digest == parts["manifest"]["digest"]
    assert pointer.released[1]["openapi.yaml"] == parts["schema"]["served_digest"]


def test_every_move_of_every_version_is_one_event_and_they_tell_its_state(store: Cloud) -> None:
    for number in (1, 2):
        submit(store, number)
        approve(store, number)
    submit(store, 3)
    action_of = {event: action for action, event in EVENT_OF_ACTION.items()}
    events = list(reversed(store.store.events("todo", PageRequest(limit=100)).records))
    for number in (1, 2, 3):
        told = [event.type for event in events if event.version == number]
        assert told[0] is EventType.VERSION_SUBMITTED
        state = State.SUBMITTED
        for each in told[1:]:
            state = moved(state, action_of[each])
        assert state == store.store.version("todo", number).state


def test_the_objects_of_a_version_are_all_under_its_own_key(store: Cloud) -> None:
    submit(store, 1)
    keys = [entry["Key"] for entry in store.s3.list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert len(keys) == 3
    assert all(key.startswith("plugins/todo/versions/1/") for key in keys)
    report = json.loads(store.objects.get(next(key for key in keys if key.endswith("report.json"))))
    assert {"manifest", "schema"} <= {each["role"] for each in report["evidence"]}

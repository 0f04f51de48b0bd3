"""The reviewer's and the publisher's routes over moto: bodies, statuses, and what each of them may see."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from shared.edge import system
from tests.integration.aws import DEVELOPER, OTHER_DEVELOPER, OTHER_REVIEWER, REVIEWER, Person
from tests.integration.documents import MANIFEST_URL, approve, live, manifest, submit, version

if TYPE_CHECKING:
    from tests.integration.aws import Answer, Cloud, Web

PLUGIN = "/v1/plugins/todo"
OWNER_AND_REVIEWER = Person(DEVELOPER.subject, "standfast/publish standfast/review", "developers reviewers")


def act(store: Cloud, path: str, body: object = None, *, who: Person = REVIEWER) -> Answer:
    return store.call("POST", f"{PLUGIN}{path}", body if body is not None else {}, who=who)


def decide(store: Cloud, number: int, who: Person = REVIEWER, **more: object) -> Answer:
    digest = version(store, number).json["digest"]
    return act(store, f"/versions/{number}/approve", {"digest": digest, **more}, who=who)


def publish_live(store: Cloud, *numbers: int) -> None:
    for number in numbers:
        submit(store, number)
        assert approve(store, number).status == 200


def in_an_hour() -> str:
    return (system.clock() + timedelta(hours=1)).isoformat()


def test_the_publisher_withdraws_a_candidate(store: Cloud) -> None:
    publish_live(store, 1)
    submit(store, 2)
    answer = act(store, "/versions/2/withdraw", who=DEVELOPER)
    assert answer.json == {"plugin_id": "todo", "version": 2, "state": "withdrawn"}
    assert decide(store, 2).json["state"] == "withdrawn"
    assert live(store).status == 200


def test_a_manual_release_is_the_publishers(store: Cloud) -> None:
    submit(store, 1)
    assert decide(store, 1, release="manual").json["state"] == "approved"
    assert live(store).status == 404
    assert act(store, "/versions/1/release", who=OTHER_DEVELOPER).status == 404
    assert act(store, "/versions/1/release", who=REVIEWER).status == 403
    found = version(store, 1).json
    assert found["release"] == {"mode": "manual", "at": None, "dropped": None}
    assert act(store, "/versions/1/release", who=DEVELOPER).json["state"] == "live"
    assert live(store).status == 200


def test_a_scheduled_release_is_kept_by_the_scheduler_and_takes_place_at_its_moment(store: Cloud) -> None:
    submit(store, 1)
    answer = decide(store, 1, release={"at": in_an_hour()})
    assert (answer.status, answer.json["state"]) == (200, "approved")
    (schedule,) = store.scheduler.list_schedules(GroupName="releases")["Schedules"]
    kept = store.scheduler.get_schedule(GroupName="releases", Name=schedule["Name"])
    moment = datetime.fromisoformat(json.loads(kept["Target"]["Input"])["moment"])
    assert kept["ScheduleExpression"] == f"at({moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S})"
    assert kept["ActionAfterCompletion"] == "DELETE"
    assert act(store, "/versions/1/release", who=DEVELOPER).status == 409
    assert store.pass_moments() == []
    assert live(store).status == 200
    assert store.pass_moments() == []


@pytest.mark.parametrize(
    "release", ["later", {"at": "2020-01-01T00:00:00Z"}, {"at": "2999-01-01T00:00:00"}, {"at": "soon"}, {}, 7]
)
def test_a_release_that_cannot_be_meant_is_refused_with_its_place(store: Cloud, release: object) -> None:
    submit(store, 1)
    answer = decide(store, 1, release=release)
    assert answer.status == 422
    assert {error["pointer"] for error in answer.json["errors"]} <= {"/release", "/release/at"}
    assert version(store, 1).json["state"] == "in_review"


def test_a_reason_outside_the_catalogue_is_refused_with_the_list(store: Cloud) -> None:
    digest = submit(store, 1).json["digest"]
    body = {"digest": digest, "reasons": [{"code": "because", "detail": "x"}]}
    answer = act(store, "/versions/1/reject", body)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == "/reasons/0/code"
    codes = [reason["code"] for reason in store.call("GET", "/v1/reasons").json["items"]]
    assert all(code in answer.json["detail"] for code in codes)


def test_a_rollback_by_the_owner_and_its_rehearsal(store: Cloud) -> None:
    publish_live(store, 1, 2)
    body = {"version": 1, "reason": "bug"}
    rehearsed = act(store, "/rollback", {**body, "dry_run": True}, who=DEVELOPER)
    assert rehearsed.json == {"plugin_id": "todo", "version": 1, "state": "live", "replaced": 2, "dry_run": True}
    assert live(store).json["description_for_model"] == "Lists, version 2."
    done = act(store, "/rollback", body, who=DEVELOPER)
    assert done.json == {**rehearsed.json, "dry_run": False}
    assert live(store).json["description_for_model"] == "Lists, version 1."
    assert act(store, "/rollback", body, who=OTHER_DEVELOPER).status == 404
    assert act(store, "/rollback", {"version": 1}, who=DEVELOPER).status == 422


def test_a_ban_by_route_and_back(store: Cloud) -> None:
    publish_live(store, 1)
    assert act(store, "/ban", {"reason": "malware"}).json == {
        "plugin_id": "todo",
        "status": "banned",
        "awaiting": None,
    }
    assert live(store).status == 410
    found = store.call("GET", PLUGIN, who=DEVELOPER).json
    assert (found["status"], found["ban"]["reason"], found["ban"]["by"]) == ("banned", "malware", None)
    assert store.call("GET", PLUGIN, who=REVIEWER).json["ban"]["by"] == REVIEWER.subject
    assert act(store, "/ban", {"reason": "again"}).json["state"] == "banned"
    assert act(store, "/lift-ban", {"reason": "appeal"}).json["status"] == "approved"
    assert live(store).status == 200


def test_a_live_version_is_revoked_together_with_a_rollback(store: Cloud) -> None:
    publish_live(store, 1, 2)
    refused = act(store, "/versions/2/revoke", {"reason": "leaks"})
    assert (refused.status, refused.json["state"]) == (409, "live")
    assert act(store, "/versions/2/revoke", {"reason": "leaks", "rollback_to": 1}).json["state"] == "revoked"
    assert live(store).json["description_for_model"] == "Lists, version 1."
    assert store.call("GET", "/plugins/todo/versions/2/openapi.yaml").status == 404


def test_a_reviewer_who_owns_the_plugin_does_not_decide_on_it(store: Cloud) -> None:
    submit(store, 1)
    answer = decide(store, 1, who=OWNER_AND_REVIEWER)
    assert (answer.status, answer.json["type"]) == (403, "urn:standfast:problem:forbidden")
    assert "own" in answer.json["detail"]


def test_a_claim_is_seen_in_the_queue_and_the_queue_is_filtered_by_it(store: Cloud) -> None:
    submit(store, 1)
    claim = f"{PLUGIN}/versions/1/claim"
    assert store.call("PUT", claim, who=REVIEWER).json["claim"]["by"] == REVIEWER.subject
    refused = store.call("PUT", claim, who=OTHER_REVIEWER)
    assert (refused.status, refused.json["state"]) == (409, "claimed")
    (waiting,) = store.call("GET", "/v1/reviews?claimed=true", who=OTHER_REVIEWER).json["items"]
    assert (waiting["claim"]["by"], waiting["is_mine"]) == (REVIEWER.subject, False)
    assert store.call("GET", "/v1/reviews?mine=true", who=OTHER_REVIEWER).json["items"] == []
    assert store.call("GET", "/v1/reviews?plugin=todo", who=OTHER_REVIEWER).json["items"] == [waiting]
    assert store.call("DELETE", claim, who=REVIEWER).json["claim"] is None
    assert store.call("GET", "/v1/reviews?claimed=true", who=REVIEWER).json["items"] == []


@pytest.mark.parametrize("query", ["mine=perhaps", "colour=red", "plugin=No%20Good"])
def test_a_filter_that_there_is_not_is_a_problem(store: Cloud, query: str) -> None:
    answer = store.call("GET", f"/v1/reviews?{query}", who=REVIEWER)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


def test_an_upgrade_that_changes_host_or_authentication_says_so(store: Cloud, web: Web) -> None:
    publish_live(store, 1)
    auth = {
        "type": "oauth",
        "client_url": "https://todo.example.com/oauth",
        "scope": "",
        "authorization_url": "https://todo.example.com/token",
        "authorization_content_type": "application/json",
    }
    web.documents[MANIFEST_URL] = manifest("Lists, version 2.", auth=auth)
    store.call("POST", f"{PLUGIN}/versions", {}, who=DEVELOPER)
    store.work()
    changes = store.call("GET", f"{PLUGIN}/versions/2/report", who=REVIEWER).json["changes"]
    assert changes == {
        "host": None,
        "auth": {"from": "none", "to": "oauth https://todo.example.com/oauth https://todo.example.com/token"},
    }
    assert version(store, 2).json["changes"] == changes


def test_place_and_outlook_stand_beside_the_candidate(store: Cloud) -> None:
    publish_live(store, 1)
    submit(store, 2)
    outlook = store.call("GET", PLUGIN, who=DEVELOPER).json["outlook"]
    assert (outlook["place"], outlook["decisions"]) == (1, 1)
    assert outlook["usual_seconds"] is not None


def test_the_audit_is_read_and_exported(store: Cloud) -> None:
    publish_live(store, 1)
    whole = store.call("GET", f"{PLUGIN}/audit", who=REVIEWER).json["items"]
    assert whole[0]["type"] == "VersionReleased"
    assert {entry["actor"] for entry in whole} == {DEVELOPER.subject, REVIEWER.subject, "standfast:snapshot"}
    exported = store.call("GET", f"{PLUGIN}/audit?format=jsonl", who=REVIEWER)
    assert exported.headers["content-type"] == "application/jsonl"
    assert [json.loads(line) for line in exported.text.splitlines()] == whole
    owners = store.call("GET", f"{PLUGIN}/audit", who=DEVELOPER)
    assert REVIEWER.subject not in owners.text
    assert store.call("GET", f"{PLUGIN}/audit", who=OTHER_DEVELOPER).status == 404
    assert store.call("GET", f"{PLUGIN}/audit?format=xml", who=REVIEWER).status == 422


def test_one_submission_too_many_is_told_when_to_come_again(store: Cloud) -> None:
    store.set_up("SubmissionFunction", SUBMISSIONS_PER_DAY="1")
    submit(store, 1)
    answer = store.call("POST", f"{PLUGIN}/versions", {}, who=DEVELOPER)
    assert (answer.status, answer.json["type"]) == (429, "urn:standfast:problem:rate-limited")
    assert 0 < int(answer.headers["retry-after"]) <= 24 * 60 * 60


def test_four_eyes_are_a_setting(store: Cloud, web: Web) -> None:
    publish_live(store, 1)
    store.set_up("ReviewFunction", FOUR_EYES="on")
    web.documents[MANIFEST_URL] = manifest("Lists.", auth={"type": "service_http", "authorization_type": "bearer"})
    store.call("POST", f"{PLUGIN}/versions", {}, who=DEVELOPER)
    store.work()
    first = decide(store, 2)
    assert (first.status, first.json["state"], first.json["awaiting"]) == (202, "in_review", "a second reviewer")
    assert version(store, 2).json["proposed"] is None
    found = store.call("GET", f"{PLUGIN}/versions/2", who=OTHER_REVIEWER).json
    assert found["proposed"]["by"] == REVIEWER.subject
    assert decide(store, 2).status == 409
    second = decide(store, 2, who=OTHER_REVIEWER)
    assert (second.status, second.json["state"], second.json["awaiting"]) == (200, "live", None)

"""The main job over moto: submit, pin, approve, flip, serve."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from tests.integration.aws import BASE_URL, BUCKET, DEVELOPER, OTHER_DEVELOPER, OTHER_REVIEWER, REVIEWER
from tests.integration.documents import (
    HOST,
    MANIFEST_URL,
    SCHEMA_URL,
    approve,
    live,
    manifest,
    publish,
    schema,
    submit,
    version,
)

if TYPE_CHECKING:
    from tests.integration.aws import Cloud, Web


def test_a_submission_is_accepted_and_says_where_to_look(store: Cloud, web: Web) -> None:
    publish(web, 1)
    answer = store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL}, who=DEVELOPER)
    assert answer.status == 202
    assert answer.json == {"plugin_id": "todo-example-com", "version": 1, "state": "submitted"}
    assert answer.headers["location"] == "/v1/plugins/todo-example-com/versions/1"


def test_what_was_fetched_is_pinned_byte_for_byte_and_put_into_review(store: Cloud) -> None:
    found = submit(store, 1).json
    assert found["state"] == "in_review"
    assert found["digest"].startswith("sha256:")
    objects = {
        entry["Key"]: store.s3.get_object(Bucket=BUCKET, Key=entry["Key"])["Body"].read()
        for entry in store.s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    }
    assert {manifest("Lists, version 1."), schema(1)} <= set(objects.values())
    for key, body in objects.items():
        assert hashlib.sha256(body).hexdigest() in key


def test_nothing_is_public_before_an_approval(store: Cloud) -> None:
    submit(store, 1)
    assert live(store).status == 404
    assert store.call("GET", "/plugins/todo/versions/1/openapi.yaml").status == 404
    assert store.call("GET", "/catalog").json["items"] == []


def test_an_approval_makes_the_pinned_documents_public(store: Cloud) -> None:
    submit(store, 1)
    assert approve(store, 1).json["state"] == "live"
    served = live(store)
    assert served.status == 200
    expected = json.loads(manifest("Lists, version 1."))
    expected["api"]["url"] = f"{BASE_URL}/plugins/todo/versions/1/openapi.yaml"
    assert served.json == expected
    pinned = store.call("GET", "/plugins/todo/versions/1/openapi.yaml")
    assert pinned.text.encode() == schema(1)
    assert pinned.headers["content-type"] == "application/yaml"
    assert [entry["plugin_id"] for entry in store.call("GET", "/catalog").json["items"]] == ["todo"]


def test_an_upgrade_under_review_leaves_the_live_version_serving(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    before = live(store)
    submit(store, 2)
    assert live(store).text == before.text
    assert live(store).headers["etag"] == before.headers["etag"]
    approve(store, 2)
    assert live(store).json["description_for_model"] == "Lists, version 2."
    assert store.call("GET", "/plugins/todo/versions/1/openapi.yaml").text.encode() == schema(1)


def test_a_rejected_upgrade_changes_nothing_for_the_public(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    digest = submit(store, 2).json["digest"]
    body = {"digest": digest, "reasons": [{"code": "other", "detail": "Say what it does."}]}
    answer = store.call("POST", "/v1/plugins/todo/versions/2/reject", body, who=REVIEWER)
    assert answer.json["state"] == "rejected"
    assert live(store).json["description_for_model"] == "Lists, version 1."
    assert version(store, 2).json["decision"]["reasons"] == body["reasons"]


def test_an_approval_of_another_digest_changes_nothing(store: Cloud) -> None:
    submit(store, 1)
    body = {"digest": "sha256:" + "0" * 64}
    answer = store.call("POST", "/v1/plugins/todo/versions/1/approve", body, who=REVIEWER)
    assert (answer.status, answer.json["type"]) == (409, "urn:standfast:problem:digest-mismatch")
    assert version(store, 1).json["state"] == "in_review"


def test_of_two_approvals_the_second_is_told_the_state_it_lost_to(store: Cloud) -> None:
    submit(store, 1)
    assert approve(store, 1).status == 200
    second = approve(store, 1, who=OTHER_REVIEWER)
    assert (second.status, second.json["state"]) == (409, "live")


def test_broken_documents_are_invalid_with_findings_that_say_where(store: Cloud, web: Web) -> None:
    submit(store, 1)
    approve(store, 1)
    web.documents[MANIFEST_URL] = b"{not json"
    store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
    store.work()
    found = version(store, 2).json
    assert found["state"] == "invalid"
    assert found["digest"] is None
    first = found["findings"][0]
    assert (first["severity"], first["document"], first["line"]) == ("error", "manifest", 1)
    assert first["fix"]
    assert live(store).status == 200


def test_a_document_that_cannot_be_fetched_is_a_finding_with_the_fetchers_words(store: Cloud, web: Web) -> None:
    publish(web, 1)
    del web.documents[SCHEMA_URL]
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    store.work()
    found = version(store, 1).json
    assert found["state"] == "invalid"
    assert ("fetch.status", f"{SCHEMA_URL} answered 404.") in {(f["code"], f["message"]) for f in found["findings"]}
    report = store.call("GET", "/v1/plugins/todo/versions/1/report", who=REVIEWER).json
    failures = {each["role"]: each["failure"] for each in report["evidence"]}
    assert (failures["manifest"], failures["schema"]) == ("", "fetch.status")


def test_a_relative_schema_url_is_resolved_against_the_manifests_own(store: Cloud, web: Web) -> None:
    api = {"type": "openapi", "url": "/openapi.yaml"}
    web.documents |= {MANIFEST_URL: manifest("Relative.", api=api), SCHEMA_URL: schema(1)}
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    store.work()
    assert version(store, 1).json["state"] == "in_review"


def test_a_schema_without_servers_is_served_with_its_own_origin_and_says_so(store: Cloud, web: Web) -> None:
    web.documents |= {MANIFEST_URL: manifest("No servers."), SCHEMA_URL: schema(1, servers="")}
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    store.work()
    found = version(store, 1).json
    assert found["state"] == "in_review", found["findings"]
    (part,) = (part for part in found["parts"] if part["role"] == "schema")
    assert part["served_digest"] != part["digest"]
    assert approve(store, 1).status == 200
    served = store.call("GET", "/plugins/todo/versions/1/openapi.yaml").text
    assert f"https://{HOST}" in served
    assert "sha256:" + hashlib.sha256(served.encode()).hexdigest() == part["served_digest"]


def test_the_queue_shows_the_longest_waiting_first_and_pages(store: Cloud, web: Web) -> None:
    for name in ("one", "two", "three"):
        publish(web, 1)
        store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": name}, who=DEVELOPER)
        store.work()
    first = store.call("GET", "/v1/reviews?limit=2", who=REVIEWER).json
    second = store.call("GET", f"/v1/reviews?limit=2&cursor={first['next_cursor']}", who=REVIEWER).json
    assert [item["plugin_id"] for item in first["items"] + second["items"]] == ["one", "two", "three"]
    assert second["next_cursor"] is None


def test_another_developer_is_not_told_that_a_plugin_is_there(store: Cloud) -> None:
    submit(store, 1)
    for method, path in (
        ("GET", "/v1/plugins/todo"),
        ("GET", "/v1/plugins/todo/versions"),
        ("GET", "/v1/plugins/todo/versions/1"),
        ("GET", "/v1/plugins/todo/versions/1/report"),
        ("POST", "/v1/plugins/todo/versions"),
    ):
        answer = store.call(method, path, {}, who=OTHER_DEVELOPER)
        nowhere = store.call(method, path.replace("todo", "nowhere"), {}, who=OTHER_DEVELOPER)
        assert (answer.status, nowhere.status) == (404, 404)
        assert answer.text.replace("todo", "nowhere") == nowhere.text


def test_a_taken_id_is_refused_with_a_clear_word(store: Cloud) -> None:
    submit(store, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    answer = store.call("POST", "/v1/plugins", body, who=OTHER_DEVELOPER)
    assert (answer.status, answer.json["type"]) == (409, "urn:standfast:problem:plugin-id-taken")
    assert "todo" in answer.json["detail"]


def test_a_manifest_that_cannot_be_fetched_makes_the_version_invalid(store: Cloud) -> None:
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    assert store.work() == []
    found = version(store, 1).json
    assert found["state"] == "invalid"
    assert [(each["code"], each["document"]) for each in found["findings"]] == [("fetch.status", "manifest")]


def test_a_name_too_near_to_that_of_a_live_plugin_is_shown_to_the_reviewer(store: Cloud, web: Web) -> None:
    submit(store, 1)
    approve(store, 1)
    web.documents[MANIFEST_URL] = manifest("Another one.", name_for_model="todoo", name_for_human="Todoo")
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "other"}, who=DEVELOPER)
    store.work()
    found = store.call("GET", "/v1/plugins/other/versions/1", who=REVIEWER).json
    assert found["state"] == "in_review"
    assert "todo" in " ".join(each["message"] for each in found["findings"]).lower()

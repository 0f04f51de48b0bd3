"""Requests that are wrong, repeated, or from the wrong person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.aws import DEVELOPER, NOBODY, OTHER_DEVELOPER, REVIEWER, Person
from tests.integration.documents import MANIFEST_URL, approve, publish, submit, version

if TYPE_CHECKING:
    from tests.integration.aws import Cloud, Web

PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://todo.example.com/x",
        "https://127.0.0.1/x",
        "https://user@todo.example.com/x",
        "todo",
    ],
)
def test_a_url_that_will_never_be_fetched_is_refused_at_once(store: Cloud, url: str) -> None:
    answer = store.call("POST", "/v1/plugins", {"manifest_url": url}, who=DEVELOPER)
    assert (answer.status, answer.headers["content-type"]) == (422, PROBLEM)
    assert answer.json["errors"][0]["pointer"] == "/manifest_url"
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/manifest_url"),
        ({"manifest_url": MANIFEST_URL, "plugin_id": "No Good"}, "/plugin_id"),
        ({"manifest_url": 7}, "/manifest_url"),
        ({"manifest_url": MANIFEST_URL, "owner": "me"}, "/owner"),
    ],
)
def test_a_body_that_does_not_fit_is_a_problem_that_points_at_the_place(
    store: Cloud, body: dict[str, object], pointer: str
) -> None:
    answer = store.call("POST", "/v1/plugins", body, who=DEVELOPER)
    assert (answer.status, answer.headers["content-type"]) == (422, PROBLEM)
    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[" * 100_000, b"null", b"[]"])
def test_a_body_that_is_no_json_object_is_a_problem(store: Cloud, body: bytes) -> None:
    answer = store.call("POST", "/v1/plugins", body, who=DEVELOPER)
    assert answer.status in {400, 422}
    assert answer.headers["content-type"] == PROBLEM


@pytest.mark.parametrize(("who", "status"), [(None, 401), (NOBODY, 403), (REVIEWER, 403)])
def test_only_developers_submit(store: Cloud, who: Person | None, status: int) -> None:
    answer = store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL}, who=who)
    assert (answer.status, answer.headers["content-type"]) == (status, PROBLEM)


def test_the_right_scope_without_the_group_is_not_enough(store: Cloud) -> None:
    impostor = Person("someone", "standfast/publish standfast/review", "")
    assert store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL}, who=impostor).status == 403
    assert store.call("GET", "/v1/reviews", who=impostor).status == 403


@pytest.mark.parametrize("limit", ["0", "101", "-1", "x", "1.5", "9" * 40, "²"])
def test_a_limit_out_of_range_is_a_problem(store: Cloud, limit: str) -> None:
    answer = store.call("GET", f"/v1/reviews?limit={limit}", who=REVIEWER)
    assert answer.status == 422


def test_a_cursor_from_elsewhere_is_a_problem(store: Cloud) -> None:
    answer = store.call("GET", "/v1/reviews?cursor=abc", who=REVIEWER)
    assert (answer.status, answer.json["type"]) == (400, "urn:standfast:problem:invalid-cursor")


@pytest.mark.parametrize(
    "path", ["/v1/plugins/No%20Good", "/v1/plugins/todo/versions/0", "/v1/plugins/todo/versions/x"]
)
def test_a_malformed_name_in_the_path_is_not_found(store: Cloud, path: str) -> None:
    assert store.call("GET", path, who=REVIEWER).status == 404


def test_a_repeated_registration_with_its_key_is_carried_out_once(store: Cloud, web: Web) -> None:
    publish(web, 1)
    body = {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}
    key = {"idempotency-key": "first"}
    answers = [store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers=key) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].text == answers[1].text
    without = store.call("POST", "/v1/plugins", body, who=DEVELOPER)
    assert without.status == 409


def test_a_repeated_upgrade_with_its_key_burns_no_number(store: Cloud) -> None:
    submit(store, 1)
    key = {"idempotency-key": "upgrade"}
    for _ in range(3):
        answer = store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER, headers=key)
        assert answer.json["version"] == 2
    assert store.call("GET", "/v1/plugins/todo", who=DEVELOPER).json["last_version"] == 2


def test_a_repeated_approval_with_its_key_is_told_the_same(store: Cloud) -> None:
    submit(store, 1)
    digest = version(store, 1).json["digest"]
    path, key = "/v1/plugins/todo/versions/1/approve", {"idempotency-key": "yes"}
    answers = [store.call("POST", path, {"digest": digest}, who=REVIEWER, headers=key) for _ in range(2)]
    assert [(each.status, each.json["state"]) for each in answers] == [(200, "live"), (200, "live")]


def test_a_key_that_was_used_for_another_request_is_refused(store: Cloud) -> None:
    key = {"idempotency-key": "same"}
    for name, status in (("one", 202), ("two", 422)):
        body = {"manifest_url": MANIFEST_URL, "plugin_id": name}
        assert store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers=key).status == status


def test_a_key_belongs_to_its_caller(store: Cloud) -> None:
    for who, name in ((DEVELOPER, "one"), (OTHER_DEVELOPER, "two")):
        body = {"manifest_url": MANIFEST_URL, "plugin_id": name}
        answer = store.call("POST", "/v1/plugins", body, who=who, headers={"idempotency-key": "same"})
        assert answer.json["plugin_id"] == name


def test_an_unreadable_key_is_a_problem(store: Cloud) -> None:
    body = {"manifest_url": MANIFEST_URL}
    answer = store.call("POST", "/v1/plugins", body, who=DEVELOPER, headers={"idempotency-key": "a" * 256})
    assert answer.status == 400


def test_versions_are_listed_newest_first_and_page(store: Cloud) -> None:
    for number in (1, 2, 3):
        submit(store, number)
        approve(store, number)
    first = store.call("GET", "/v1/plugins/todo/versions?limit=2", who=DEVELOPER).json
    rest = store.call("GET", f"/v1/plugins/todo/versions?limit=2&cursor={first['next_cursor']}", who=DEVELOPER).json
    assert [item["version"] for item in first["items"] + rest["items"]] == [3, 2, 1]


def test_a_plugin_shows_its_live_version_and_its_candidate_side_by_side(store: Cloud) -> None:
    submit(store, 1)
    approve(store, 1)
    submit(store, 2)
    found = store.call("GET", "/v1/plugins/todo", who=DEVELOPER).json
    assert found["status"] == "approved"
    assert (found["live"]["version"], found["candidate"]["version"]) == (1, 2)
    assert [item["plugin_id"] for item in store.call("GET", "/v1/plugins", who=DEVELOPER).json["items"]] == ["todo"]
    assert store.call("GET", "/v1/plugins", who=OTHER_DEVELOPER).json["items"] == []


def test_the_api_describes_itself(store: Cloud) -> None:
    description = store.call("GET", "/v1/openapi.json")
    assert description.json["openapi"] == "3.1.0"
    assert "/v1/plugins/{plugin_id}/versions/{version}/approve" in description.json["paths"]
    page = store.call("GET", "/v1/docs")
    assert page.headers["content-type"].startswith("text/html")
    assert "<script" not in page.text


def test_every_finding_leads_to_the_page_that_explains_it(store: Cloud, web: Web) -> None:
    web.documents[MANIFEST_URL] = b"{not json"
    store.call("POST", "/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, who=DEVELOPER)
    store.work()
    path, _, anchor = version(store, 1).json["findings"][0]["page"].partition("#")
    assert f'id="{anchor}"' in store.call("GET", path).text

"""The report over HTTP: JSON for programs, a page for people, within what an answer may hold."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.aws import DEVELOPER, OTHER_DEVELOPER, OTHER_REVIEWER, REVIEWER, Answer, Cloud, Person
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, approve, submit

if TYPE_CHECKING:
    from collections.abc import Sequence

LANES = ["destination", "model_text", "capability", "contract", "listing"]
LARGEST_ANSWER = 6 * 1024 * 1024
"""Bytes of what a function may return, as Lambda counts them."""
BROWSER = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def report(store: Cloud, number: int, who: Person = REVIEWER) -> Answer:
    return store.call("GET", f"/v1/plugins/todo/versions/{number}/report", who=who)


def page(store: Cloud, number: int) -> Answer:
    """Return the report as a browser asks for it."""
    return store.call("GET", f"/v1/plugins/todo/versions/{number}/report", who=REVIEWER, headers=BROWSER)


def upgraded(store: Cloud) -> None:
    """Have version 1 live and version 2 in review."""
    submit(store, 1)
    assert approve(store, 1, who=OTHER_REVIEWER).status == 200
    submit(store, 2)


def changes(answer: Answer) -> Sequence[dict[str, Any]]:
    found: list[dict[str, Any]] = answer.json["differences"][0]["changes"]
    return found


def test_a_report_carries_risk_changes_findings_and_evidence(store: Cloud) -> None:
    upgraded(store)
    found = report(store, 2).json
    (comparison,) = found["differences"]
    assert (comparison["against"], comparison["version"], comparison["problem"]) == ("live", 1, None)
    assert found["risk"]["level"] == comparison["risk"] == "medium"
    assert set(found["risk"]["reasons"]) >= set(comparison["reasons"])
    assert list(comparison["counts"]) == LANES
    assert sum(comparison["counts"].values()) == len(comparison["changes"])
    assert (found["live_version"], found["seen_version"], comparison["left_out"]) == (1, None, 0)
    assert {piece["role"] for piece in found["evidence"]} >= {"manifest", "schema"}


def test_changes_have_their_places_values_and_words(store: Cloud) -> None:
    upgraded(store)
    text = next(change for change in changes(report(store, 2)) if change["lane"] == "model_text")
    assert text["old_pointer"] == text["new_pointer"] == "/manifest/description_for_model"
    assert (text["before"], text["after"], text["shortened"]) == ("Lists, version 1.", "Lists, version 2.", False)
    assert text["words"] == [
        {"op": "equal", "text": "Lists, version"},
        {"op": "delete", "text": " 1"},
        {"op": "insert", "text": " 2"},
        {"op": "equal", "text": "."},
    ]
    operation = next(change for change in changes(report(store, 2)) if change["lane"] == "capability")
    assert (operation["code"], operation["words"]) == ("capability.operation-added", None)
    assert operation["after"]["operationId"] == "item1"


def test_the_owner_reads_it_and_nobody_else(store: Cloud) -> None:
    upgraded(store)
    assert report(store, 2, DEVELOPER).json["differences"] == report(store, 2).json["differences"]
    assert report(store, 2, OTHER_DEVELOPER).status == 404


def test_a_reviewer_is_told_what_changed_since_they_last_looked(store: Cloud) -> None:
    upgraded(store)
    report(store, 2)
    submit(store, 3)
    found = report(store, 3).json
    assert [(each["against"], each["version"]) for each in found["differences"]] == [("live", 1), ("seen", 2)]
    assert found["seen_version"] == 2
    assert report(store, 3, OTHER_REVIEWER).json["seen_version"] == 1
    assert report(store, 3, DEVELOPER).json["seen_version"] is None


def test_a_first_version_says_that_there_is_nothing_to_compare_it_with(store: Cloud) -> None:
    submit(store, 1)
    found = report(store, 1).json
    assert (found["differences"], found["live_version"], found["risk"]["level"]) == ([], None, None)
    assert found["risk"]["reasons"][0] == "Nothing is live to compare it with: all of it is new."


def test_a_version_that_cannot_be_read_says_that_it_cannot_be_compared(store: Cloud) -> None:
    upgraded(store)
    store.web.documents[SCHEMA_URL] = b"openapi: [3.0.1\n"
    store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
    store.work()
    found = report(store, 3).json
    (comparison,) = found["differences"]
    assert (found["state"], comparison["risk"], comparison["changes"]) == ("invalid", None, [])
    assert "version 3" in comparison["problem"]


def test_a_browser_gets_a_page_that_may_load_and_run_nothing(store: Cloud) -> None:
    upgraded(store)
    found = page(store, 2)
    assert found.headers["content-type"] == "text/html; charset=utf-8"
    assert found.headers["content-security-policy"].startswith("default-src 'none'")
    assert "script" not in found.headers["content-security-policy"]
    assert found.headers["cache-control"] == "no-store"
    assert "What the model reads" in found.text
    assert "<del> 1</del><ins> 2</ins>" in found.text


def test_both_forms_say_that_they_differ_by_what_is_accepted(store: Cloud) -> None:
    upgraded(store)
    answers = [report(store, 2), page(store, 2)]
    assert [answer.headers["vary"] for answer in answers] == ["Accept", "Accept"]
    assert answers[0].headers["content-type"] == "application/json"


def _large(text: str) -> bytes:
    answer = {"200": {"description": "ok"}}
    paths = {
        f"/items/{n}": {"get": {"operationId": f"item{n}", "summary": text, "responses": answer}} for n in range(9_000)
    }
    servers = [{"url": "https://todo.example.com"}]
    info = {"title": "Todo", "version": "1"}
    return json.dumps({"openapi": "3.0.1", "info": info, "servers": servers, "paths": paths}).encode()


@pytest.mark.slow
def test_a_report_on_the_largest_documents_fits_an_answer_and_comes_in_time(store: Cloud) -> None:
    upgraded(store)
    for text in ("Item " + '"<&\\' * 45, "Items " + "'<&\\" * 55):
        store.web.documents[SCHEMA_URL] = _large(text)
        assert 3_000_000 < len(store.web.documents[SCHEMA_URL]) <= 4 * 1024 * 1024
        store.call("POST", "/v1/plugins/todo/versions", {}, who=DEVELOPER)
        assert store.work() == []
        number = store.call("GET", "/v1/plugins/todo", who=DEVELOPER).json["last_version"]
        began = time.perf_counter()
        answers = [report(store, number), page(store, number)]
        seconds = (time.perf_counter() - began) / 2
        assert seconds < 25  # about three on a machine of its own; Lambda gives up after 29
        assert all(len(json.dumps(answer.text).encode()) < LARGEST_ANSWER for answer in answers)
        assert answers[0].json["differences"][-1]["left_out"] > 8_000
    assert [each["against"] for each in answers[0].json["differences"]] == ["live", "seen"]
    assert MANIFEST_URL in store.web.fetches

"""What reviewers read of a version besides its report: its documents, what it may do, whose it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.console_browser import paged_store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration.console_browser import PagedStore

VERSION = "/v1/plugins/todo/versions/1"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PagedStore]:
    data: Path = tmp_path_factory.mktemp("data")
    with paged_store(data) as opened:
        opened.submit(1)
        yield opened


@pytest.mark.parametrize("who", ["developer", "reviewer"])
def test_a_pinned_document_is_read_exactly_as_it_was_fetched(shop: PagedStore, who: str) -> None:
    parts = shop.call("GET", VERSION, who=who).json["parts"]
    for part in parts:
        document = shop.call("GET", f"{VERSION}/documents/{part['name']}", who=who).json
        assert {name: document[name] for name in part.keys() & document.keys()} == {
            name: part[name] for name in part.keys() & document.keys()
        }
        if part["role"] == "manifest":
            assert json.loads(document["text"])["name_for_model"] == "todo"
        if part["role"] == "logo":
            assert document["text"] is None


def test_a_document_that_is_none_is_not_found(shop: PagedStore) -> None:
    answer = shop.call("GET", f"{VERSION}/documents/other.json", who="reviewer")
    assert answer.status == 404
    assert "other.json" in answer.json["detail"]


def test_what_a_version_may_do_is_told(shop: PagedStore) -> None:
    told = shop.call("GET", f"{VERSION}/permissions", who="reviewer").json
    assert told["problem"] is None
    assert told["hosts"] == ["todo.example.com"]
    assert told["operations"]
    assert {"method", "path", "operation_id", "summary", "consequential"} == set(told["operations"][0])


@pytest.mark.parametrize("path", ["permissions", "documents/ai-plugin.json"])
def test_nobody_else_reads_a_version(shop: PagedStore, path: str) -> None:
    assert shop.call("GET", f"{VERSION}/{path}", who="developer2").status == 404
    assert shop.call("GET", f"{VERSION}/{path}").status == 401


def test_reviewers_see_whose_a_plugin_is_and_what_else_is_theirs(shop: PagedStore) -> None:
    assert shop.call("GET", "/v1/plugins/todo", who="reviewer").json["owner"] == "developer"
    listed = shop.call("GET", "/v1/plugins?owner=developer", who="reviewer").json["items"]
    assert [each["plugin_id"] for each in listed] == ["todo"]


def test_publishers_see_their_own_alone(shop: PagedStore) -> None:
    assert shop.call("GET", "/v1/plugins/todo", who="developer").json["owner"] is None
    assert shop.call("GET", "/v1/plugins?owner=developer", who="developer").status == 200
    assert shop.call("GET", "/v1/plugins?owner=developer2", who="developer").status == 403


def test_the_queue_tells_what_is_known_at_a_glance(shop: PagedStore) -> None:
    (waiting,) = shop.call("GET", "/v1/reviews", who="reviewer").json["items"]
    assert (waiting["risk"], waiting["live_version"]) == ("medium", None)

"""The lines beside a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from functions.console.excerpts import beside_their_lines, excerpt
from functions.console.store import Reply, StoreApi

if TYPE_CHECKING:
    from collections.abc import Mapping

LINES = [f"line {number}" for number in range(1, 10)]


def finding(severity: str, line: int | None, document: str = "schema") -> dict[str, Any]:
    return {"severity": severity, "line": line, "column": 1, "document": document}


def version(*findings: dict[str, Any]) -> dict[str, Any]:
    parts = [{"role": "schema", "name": "openapi.yaml"}]
    return {"plugin_id": "todo", "version": 1, "parts": parts, "findings": list(findings)}


class Api:
    """An API that has one document, or refuses."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.asked: list[str] = []

    def __call__(self, method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        del method, headers, body
        self.asked.append(url)
        return Reply(self.status, {}, b'{"text": "one\\ntwo\\nthree"}')


def test_a_line_stands_between_its_neighbours() -> None:
    found = excerpt(LINES, 5, 1)
    assert [(line.number, line.is_hit) for line in found] == [(3, False), (4, False), (5, True), (6, False), (7, False)]


def test_the_first_and_the_last_line_have_neighbours_on_one_side() -> None:
    assert [line.number for line in excerpt(LINES, 1, 1)] == [1, 2, 3]
    assert [line.number for line in excerpt(LINES, 9, 1)] == [7, 8, 9]


def test_of_a_long_line_that_is_shown_which_is_near_the_column() -> None:
    (line,) = excerpt(["a" * 1000 + "HERE" + "b" * 1000], 1, 1001)
    assert "HERE" in line.text
    assert line.text.startswith("…")
    assert line.text.endswith("…")
    assert len(line.text) <= 162


def test_errors_come_before_warnings() -> None:
    shown = beside_their_lines(
        version(finding("notice", 1), finding("warning", 1), finding("error", 1)), StoreApi(Api(), "")
    )
    assert [each.finding["severity"] for each in shown] == ["error", "warning", "notice"]


def test_a_document_is_read_once_whatever_was_found_in_it() -> None:
    api = Api()
    beside_their_lines(version(*(finding("error", 2) for _ in range(9))), StoreApi(api, "https://store.example"))
    assert api.asked == ["https://store.example/v1/plugins/todo/versions/1/documents/openapi.yaml"]


def test_nothing_is_read_for_findings_without_a_place() -> None:
    api = Api()
    (shown,) = beside_their_lines(version(finding("error", None)), StoreApi(api, ""))
    assert (shown.lines, api.asked) == ((), [])


def test_a_line_that_the_document_does_not_have_is_not_shown() -> None:
    (shown,) = beside_their_lines(version(finding("error", 99)), StoreApi(Api(), ""))
    assert shown.lines == ()


def test_a_document_that_is_not_to_be_had_leaves_the_finding_alone() -> None:
    (shown,) = beside_their_lines(version(finding("error", 1)), StoreApi(Api(500), ""))
    assert shown.lines == ()


def test_only_so_many_findings_have_their_lines() -> None:
    shown = beside_their_lines(version(*(finding("error", 1) for _ in range(99))), StoreApi(Api(), ""))
    assert sum(1 for each in shown if each.lines) == 60

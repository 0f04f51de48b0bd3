"""Hostile documents: each is answered within a second, with findings, and without touching anything outside."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.contracts.hostile import DOCUMENTS

pytestmark = pytest.mark.xdist_group("hostile documents")
_HERE = Path(__file__).parent
_ROOT = _HERE.parents[2]
_LONGEST = 1.0
"""Seconds of CPU time for one document, at the pace of an idle core."""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, str(_HERE / "hostile_run.py"), *arguments]
    environment = {"PYTHONPATH": str(_ROOT), "PATH": "/usr/bin:/bin"}
    return subprocess.run(  # noqa: S603 - this very interpreter, on a program of ours
        program, cwd=_ROOT, env=environment, capture_output=True, text=True, check=False
    )


def reports(*arguments: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in run(*arguments).stdout.splitlines()]


@pytest.fixture(scope="module")
def results() -> list[dict[str, object]]:
    return reports()


def test_there_are_more_than_sixty_of_them() -> None:
    assert len(DOCUMENTS) >= 120


def test_none_of_them_ends_the_process(results: list[dict[str, object]]) -> None:
    assert [result["name"] for result in results] == list(DOCUMENTS)


def test_none_of_them_touches_a_file_a_socket_or_a_process(results: list[dict[str, object]]) -> None:
    assert {result["name"]: result["events"] for result in results if result["events"]} == {}


def test_each_of_them_is_judged_within_a_second(results: list[dict[str, object]]) -> None:
    slow = _slow(results)
    # What was slow gets two more chances, in a process of its own: a busy neighbour slows a core in bursts.
    for _ in range(2):
        slow = _slow(reports(*slow)) if slow else []
    assert slow == []


def _slow(results: list[dict[str, object]]) -> list[str]:
    return [str(result["name"]) for result in results if float(str(result["seconds"])) > _LONGEST]


def test_each_of_them_is_told_what_is_wrong(results: list[dict[str, object]]) -> None:
    assert [result["name"] for result in results if not result["codes"]] == []
    assert [result["name"] for result in results if int(str(result["count"])) > 200] == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("json_brackets", "document.too-deep"),
        ("yaml_dashes_full", "document.too-deep"),
        ("yaml_billion_laughs", "document.too-many-nodes"),
        ("yaml_long_text_alias", "document.yaml-expansion"),
        ("yaml_python_object", "document.yaml-tag"),
        ("yaml_merge_bomb", "document.yaml-merge"),
        ("reference_to_a_file", "schema.ref-external"),
        ("reference_to_the_metadata_service", "schema.ref-external"),
        ("reference_ring", "schema.ref-cycle"),
        ("swagger_2", "schema.swagger-2"),
        ("texts_of_phrases", "text.scan-failed"),
        ("manifest_of_tokens", "document.too-large"),
        ("manifest_full_of_tokens", "manifest.type"),
    ],
)
def test_the_reason_is_the_right_one(results: list[dict[str, object]], name: str, code: str) -> None:
    (result,) = (result for result in results if result["name"] == name)
    assert code in str(result["codes"])


_CHEAP = "reference_to_itself"


def test_the_report_of_an_unbroken_run_is_clean() -> None:
    (result,) = reports(_CHEAP)
    assert result["events"] == []
    assert float(str(result["seconds"])) < _LONGEST


@pytest.mark.parametrize(("fault", "event"), [("file", "open"), ("socket", "socket."), ("process", "subprocess.")])
def test_a_rule_that_touches_the_world_is_noticed(fault: str, event: str) -> None:
    (result,) = reports("--plant", fault, _CHEAP)
    assert event in str(result["events"])


def test_a_rule_that_stalls_is_noticed() -> None:
    (result,) = reports("--plant", "slow", _CHEAP)
    assert float(str(result["seconds"])) > _LONGEST


@pytest.mark.parametrize("fault", ["crash", "error"])
def test_a_rule_that_ends_the_process_is_noticed(fault: str) -> None:
    assert reports("--plant", fault, _CHEAP) == []
    assert run("--plant", fault, _CHEAP).returncode != 0

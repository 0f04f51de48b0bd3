"""`standfast policy test`: is it a policy, and what would it have done?"""

from __future__ import annotations

import copy
import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from shared.domain.identity import digest_of_bytes
from tests.unit.cli.plugins import HOST, SCHEMA, run, write_plugin
from tests.unit.cli.test_findings_text import OBEYED

if TYPE_CHECKING:
    from pathlib import Path

POLICY = """policy: careful
rules:
  - {name: same, allow: byte-only}
  - {name: less, allow: narrowing}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "policy.yaml"
    file.write_text(POLICY, encoding="utf-8")
    return file


def another(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Return the schema with other fields in its only operation."""
    schema: dict[str, Any] = copy.deepcopy(SCHEMA)
    schema["paths"]["/items"]["get"] |= changes
    return schema


@pytest.fixture
def history(tmp_path: Path) -> Path:
    """Return a history: first version, the same in other bytes, another text, one that is refused, the former text."""
    folder = tmp_path / "history"
    for number, schema in enumerate((SCHEMA, SCHEMA, another(summary="All."), {"openapi": "2"}, SCHEMA), 1):
        name = "openapi.json" if number == 2 else "openapi.yaml"
        write_plugin(folder / HOST / f"{number:02}", name=name, schema=schema)
    days = {f"2023-06-0{number}": {HOST: number} for number in range(1, 6)}
    (folder / "days.json").write_text(json.dumps(days), encoding="utf-8")
    return folder


def test_a_policy_is_told_by_its_digest(policy: Path) -> None:
    ended = run("policy", "test", policy)
    assert ended.status == 0
    assert f"careful  {digest_of_bytes(POLICY.encode())}" in ended.out
    assert "narrowing" in ended.out


def test_each_upgrade_is_let_through_by_a_rule_or_left_to_people(policy: Path, history: Path) -> None:
    ended = run("policy", "test", policy, "--history", history, "--json")
    assert ended.status == 0
    assert [(rule["name"], rule["approved"]) for rule in ended.json["rules"]] == [("same", 1), ("less", 0)]
    assert (ended.json["upgrades"], ended.json["first_versions"], ended.json["refused"]) == (3, 1, 1)
    assert ended.json["approved"] == [{"day": "2023-06-02", "plugin": HOST, "version": 2, "rule": "same"}]
    assert [each["version"] for each in ended.json["for_people"]] == [3, 5]
    assert ended.json["for_people"][0]["why"] == {
        "same": "what it says is not the same",
        "less": "1 change beyond narrowing: model_text.summary-changed",
    }


def test_what_was_refused_is_never_what_the_next_one_is_compared_with(policy: Path, history: Path) -> None:
    for_people = run("policy", "test", policy, "--history", history, "--json").json["for_people"]
    assert for_people[1]["why"] == for_people[0]["why"]


def test_a_person_reads_the_same(policy: Path, history: Path) -> None:
    out = run("policy", "test", policy, "--history", history).out
    assert f"2023-06-02 {HOST}, version 2  same" in out
    assert "less: 1 change beyond narrowing: model_text.summary-changed" in re.sub(r"\s*\n\s*│ ", " ", out)
    assert "3 upgrades: 1 without a reviewer, 2 for people." in out


def test_without_days_versions_follow_one_another_by_number(policy: Path, history: Path) -> None:
    (history / "days.json").unlink()
    found = run("policy", "test", policy, "--history", history, "--json").json
    assert found["approved"] == [{"day": None, "plugin": HOST, "version": 2, "rule": "same"}]


def test_an_invalid_policy_ends_with_1_and_says_where(policy: Path) -> None:
    policy.write_text("policy: careful\nrules:\n  - {name: a, allow: everything}\n  - {name: b}\n", encoding="utf-8")
    ended = run("policy", "test", policy)
    assert (ended.status, ended.out) == (1, "")
    assert "line 3, column 22: /rules/0/allow: there is no kind of rule 'everything'" in ended.err
    assert "/rules/1/allow: this is missing" in ended.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["/no/such/policy"], "POLICY: "),
        (["{policy}", "--history", "/no/such/folder"], "--history: There is no folder '/no/such/folder'."),
        (["{policy}", "--history", "{broken}"], "days.json' is not {day: {host: number}}."),
    ],
)
def test_wrong_usage_of_a_policy_ends_with_2(policy: Path, tmp_path: Path, arguments: list[str], word: str) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "days.json").write_text("[]", encoding="utf-8")
    ended = run("policy", "test", *(argument.format(policy=policy, broken=broken) for argument in arguments))
    assert ended.status == 2
    assert word in re.sub(r"\s+", " ", ended.err)


def test_hostile_names_reach_no_terminal(policy: Path, history: Path) -> None:
    (history / HOST).rename(history / "a\u202eb\x1b[2J.example")
    (history / "days.json").unlink()
    assert not OBEYED.search(run("policy", "test", policy, "--history", history).out)


def test_the_help_of_policy_has_an_example_and_the_exit_statuses() -> None:
    told = re.sub(r"\s+", " ", run("policy", "test", "--help").out)
    assert "standfast policy test policy.yaml --history store" in told
    assert "0 the policy is valid, 1 it is not" in told

"""`standfast envelope`: proposing and trying what may vary."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.cli.plugins import SCHEMA, run, write_plugin

if TYPE_CHECKING:
    from pathlib import Path


def _version(folder: Path, summary: str) -> Path:
    schema: dict[str, Any] = copy.deepcopy(SCHEMA)
    schema["paths"]["/items"]["get"]["summary"] = summary
    return write_plugin(folder, schema=schema)


@pytest.fixture
def history(tmp_path: Path) -> list[Path]:
    return [_version(tmp_path / "store" / f"{day:02}", f"Items of 2023-05-{day}.") for day in (22, 23, 24)]


@pytest.fixture
def envelope(history: list[Path], tmp_path: Path) -> Path:
    path = tmp_path / "envelope.json"
    path.write_text(run("envelope", "propose", *history).out, encoding="utf-8")
    return path


def test_an_envelope_is_proposed_and_said_aside(history: list[Path]) -> None:
    ended = run("envelope", "propose", *history, "--refresh-minutes", "60")
    assert ended.status == 0
    assert ended.json["refresh_minutes"] == 60
    (slot,) = ended.json["texts"]
    assert slot["reads"] == ["Items of ", {"date": "YYYY-MM-DD"}, "."]
    assert "It holds 3 of 3 documents." in ended.err
    assert "every hour" in ended.err


def test_one_folder_stands_for_the_folders_in_it(history: list[Path]) -> None:
    assert run("envelope", "propose", history[0].parent).json == run("envelope", "propose", *history).json


def test_what_the_proposal_does_not_hold_ends_with_1_and_is_told(history: list[Path], tmp_path: Path) -> None:
    other = _version(tmp_path / "other", "Something else")
    ended = run("envelope", "propose", other, *history)
    assert ended.status == 1
    assert "outside.changed" in ended.err
    assert "It holds 1 of 4 documents." in ended.err


def test_a_document_within_ends_with_0(history: list[Path], envelope: Path) -> None:
    ended = run("envelope", "check", envelope, history[-1], history[0])
    assert (ended.status, ended.out.strip().endswith("is within the envelope.")) == (0, True)


def test_a_document_beside_ends_with_1_and_says_where(history: list[Path], envelope: Path, tmp_path: Path) -> None:
    other = _version(tmp_path / "other", "Items of today.")
    ended = run("envelope", "check", envelope, history[-1], other)
    assert ended.status == 1
    assert "openapi.yaml:" in ended.out
    assert "outside.text" in ended.out
    told = run("envelope", "check", envelope, history[-1], other, "--json").json
    assert told["contained"] is False
    assert [reason["pointer"] for reason in told["reasons"]] == ["/paths/~1items/get/summary"]


def test_an_envelope_that_does_not_fit_its_base_ends_with_1(history: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "envelope.yaml"
    path.write_text("texts: [{at: /info/nothing, reads: [x]}]\n", encoding="utf-8")
    ended = run("envelope", "check", path, history[-1], history[-1])
    assert ended.status == 1
    assert "envelope.place-unknown" in ended.out


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["propose", "/no/such/folder"], "DIR: '/no/such/folder' cannot be read"),
        (["propose", "{empty}"], "nor a folder that holds one"),
        (["check", "{broken}", "{base}", "{base}"], "is no envelope. At /texts:"),
        (["check", "{base}/openapi.yaml", "{base}", "/no/such/file"], "is no envelope"),
        (["check", "/no/such/file", "{base}", "{base}"], "ENVELOPE: "),
        (["check", "{good}", "{base}", "/no/such/file"], "DOCUMENT: "),
        (["propose", "{base}", "--refresh-minutes", "1"], "15"),
    ],
)
def test_wrong_use_ends_with_2_and_says_what_was_wrong(
    history: list[Path], tmp_path: Path, arguments: list[str], word: str
) -> None:
    (tmp_path / "empty").mkdir()
    for name, value in (("broken", {"texts": 7}), ("good", {"envelope": 1})):
        (tmp_path / name).write_text(json.dumps(value), encoding="utf-8")
    places = {name: tmp_path / name for name in ("empty", "broken", "good")} | {"base": history[0]}
    ended = run("envelope", *(each.format(**places) for each in arguments))
    assert ended.status == 2
    assert word in " ".join(ended.err.split())

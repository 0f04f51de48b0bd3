"""The command line, and what the demonstrations make of what they see."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import jwt
import pytest

from local.__main__ import main
from local.client import Reply
from local.demo import FIRST, SECOND, Edition, Sights
from local.reader import Poll, percentile
from local.replay import Edition as CorpusEdition
from local.replay import History, Judge, Ledger, run_replay

if TYPE_CHECKING:
    from pathlib import Path


def test_a_token_is_the_last_line_that_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["token", "--subject", "ann", "--group", "reviewers"], {"DATA_DIR": str(tmp_path)}) == 0
    (line,) = capsys.readouterr().out.splitlines()
    claims = jwt.decode(line, options={"verify_signature": False})
    assert (claims["sub"], claims["cognito:groups"]) == ("ann", ["reviewers"])


@pytest.mark.parametrize("command", [[], ["run"], ["token"], ["demo"], ["replay"]])
def test_every_command_explains_itself(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"], {})
    assert end.value.code == 0
    assert "usage: python -m local" in capsys.readouterr().out


@pytest.mark.parametrize("address", ["8080", ":8080", "host:", "host:port"])
def test_connect_to_is_a_host_and_a_port(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["run"], {"CONNECT_TO": address})
    assert end.value.code == 2
    assert "is not HOST:PORT" in capsys.readouterr().err


def test_without_a_corpus_the_replay_says_so_and_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_replay(tmp_path) == 0
    assert "Skipped" in capsys.readouterr().out


# -------------------------------------------------------------------------------------------------------------- demo


def reply(body: bytes, status: int = 200) -> Reply:
    return Reply(status, {}, body, 0.001)


def poll(
    manifest: bytes, schema: bytes, *, path: str = "/plugins/weather/versions/1/openapi.yaml", at: float = 1.0
) -> Poll:
    return Poll("weather", at, at + 0.1, reply(manifest), path, reply(schema))


def edition_poll(edition: Edition, at: float) -> Poll:
    return poll(edition.manifest, edition.schema, at=at)


def test_a_row_of_polls_of_one_version_is_one_sight() -> None:
    sights = Sights()
    for at, edition in enumerate([FIRST, FIRST, SECOND, FIRST]):
        assert sights.judge(edition_poll(edition, at)) == ""
    assert [(sight.version, sight.polls) for sight in sights.seen] == [(1, 2), (2, 1), (1, 1)]


@pytest.mark.parametrize(
    ("manifest", "schema"), [(FIRST.manifest, SECOND.schema), (SECOND.manifest, FIRST.schema), (FIRST.manifest, b"x")]
)
def test_a_mixed_pair_is_noticed(manifest: bytes, schema: bytes) -> None:
    sights = Sights()
    assert "the schema of version" in sights.judge(poll(manifest, schema))
    assert sights.seen == []


def test_a_poll_without_both_documents_has_failed() -> None:
    assert not poll(b"{}", b"x").has_failed
    assert Poll("p", 0, 1, reply(b"", 404), "", None).has_failed
    assert Poll("p", 0, 1, reply(b"{}"), "/x", reply(b"", 500)).has_failed
    assert Poll("p", 0, 1, reply(b"{}"), "", None).has_failed


def test_percentiles_are_of_the_values_seen() -> None:
    assert [percentile([3, 1, 2], share) for share in (0, 0.5, 1)] == [1, 2, 3]
    assert percentile([], 0.5) == 0


# ------------------------------------------------------------------------------------------------------------ replay

MANIFEST: dict[str, Any] = {"name_for_model": "w", "api": {"type": "openapi", "url": "https://w.example/openapi.yaml"}}
SCHEMA = b"openapi: 3.0.1\nservers: [{url: /api}]\npaths: {}\n"


def judged(served_manifest: dict[str, Any], served_schema: bytes, version: int, *, approved_at: float = 0.5) -> str:
    edition = CorpusEdition("w.example", 1, json.dumps(MANIFEST).encode(), SCHEMA)
    ledger = Ledger(
        editions={("w", 1): edition, ("w", 2): edition},
        approved={"w": ((0.0, 1), (approved_at, 2))},
        approving={"w": 2},
    )
    path = f"/plugins/w/versions/{version}/openapi.yaml"
    seen = Poll("w", 1.0, 1.1, reply(json.dumps(served_manifest).encode()), path, reply(served_schema))
    return Judge(ledger)(seen)


def test_documents_of_the_approved_version_are_fine_whatever_their_served_form() -> None:
    served = {**MANIFEST, "api": {"type": "openapi", "url": "http://127.0.0.1/plugins/w/versions/2/openapi.yaml"}}
    assert judged(served, SCHEMA, 2) == ""
    assert judged(served, SCHEMA.replace(b"/api", b"https://w.example/api"), 2) == ""


def test_another_version_s_documents_are_noticed() -> None:
    assert "while 2 was approved" in judged(MANIFEST, SCHEMA, 1)
    assert "while 2 was approved" in judged(MANIFEST, SCHEMA, 3)
    assert "manifest" in judged({**MANIFEST, "name_for_model": "v"}, SCHEMA, 2)
    assert "schema" in judged(MANIFEST, SCHEMA + b"info: {}\n", 2)


def test_an_approval_that_was_answered_during_the_poll_binds_nobody() -> None:
    assert "while" in judged(MANIFEST, SCHEMA, 1, approved_at=0.9)
    assert [judged(MANIFEST, SCHEMA, version, approved_at=1.05) for version in (1, 2)] == ["", ""]


def test_changes_of_a_day_are_those_that_were_not_known() -> None:
    history = History((), None)  # type: ignore[arg-type]
    assert list(history.changes({"a": 1, "b": 2, "c": 1}, {"a": 1, "b": 1})) == [("b", 2), ("c", 1)]


def test_a_version_without_schema_is_left_out(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / "h" / f"{number:02}").mkdir(parents=True)
        (tmp_path / "h" / f"{number:02}" / "ai-plugin.json").write_text(json.dumps({"api": {"url": "/x.json?v=1"}}))
    (tmp_path / "h" / "02" / "openapi.json").write_text("{}")
    history = History((), tmp_path)
    assert history.edition("h", 1) is None
    edition = history.edition("h", 2)
    assert edition is not None
    assert (edition.schema_host, edition.schema_path) == ("h", "/x.json")

"""The command line, and what the demonstrations make of what they see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import jwt
import pytest

from local.__main__ import main
from local.client import Reply
from local.demo import FIRST, SECOND, Edition, Sights
from local.reader import Poll, percentile
from local.replay.running import run_replay

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

"""Findings for people: grouped, with the line and a caret, and nothing that a terminal would obey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.plugins import HOST, SCHEMA, run, write_plugin

if TYPE_CHECKING:
    from pathlib import Path

OBEYED = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
"""What a terminal obeys, or what hides text in it, but for the line feed."""
HOSTILE = (
    "a\u202eb\u200b\u009b31m\u2028c\U000e0041[red]x[/red] :warning: ::error::pwned ##[set-output name=x]y\u001b[2J"
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """Return a plugin that tries to command whoever looks at it, in keys and values alike."""
    return write_plugin(
        tmp_path,
        name_for_model=HOSTILE,
        description_for_model=f"{HOSTILE}\n::stop-commands::x\r\n::add-mask::y",
        legal_info_url=f"https://{HOST}\n::error::z",
        schema={**SCHEMA, "paths": {"/\n::error::path": {"get": {"operationId": HOSTILE, "responses": {}}}}},
        **{f"key\n::warning::{HOSTILE}": "x"},
    )


@pytest.mark.parametrize("output_format", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("environment", [{}, {"FORCE_COLOR": ""}, {"GITHUB_ACTIONS": "true"}])
def test_nothing_that_a_terminal_obeys_comes_out(
    hostile: Path, output_format: str, environment: dict[str, str]
) -> None:
    ended = run("check", hostile, "--format", output_format, **environment)
    assert ended.status == 1
    assert not OBEYED.search(ended.out)
    assert "##[" not in ended.out


def test_no_line_of_the_readable_output_begins_as_a_command_of_a_runner(hostile: Path) -> None:
    for line in run("check", hostile).out.splitlines():
        assert not line.strip().startswith(("::", "##["))


def test_hidden_characters_are_written_out(hostile: Path) -> None:
    out = run("check", hostile).out
    assert "⟦U+202E⟧" in out
    assert "⟦U+E0041⟧" in out


def test_brackets_of_a_document_are_no_styles(hostile: Path) -> None:
    assert "[red]x[/red] :warning:" in run("check", hostile).out


def test_a_finding_shows_its_line_with_a_caret(tmp_path: Path) -> None:
    lines = run("check", write_plugin(tmp_path, name_for_model="not a name")).out.splitlines()
    place = next(number for number, line in enumerate(lines) if "^" in line)
    assert lines[place - 1] == '  │ 3 │   "name_for_model": "not a name",'
    assert lines[place - 1][lines[place].index("^")] == '"'
    assert lines[place - 2].startswith("  │ 2 │ ")
    assert "manifest.name-form  3:21" in lines[place - 4]
    assert lines[place + 1].startswith("  │ Fix: ")


def test_findings_are_grouped_by_document(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_model="not a name", schema={**SCHEMA, "openapi": "2.0"})
    out = run("check", folder).out
    assert out.index("Manifest") < out.index("manifest.name-form") < out.index("API description")
    assert out.index("API description") < out.index("schema.version")
    assert out.splitlines()[-2].startswith("Refused: 2 errors")


def test_there_are_no_colours_where_output_is_no_terminal(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_model="not a name")
    assert "\x1b" not in run("check", folder).out


def test_colours_can_be_refused(tmp_path: Path) -> None:
    folder = write_plugin(tmp_path, name_for_model="not a name")
    coloured = run("check", folder, FORCE_COLOR="1", TERM="xterm-256color").out
    assert "\x1b[" in coloured
    plain = run("check", folder, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm-256color").out
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)

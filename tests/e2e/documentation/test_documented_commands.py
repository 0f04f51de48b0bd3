"""Every command of the documentation is typed, and says what the page shows."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING

import pytest

from local.process import PROJECT
from tests.e2e.documentation.pages import PAGES, Block, Command, blocks, foundation, typed
from tests.e2e.documentation.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

ELSEWHERE = {
    "On AWS": "an account would be needed",
    "In the tutorial": "what they need is made there, and there they are typed",
    "With versions of yours": "the tests of these commands have some",
    "In a workflow": "a runner of a CI service would be needed",
}
"""The titles of blocks that are read and not typed, and why."""

TYPED = [page for page in PAGES if typed(page)]


def _name(page: Path) -> str:
    return str(page.relative_to(PROJECT))


@pytest.mark.slow
@pytest.mark.enable_socket
@pytest.mark.timeout(600)
@pytest.mark.parametrize("page", TYPED, ids=_name)
def test_every_command_of_a_page_works_in_the_order_in_which_it_stands_there(page: Path, tmp_path: Path) -> None:
    before = foundation(page)
    with Terminal(tmp_path) as terminal:
        for command in typed(before) if before else []:
            assert terminal.type(command.text)[0] == 0, command.text
        for command in typed(page):
            status, said = terminal.type(command.text)
            assert status == 0, f"{command.text}\n{said}"
            assert shows(said, command.shown), f"{command.text}\n{said}\n--- shown on the page:\n{command.shown}"


def shows(said: str, shown: tuple[str, ...]) -> bool:
    """Tell whether the lines on the page are among what was said, in that order."""
    wanted = [re.escape(line.strip()).replace("…", ".*") for line in shown if line.strip() not in {"", "…"}]
    return re.search(".*".join(wanted), said, re.DOTALL) is not None


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_what_is_not_typed_here_says_where_it_is(page: Path) -> None:
    assert {block.title for block in blocks(page)} <= {"", *ELSEWHERE}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_what_is_not_typed_here_is_still_shell(page: Path) -> None:
    for command in (command for block in blocks(page) if block.title for command in block.commands):
        checked = subprocess.run(  # noqa: S603 - it is read, not run
            ["/bin/bash", "-n", "-c", command.text], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_a_block_is_read_with_its_continuations_its_documents_and_its_answers(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "```console\n$ cat > a <<'END'\n$ not a command\nEND\n$ echo one \\\n    two   # both\none two\n```\n"
        '\n```console title="On AWS"\n$ sam deploy\n```\n',
        encoding="utf-8",
    )
    assert blocks(page) == [
        Block(
            "",
            (Command("cat > a <<'END'\n$ not a command\nEND"), Command("echo one \\\n    two   # both", ("one two",))),
        ),
        Block("On AWS", (Command("sam deploy"),)),
    ]


def test_an_answer_that_is_not_given_is_missed() -> None:
    assert shows("one\ntwo 2\nthree\n", ("one", "two …"))
    assert not shows("one\ntwo 2\n", ("two …", "one"))
    assert not shows("one\n", ("four",))


@pytest.mark.slow
@pytest.mark.enable_socket
def test_a_command_that_fails_is_seen_to_fail(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        assert terminal.type("echo said; false") == (1, "said\n\n")
        assert terminal.type("test -f template.yaml")[0] == 0

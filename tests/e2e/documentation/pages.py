"""What the documentation tells people to type: the `console` blocks of its pages, command by command."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from local.process import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGES = (PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md")))

_PROMPT = "$ "
_HEREDOC = re.compile(r"<<'?(\w+)'?")
_TITLE = re.compile(r'title="([^"]*)"')
_FOUNDATION = re.compile(r"<!-- typed after: (\S+) -->")
_COMMENT = re.compile(r"\s{2,}# .*$")


@dataclass(frozen=True, slots=True)
class Command:
    """A command, on one line or more, and the lines that the page shows of its answer. `…` stands for anything."""

    text: str
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A block of commands, typed in one terminal. A title says where, if that is not on this machine."""

    title: str
    commands: tuple[Command, ...]


def blocks(page: Path) -> list[Block]:
    """Read the blocks of a page, in order."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    fences = [token for token in tokens if token.type == "fence" and token.info.startswith("console")]
    return [Block(_titled(fence.info), tuple(_commands(fence.content.splitlines()))) for fence in fences]


def foundation(page: Path) -> Path | None:
    """Return the page that has to be gone through before this one, if it names one in a comment."""
    found = _FOUNDATION.search(page.read_text(encoding="utf-8"))
    return (page.parent / found[1]).resolve() if found else None


def typed(page: Path) -> list[Command]:
    """Return what is typed here, on this machine, in the order in which it stands there."""
    return [command for block in blocks(page) if not block.title for command in block.commands]


def _titled(info: str) -> str:
    found = _TITLE.search(info)
    return found[1] if found else ""


def _is_open(typed: list[str]) -> bool:
    """Tell whether a loop is begun and not yet ended."""
    return typed[0].endswith("; do") and typed[-1].strip() != "done"


def _commands(lines: list[str]) -> Iterator[Command]:
    typed: list[str] = []
    shown: list[str] = []
    end = ""
    for line in lines:
        if end or (typed and (typed[-1].endswith("\\") or _is_open(typed))):
            typed.append(line)
            end = "" if line == end else end
        elif line.startswith(_PROMPT):
            if typed:
                yield Command("\n".join(typed), tuple(shown))
            typed, shown = [_COMMENT.sub("", line.removeprefix(_PROMPT))], []
            found = _HEREDOC.search(line)
            end = found[1] if found else ""
        else:
            shown.append(line)
    if typed:
        yield Command("\n".join(typed), tuple(shown))

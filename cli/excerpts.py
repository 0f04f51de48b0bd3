"""A line of a document with a caret under what is meant."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from cli.plain import RUNNER_COMMAND, one_line

_BEFORE = 2
"""Parts of the width: the caret stands no further right than half of it, where the line is longer."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines with their numbers, the last one with a caret after `caret` columns of a terminal."""

    lines: tuple[tuple[int, str], ...]
    caret: int


def excerpt(text: str, line: int, column: int, *, width: int) -> Excerpt | None:
    """Return a line, the one before it, and where its caret stands; None where there is no such line.

    `line` and `column` count from 1, in code points. What is longer than `width` columns is cut around the place.
    """
    lines = text.split("\n")
    if not 1 <= line <= len(lines):
        return None
    shown, caret = _cut(_characters(lines[line - 1]), column - 1, width)
    before = _beginning(lines[line - 2], width) if line > 1 else ""
    context = ((line - 1, before),) if before.strip() else ()
    return Excerpt((*context, (line, shown)), caret)


def _shown(character: str) -> str:
    return "    " if character == "\t" else "" if character == "\r" else one_line(character)


def _characters(line: str) -> list[str]:
    """Return each character of a line as it is shown, with what runners obey taken apart as in any other text."""
    shown = [_shown(character) for character in line]
    for match in RUNNER_COMMAND.finditer(line):
        shown[match.start()] += " "
    return shown


def _beginning(line: str, width: int) -> str:
    return _cut(_characters(line[: width + 1]), 0, width)[0]


def _cut(shown: list[str], place: int, width: int) -> tuple[str, int]:
    """Return as much around a place as the width holds, and the column of the place in it."""
    place = min(place, len(shown))
    if len(shown) <= width and sum(map(cell_len, shown)) <= width:
        return "".join(shown), sum(map(cell_len, shown[:place]))
    start, used = place, 0
    while start > 0 and used + cell_len(shown[start - 1]) <= width // _BEFORE:
        start -= 1
        used += cell_len(shown[start])
    end, room = place, width - used
    while end < len(shown) and cell_len(shown[end]) <= room:
        room -= cell_len(shown[end])
        end += 1
    left, right = ("…" if start else ""), ("…" if end < len(shown) else "")
    return f"{left}{''.join(shown[start:end])}{right}", len(left) + used

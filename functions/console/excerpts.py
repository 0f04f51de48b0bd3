"""Findings beside the lines of the document that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.console.store import Document, ProblemError, path_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.console.store import StoreApi

_AROUND = 2
"""Lines that are shown before and after the one."""

_MOST_EXCERPTS = 60
_WIDEST = 160
"""Characters of a line that are shown: a document may be all on one line."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document, counted from 1, as far as it is shown."""

    number: int
    text: str
    is_hit: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A finding, and the lines around its place where there are any."""

    finding: Document
    lines: Sequence[Line] = ()


def beside_their_lines(version: Document, store: StoreApi) -> list[Shown]:
    """Return a version's findings in the order of their severity, the first ones with their lines."""
    names = {part["role"]: part["name"] for part in version["parts"]}
    findings = sorted(version["findings"], key=lambda finding: _ORDER.get(finding["severity"], len(_ORDER)))
    wanted = {finding["document"] for finding in findings if finding["line"]} & names.keys()
    texts = {role: _lines(version, names[role], store) for role in wanted}
    return list(_shown(findings, texts))


_ORDER: Mapping[str, int] = {"error": 0, "warning": 1, "notice": 2}


def _lines(version: Document, name: str, store: StoreApi) -> list[str]:
    path = path_of("v1", "plugins", version["plugin_id"], "versions", version["version"], "documents", name)
    try:
        return (store.get(path)["text"] or "").split("\n")
    except ProblemError:
        return []  # too large for one answer: the findings name line and column


def _shown(findings: Iterable[Document], texts: Mapping[str, list[str]]) -> Iterable[Shown]:
    for place, finding in enumerate(findings):
        lines = texts.get(finding["document"], [])
        has_place = place < _MOST_EXCERPTS and finding["line"] and finding["line"] <= len(lines)
        yield Shown(finding, excerpt(lines, finding["line"], finding["column"] or 1) if has_place else ())


def excerpt(lines: Sequence[str], line: int, column: int) -> list[Line]:
    """Return a line with those around it, and of long ones what is near the column. Both count from 1."""
    first, last = max(line - _AROUND, 1), min(line + _AROUND, len(lines))
    start = max(column - 1 - _WIDEST // 2, 0) if len(lines[line - 1]) > _WIDEST else 0
    return [Line(number, _cut(lines[number - 1], start), number == line) for number in range(first, last + 1)]


def _cut(text: str, start: int) -> str:
    cut = text.rstrip("\r")[start : start + _WIDEST]
    before, after = "…" if start and cut else "", "…" if len(text) > start + _WIDEST else ""
    return f"{before}{cut}{after}"

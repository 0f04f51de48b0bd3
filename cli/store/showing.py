"""Answers for a person: rows, members, findings. All texts are strangers' until shown otherwise."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from cli.plain import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cli.paper import Paper

_WIDEST = 48
"""Columns of a terminal that one column of a table may take."""
_GOOD, _BAD, _WAITING = "bold green", "bold red", "bold yellow"
STATE_STYLES = {
    "live": _GOOD,
    "approved": _GOOD,
    "in_review": _WAITING,
    "submitted": _WAITING,
    "invalid": _BAD,
    "rejected": _BAD,
    "revoked": _BAD,
    "banned": _BAD,
    "enabled": _GOOD,
    "delivered": _GOOD,
    "disabled": _BAD,
    "failed": _BAD,
    "pending": _WAITING,
}


def cell(value: object) -> str:
    """Return a value as one harmless line: nothing is a hyphen, a list its items, a moment without its fractions."""
    match value:
        case None | "":
            return "-"
        case bool():
            return "yes" if value else "no"
        case list():
            return ", ".join(cell(each) for each in value) or "-"
        case dict():
            return ", ".join(f"{one_line(str(name))} {cell(each)}" for name, each in value.items()) or "-"
    return one_line(_moment(str(value)))


def _moment(text: str) -> str:
    """Write a moment to the minute, in UTC; any other text is left as it is."""
    if len(text) < len("2026-01-01T00:00Z") or text[4:5] != "-" or text[10:11] != "T":
        return text
    try:
        return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def table(paper: Paper, columns: Sequence[str], rows: Iterable[Sequence[object]], *, empty: str) -> None:
    """Write rows under their headings, or what it means that there are none."""
    cells = [[_cut(cell(value)) for value in row] for row in rows]
    if not cells:
        paper.line(empty)
        return
    widths = [max(cell_len(row[place]) for row in [list(columns), *cells]) for place in range(len(columns))]
    paper.line(_row(columns, widths, style="bold"))
    for row in cells:
        paper.line(_row(row, widths))


def _cut(text: str) -> str:
    return text if cell_len(text) <= _WIDEST else f"{set_cell_size(text, _WIDEST - 1)}…"


def _row(cells: Sequence[str], widths: Sequence[int], *, style: str = "") -> Text:
    row = Text("  ")
    for text, width in zip(cells, widths, strict=True):
        row.append(set_cell_size(text, width), style or STATE_STYLES.get(text, ""))
        row.append("  ")
    row.rstrip()
    return row


def members(paper: Paper, title: str, pairs: Iterable[tuple[str, object]]) -> None:
    """Write a title, and under it names with their values; what is nothing is left out."""
    shown = [(name, cell(value)) for name, value in pairs if value not in (None, "", [], {})]
    paper.line(Text(one_line(title), "bold"))
    width = max((len(name) for name, _ in shown), default=0)
    for name, text in shown:
        row = Text(f"  {name:<{width}}  ", "dim")
        row.append(text, STATE_STYLES.get(text) or "not dim")
        paper.line(row)


def findings(paper: Paper, found: Sequence[dict[str, Any]]) -> None:
    """Write findings: what is wrong, where, and how to mend it."""
    styles = {"error": _BAD, "warning": _WAITING, "notice": "bold cyan"}
    for finding in found:
        severity = cell(finding.get("severity"))
        head = Text(f"  {severity}", styles.get(severity, ""))
        head.append(f"  {cell(finding.get('code'))}  {cell(_place(finding))}", "not bold default")
        paper.line(head)
        paper.paragraph(one_line(str(finding.get("message", ""))))
        if fix := finding.get("fix"):
            paper.paragraph(one_line(str(fix)), lead="Fix: ", style="green")
        paper.line()


def _place(finding: dict[str, Any]) -> str:
    line = finding.get("line")
    place = f" {line}:{finding.get('column') or 1}" if line else ""
    return f"{finding.get('document') or 'all documents'}{place}"


def sentence(paper: Paper, text: str, *, style: str = "") -> None:
    """Write one line that this program says, with whatever of others is in it made harmless."""
    paper.line(Text(one_line(text), style))

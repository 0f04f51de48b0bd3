"""Changes for a person at a terminal: the risk and its reasons, then lane by lane, texts by the word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from cli.paper import Paper
from cli.plain import lines_of, one_line
from shared.diff.changes import Risk
from shared.diff.texts import Happened
from shared.reporting.showing import HEADINGS, in_lanes, pieces_of

if TYPE_CHECKING:
    from typing import TextIO

    from shared.diff.changes import Change
    from shared.diff.texts import Piece
    from shared.reporting.comparing import Compared

_STYLES = {Risk.HIGH: "bold red", Risk.MEDIUM: "bold yellow", Risk.LOW: "bold cyan", Risk.NONE: "bold green"}
# With brackets as well: without colours, a struck-out word reads like any other.
_PIECES = {Happened.KEPT: ("", "", ""), Happened.REMOVED: ("red", "[-", "-]"), Happened.ADDED: ("green", "{+", "+}")}


def write(compared: Compared, out: TextIO) -> None:
    """Write the assessment, all changes, and a closing line."""
    paper = Paper(out)
    for lane, changes in in_lanes(compared.changes, lambda change: change.lane):
        paper.line(Text(HEADINGS[lane], "bold underline"))
        paper.line()
        for change in changes:
            _write_change(paper, change)
    assessment = compared.assessment
    paper.line(Text(f"{_count(compared)} Risk: {assessment.risk}.", _STYLES[assessment.risk]))
    for reason in assessment.reasons:
        paper.paragraph(one_line(reason))


def _write_change(paper: Paper, change: Change) -> None:
    head = Text(f"  {change.severity}", _STYLES[change.severity])
    head.append(f"  {change.code}", "not bold default")
    paper.line(head)
    paper.paragraph(one_line(change.message))
    paper.paragraph(one_line(_places(change)), style="dim")
    pieces = pieces_of(change)
    if pieces:
        _write_pieces(paper, pieces)
    paper.line()


def _places(change: Change) -> str:
    old, new = change.old_pointer, change.new_pointer
    if old == new or old is None or new is None:
        return old or new or ""
    return f"{old} → {new}"


def _write_pieces(paper: Paper, pieces: tuple[Piece, ...]) -> None:
    text = Text()
    for piece in pieces:
        style, opening, closing = _PIECES[piece.happened]
        shown = "\n".join(lines_of(piece.text))
        text.append(f"{opening}{shown}{closing}", style or None)
    paper.text(text)


def _count(compared: Compared) -> str:
    number = len(compared.changes)
    return "The versions are equal." if not number else f"{number} change{'' if number == 1 else 's'}."

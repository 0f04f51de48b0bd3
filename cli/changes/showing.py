"""What is shown of a change besides its sentence: values that fit a line, texts by the word."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.diff.changes import Lane
from shared.diff.texts import Happened, Piece, word_diff

if TYPE_CHECKING:
    from shared.diff.changes import Change

HEADINGS = {
    Lane.DESTINATION: "Where it sends data",
    Lane.CAPABILITY: "What it can do",
    Lane.MODEL_TEXT: "What the model reads",
    Lane.CONTRACT: "What is sent and what comes back",
    Lane.LISTING: "What people see",
}
_LONGEST = 4_000
"""Characters of one value. What was added or removed as a whole can be a document of its own."""
_CONTEXT = 60
"""Characters of an unchanged stretch at each of its ends, where it is longer than both."""


def pieces_of(change: Change) -> tuple[Piece, ...]:
    """Return what a reader needs to see of both values: a text by the word, anything else as a whole."""
    if change.moves:
        return ()
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str):
        pieces = word_diff(before, after)
    else:
        old = [] if change.old_pointer is None else [Piece(Happened.REMOVED, _written(before))]
        new = [] if change.new_pointer is None else [Piece(Happened.ADDED, _written(after))]
        pieces = (*old, *new)
    return tuple(_shortened(piece) for piece in pieces)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _shortened(piece: Piece) -> Piece:
    text = piece.text
    if piece.happened is Happened.KEPT and len(text) > 2 * _CONTEXT:
        return Piece(piece.happened, f"{text[:_CONTEXT]} … {text[-_CONTEXT:]}")
    if len(text) > _LONGEST:
        return Piece(piece.happened, f"{text[:_LONGEST]} … and {len(text) - _LONGEST:,} more characters")
    return piece

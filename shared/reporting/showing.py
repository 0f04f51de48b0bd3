"""What is shown of a change besides its sentence: its lane's heading, and both values, texts by the word."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING

from shared.diff.changes import Lane
from shared.diff.texts import Happened, Piece, word_diff

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from shared.diff.changes import Change

HEADINGS = {
    Lane.DESTINATION: "Where it sends data",
    Lane.MODEL_TEXT: "What the model reads",
    Lane.CAPABILITY: "What it can do",
    Lane.CONTRACT: "What is sent and what comes back",
    Lane.LISTING: "What people see",
}
_LANES = {lane: order for order, lane in enumerate(Lane)}
_LONGEST = 4_000
"""Characters of one value. What was added or removed as a whole can be a document of its own."""
_CONTEXT = 60
"""Characters of an unchanged stretch at each of its ends, where it is longer than both."""


def by_lane[Item](items: Iterable[Item], lane_of: Callable[[Item], Lane]) -> list[Item]:
    """Return items lane by lane; within a lane they keep their order."""
    return sorted(items, key=lambda item: _LANES[lane_of(item)])


def in_lanes[Item](items: Iterable[Item], lane_of: Callable[[Item], Lane]) -> Iterator[tuple[Lane, Iterator[Item]]]:
    """Give the lanes that have items, each with its own."""
    return groupby(by_lane(items, lane_of), key=lane_of)


def is_text_change(change: Change) -> bool:
    """Tell whether what changed is a text, or was one, or is one now. Where data goes is no text: a host is a whole."""
    if change.moves or change.lane is Lane.DESTINATION:
        return False
    sides = ((change.old_pointer, change.before), (change.new_pointer, change.after))
    return all(isinstance(value, str) for pointer, value in sides if pointer is not None)


def pieces_of(change: Change) -> tuple[Piece, ...]:
    """Return what a reader needs to see of both values: a text by the word, anything else as a whole."""
    pieces = words_of(change) if is_text_change(change) else values_of(change)
    return tuple(shortened(piece, context=_CONTEXT, longest=_LONGEST) for piece in pieces)


def words_of(change: Change) -> tuple[Piece, ...]:
    """Return the pieces of a text that changed."""
    before, after = change.before, change.after
    if isinstance(before, str) and isinstance(after, str):
        return word_diff(before, after)
    return values_of(change)


def values_of(change: Change) -> tuple[Piece, ...]:
    """Return both values as wholes; nothing for what has only moved."""
    if change.moves:
        return ()
    old = () if change.old_pointer is None else (Piece(Happened.REMOVED, _written(change.before)),)
    new = () if change.new_pointer is None else (Piece(Happened.ADDED, _written(change.after)),)
    return (*old, *new)


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def shortened(piece: Piece, *, context: int, longest: int) -> Piece:
    """Return a piece without the middle of what was kept, and without the end of what is very long. In characters."""
    text = piece.text
    if piece.happened is Happened.KEPT and len(text) > 2 * context:
        return Piece(piece.happened, f"{text[:context]} … {text[-context:]}")
    if len(text) > longest:
        return Piece(piece.happened, f"{text[:longest]} … and {len(text) - longest:,} more characters")
    return piece

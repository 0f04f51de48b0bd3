"""What is told of many changes, within bounds: the gravest, in excerpts, texts by the word.

An answer of Lambda holds 6 MB, and a reader less: whatever is left out is counted.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.text.visible import visible
from shared.diff.changes import Change, Lane
from shared.diff.texts import Piece
from shared.reporting.showing import by_lane, is_text_change, shortened, values_of, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHANGES = 500
MOST_BYTES = 400_000
"""Bytes of all that is told of one comparison, in ASCII JSON. As escaped HTML that is six times as much at most."""
_LONGEST = 2_000
"""Characters of one value."""
_CONTEXT = 160
"""Characters at each end of a long stretch of text that did not change."""
_MOST_COMPARED = 200_000
"""Characters of texts that are compared by the word, half a second for 20,000 at worst. Others are told as wholes."""


@dataclass(frozen=True, slots=True)
class ToldChange:
    """A change with values of bounded length: `before` and `after` as they are, `pieces` with hidden characters shown.

    The pieces of a text are its words, those of anything else the whole values.
    """

    change: Change
    before: object
    after: object
    is_shortened: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Changes lane by lane, the gravest first in each; `counts` counts all of them, also the `left_out` ones."""

    changes: tuple[ToldChange, ...]
    counts: Mapping[Lane, int]
    left_out: int


def tell(changes: Sequence[Change]) -> Told:
    """Tell the gravest of some changes, which come as `compare` returns them."""
    told: list[ToldChange] = []
    to_compare, room = _MOST_COMPARED, MOST_BYTES
    for change in changes[:MOST_CHANGES]:
        length = _length_to_compare(change)
        is_by_word = length <= to_compare
        to_compare -= length if is_by_word else 0
        next_one = _told(change, by_word=is_by_word)
        size = _size(next_one)
        if size <= room:
            room -= size
            told.append(next_one)
    counts = Counter(change.lane for change in changes)
    in_order = by_lane(told, lambda each: each.change.lane)
    return Told(tuple(in_order), {lane: counts[lane] for lane in Lane}, len(changes) - len(told))


def _length_to_compare(change: Change) -> int:
    before, after = change.before, change.after
    return len(before) + len(after) if isinstance(before, str) and isinstance(after, str) else 0


def _told(change: Change, *, by_word: bool) -> ToldChange:
    before, after = _excerpt(change.before), _excerpt(change.after)
    pieces = words_of(change) if by_word and is_text_change(change) else values_of(change)
    return ToldChange(
        change=change,
        before=before,
        after=after,
        is_shortened=before is not change.before or after is not change.after,
        pieces=tuple(_shown(piece) for piece in pieces),
    )


def _shown(piece: Piece) -> Piece:
    happened, text = shortened(piece, context=_CONTEXT, longest=_LONGEST)
    return Piece(happened, visible(text))


def _excerpt(value: object) -> object:
    """Return a value, or the beginning of its text where that is long."""
    if not isinstance(value, str | dict | list):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return value if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _size(told: ToldChange) -> int:
    change = told.change
    values = [told.before, told.after, change.old_pointer, change.new_pointer, change.message, told.pieces]
    return len(json.dumps(values)) + len(change.code)

"""Texts piece by piece: whether one can be read as some pieces one after the other, and how far it can.

The grammar is the store's own and has no repetition inside a repetition. All readings are followed at once, as sets of
offsets, under a budget of effort: no publisher's pattern ever runs in `re`, and no text makes the time explode.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from shared.envelope.dates import date_end
from shared.envelope.document import CharacterSet, Choice, Date, Number, Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from shared.envelope.document import Piece, WordSet

MOST_EFFORT = 2_000_000
"""Attempts at pieces for all texts of one document. An honest one needs a few hundred."""
LONGEST_TEXT = 20_000
"""Characters of a text that can be read piece by piece."""
_LONGEST_NUMBER = 16
_PUNCTUATION = frozenset(".,;:!?'\"()-/%&+")


class EffortError(Exception):
    """Reading the texts of a document takes more than there is for it."""


class Misread(NamedTuple):
    """Where a text cannot be read on: the offset, and the number of the piece that should stand there.

    The number is that of the piece after the last one where something follows that should not.
    """

    offset: int
    piece: int


class Reading:
    """Reads the texts of one document, within one budget."""

    def __init__(self, effort: int = MOST_EFFORT) -> None:
        self._left = effort

    def misread(self, pieces: Sequence[Piece], text: str) -> Misread | None:
        """Return how far a text can be read as some pieces, None where it can as a whole. Raises EffortError."""
        if len(text) > LONGEST_TEXT:
            return Misread(LONGEST_TEXT, len(pieces))
        reached = {0}
        for number, piece in enumerate(pieces):
            self._spend(len(reached) * _weight(piece, text))
            following = set(_ends(piece, text, reached))
            if not following:
                return Misread(max(reached), number)
            reached = following
        return None if len(text) in reached else Misread(max(reached), len(pieces))

    def _spend(self, effort: int) -> None:
        self._left -= effort
        if self._left < 0:
            raise EffortError


def is_allowed(words: WordSet, character: str) -> bool:
    """Tell whether a character may stand in a free text."""
    return character in words.also or any(_holds(each, character) for each in words.characters)


def _weight(piece: Piece, text: str) -> int:
    """Return how many attempts one start may cost."""
    match piece:
        case Choice():
            return len(piece.one_of)
        case Number():
            return _LONGEST_NUMBER
        case Words():
            return min(piece.words.longest, len(text)) + 1
    return 1


def _ends(piece: Piece, text: str, starts: set[int]) -> Iterator[int]:
    """Yield where a piece may end that begins at one of some offsets."""
    match piece:
        case str():
            yield from (start + len(piece) for start in starts if text.startswith(piece, start))
        case Date():
            yield from (end for start in starts if (end := date_end(piece.date, text, start)))
        case Number():
            yield from (end for start in starts for end in _number_ends(piece, text, start))
        case Choice():
            options = piece.one_of
            yield from (start + len(each) for start in starts for each in options if text.startswith(each, start))
        case Words():
            yield from _word_ends(piece.words, text, sorted(starts))


def _number_ends(piece: Number, text: str, start: int) -> Iterator[int]:
    for end in range(start + 1, min(start + _LONGEST_NUMBER, len(text)) + 1):
        digits = text[start:end]
        if not (digits.isascii() and digits.isdigit()) or (len(digits) > 1 and digits[0] == "0"):
            return
        if piece.number.least <= int(digits) <= piece.number.most:
            yield end


def _word_ends(words: WordSet, text: str, starts: Iterable[int]) -> Iterator[int]:
    """Yield each end once. Starts in order share the run of allowed characters that they stand in."""
    run_end, told = -1, 0
    for start in starts:
        if start > run_end:
            run_end = _run_end(words, text, start)
        last = min(start + words.longest, run_end)
        yield from range(max(start + words.shortest, told), last + 1)
        told = max(told, last + 1)


def _run_end(words: WordSet, text: str, start: int) -> int:
    return next((at for at in range(start, len(text)) if not is_allowed(words, text[at])), len(text))


def _holds(characters: CharacterSet, character: str) -> bool:
    match characters:
        case CharacterSet.LETTERS:
            return character.isascii() and character.isalpha()
        case CharacterSet.DIGITS:
            return character.isascii() and character.isdigit()
        case CharacterSet.SPACE:
            return character == " "
        case CharacterSet.PUNCTUATION:
            return character in _PUNCTUATION
        case CharacterSet.ANY_LETTER:
            return unicodedata.category(character)[0] in "LM"

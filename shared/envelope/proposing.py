"""An envelope from what was seen: the narrowest one of this format that holds every document of a history.

A date, a whole number or a word that differs from document to document becomes a slot of its own; so does a list of
allowed values, and an operation that is not always there. What differs otherwise is left out and told: that is for a
person, and for a new version.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from shared.diff.places import pointer_to
from shared.envelope.containment import Verdict, contains
from shared.envelope.dates import dates_in
from shared.envelope.document import (
    LONGEST_LITERAL,
    MOST_PIECES,
    MOST_SLOTS,
    MOST_VALUES,
    Choice,
    Date,
    EnumSlot,
    Envelope,
    Number,
    NumberRange,
    TextSlot,
)
from shared.envelope.places import METHODS, misplacements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.diff.places import Tokens
    from shared.envelope.document import DateForm, Piece

_TOKEN = re.compile(r"[0-9]{1,15}|[^\W\d_]+|\s+|.", re.DOTALL)
_MOST_WORDS = 24
"""Different words at one place of a text, beyond which they are no choice any more."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """An envelope over the base that it was proposed for, and the verdict on every document that it was made from."""

    base: object
    envelope: Envelope
    verdicts: tuple[Verdict, ...]


class _Atom(NamedTuple):
    """A piece of a text: a date by its form, a number, or any other stretch."""

    text: str
    form: DateForm | None = None

    @property
    def number(self) -> int | None:
        """Its value, where it is a whole number without leading zeros."""
        is_number = self.text.isascii() and self.text.isdigit() and (self.text == "0" or self.text[0] != "0")
        return int(self.text) if is_number else None


def propose(documents: Sequence[object], *, root: str, refresh_minutes: int = 1440) -> Proposal:
    """Propose an envelope for some parsed documents, the newest last, which is the base. `root` is the root domain.

    The verdicts, in the order of the documents, say which of them it does not hold, and why.
    """
    base = documents[-1]
    seen: dict[Tokens, list[object]] = defaultdict(list)
    for document in documents:
        _note(seen, base, document)
    envelope = Envelope(
        refresh_minutes=refresh_minutes,
        optional_operations=sorted(_absent_operations(base, documents))[:MOST_VALUES],
        texts=list(islice(_text_slots(seen), MOST_SLOTS)),
        enums=list(islice(_enum_slots(seen), MOST_SLOTS)),
    )
    envelope = _without_misplaced(envelope, base)
    return Proposal(base, envelope, tuple(contains(envelope, base, each, root=root) for each in documents))


def _note(seen: dict[Tokens, list[object]], base: object, document: object) -> None:
    """Note what stands in a document at each place of a text or a list of allowed values of the base."""
    waiting: list[tuple[Tokens, object, object]] = [((), base, document)]
    while waiting:
        place, old, new = waiting.pop()
        if isinstance(old, dict) and isinstance(new, dict):
            waiting.extend(((*place, key), value, new[key]) for key, value in reversed(old.items()) if key in new)
        elif isinstance(old, list) and place[-1:] == ("enum",):
            seen[place].append(new)
        elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
            items = enumerate(zip(old, new, strict=True))
            waiting.extend(((*place, index), *pair) for index, pair in items)
        elif isinstance(old, str):
            seen[place].append(new)


def _absent_operations(base: object, documents: Sequence[object]) -> set[str]:
    everywhere = set(_operations(base))
    return {operation for document in documents for operation in everywhere - set(_operations(document))}


def _operations(document: object) -> Iterator[str]:
    paths = document.get("paths") if isinstance(document, dict) else None
    for path, item in paths.items() if isinstance(paths, dict) else ():
        yield from (f"{key.upper()} {path}" for key in item if key in METHODS) if isinstance(item, dict) else ()


def _text_slots(seen: dict[Tokens, list[object]]) -> Iterator[TextSlot]:
    for place, values in seen.items():
        texts = [value for value in values if isinstance(value, str)]
        if len(set(texts)) > 1 and max(map(len, texts)) <= LONGEST_LITERAL and (pieces := _pieces(texts)):
            yield TextSlot(at=pointer_to(place), reads=pieces)


def _enum_slots(seen: dict[Tokens, list[object]]) -> Iterator[EnumSlot]:
    for place, values in seen.items():
        lists = [value for value in values if isinstance(value, list)]
        if place[-1] != "enum" or not lists or all(each == lists[-1] for each in lists):
            continue
        allowed = dict.fromkeys(value for each in lists for value in each if isinstance(value, str | int | None))
        if 0 < len(allowed) <= MOST_VALUES:
            yield EnumSlot(at=pointer_to(place), any_of=list(allowed), most=len(allowed))


def _pieces(texts: Sequence[str]) -> list[Piece] | None:
    """Return the pieces that all of some texts can be read as, None where they have too little in common."""
    columns = _columns([list(_atoms(text)) for text in dict.fromkeys(texts)])
    pieces: list[Piece] = []
    for column in columns or ():
        piece = _piece(column)
        if piece is None:
            return None
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return pieces if 0 < len(pieces) <= MOST_PIECES else None


def _columns(rows: Sequence[list[_Atom]]) -> list[tuple[_Atom, ...]] | None:
    return list(zip(*rows, strict=True)) if len({len(row) for row in rows}) == 1 else None


def _piece(column: Sequence[_Atom]) -> Piece | None:
    """Return what stands for the atoms that some texts have at one place."""
    texts = sorted({atom.text for atom in column})
    if len(texts) == 1:
        return texts[0]
    forms = {atom.form for atom in column}
    if len(forms) == 1 and (form := column[0].form):
        return Date(date=form)
    if None not in forms:
        return None
    numbers = [atom.number for atom in column]
    if None not in numbers:
        largest = max(number for number in numbers if number is not None)
        return Number(number=NumberRange(least=0, most=10 ** len(str(largest)) - 1))
    return Choice(one_of=texts) if len(texts) <= _MOST_WORDS and all(map(_is_word, texts)) else None


def _is_word(text: str) -> bool:
    return text.isalpha()


def _atoms(text: str) -> Iterator[_Atom]:
    behind = 0
    for found in dates_in(text):
        yield from map(_Atom, _TOKEN.findall(text[behind : found.start]))
        yield _Atom(text[found.start : found.end], found.form)
        behind = found.end
    yield from map(_Atom, _TOKEN.findall(text[behind:]))


def _without_misplaced(envelope: Envelope, base: object) -> Envelope:
    """Leave out entries for places at which nothing may vary: the verdicts tell of them."""
    wrong = {each.pointer for each in misplacements(envelope, base)}
    return envelope.model_copy(
        update={
            "texts": [each for index, each in enumerate(envelope.texts) if f"/texts/{index}/at" not in wrong],
            "enums": [each for index, each in enumerate(envelope.enums) if f"/enums/{index}/at" not in wrong],
        }
    )

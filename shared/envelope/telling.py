"""An envelope in plain sentences, for whoever approves it."""

from __future__ import annotations

import json
from itertools import takewhile
from typing import TYPE_CHECKING

from shared.contracts.text.visible import visible
from shared.envelope.dates import example
from shared.envelope.document import CharacterSet, Choice, Date, Number, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.envelope.document import EnumSlot, Envelope, Piece, TextSlot

_LONGEST = 160
_CONTEXT = 40
_GAP = "⟨…⟩"
_MOST_NAMED = 12
_MINUTES = {1440: "day", 60: "hour"}
_SETS = {
    CharacterSet.LETTERS: "Latin letters",
    CharacterSet.DIGITS: "digits",
    CharacterSet.SPACE: "blanks",
    CharacterSet.PUNCTUATION: "punctuation",
    CharacterSet.ANY_LETTER: "letters of any script",
}


def sentences(envelope: Envelope) -> Iterator[str]:
    """Yield what may vary, one sentence each, the gravest first."""
    if envelope.servers:
        yield f"Calls may also go to {_listed([shown(url) for url in envelope.servers.any_of])}."
    for text in envelope.texts:
        yield from _about_text(text)
    for enum in envelope.enums:
        yield _about_enum(enum)
    for operation in envelope.optional_operations:
        yield f"The operation {visible(operation)[:_LONGEST]} may be left out."
    yield f"The store looks for a newer document every {_interval(envelope.refresh_minutes)}."


def expected(pieces: Sequence[Piece], number: int) -> str:
    """Say what should stand where a text cannot be read on."""
    return _described(pieces[number]) if number < len(pieces) else "the end of the text"


def shown(value: object) -> str:
    """Return a value in a few words of JSON, with whatever hides written out."""
    match value:
        case dict():
            return "an object" if len(value) != 1 or "url" not in value else shown(value["url"])
        case list():
            return f"a list of {len(value)} items"
    text = visible(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def told_apart(one: object, other: object) -> tuple[str, str]:
    """Return two values in a few words each, long texts from shortly before the place where they differ."""
    if not (isinstance(one, str) and isinstance(other, str)):
        return shown(one), shown(other)
    if max(len(one), len(other)) <= _LONGEST:
        return shown(one), shown(other)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    start = max(0, alike - _CONTEXT)
    mark = "…" if start else ""
    return mark + shown(one[start:]), mark + shown(other[start:])


def _about_text(slot: TextSlot) -> Iterator[str]:
    varying = [_described(piece) for piece in slot.reads if not isinstance(piece, str)]
    reads = shown("".join(_around(slot.reads)))
    yield f"The text at {visible(slot.at)} reads {reads}; at {_GAP} stands {', then '.join(varying) or 'nothing'}."


def _around(pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield what stays of a text, as much of it as stands next to what varies."""
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str):
            yield _GAP
        elif len(piece) <= 2 * _CONTEXT:
            yield piece
        else:
            before = piece[:_CONTEXT] if number else ""
            after = piece[-_CONTEXT:] if number + 1 < len(pieces) else ""
            yield f"{before}…{after}"


def _about_enum(slot: EnumSlot) -> str:
    named = [shown(value) for value in slot.any_of]
    described = [_read_out(slot.each)] if slot.each else []
    return (
        f"The list at {visible(slot.at)} may hold up to {slot.most} values: those of the base,"
        f" {_listed([*named, *described])}."
    )


def _read_out(pieces: Sequence[Piece]) -> str:
    return "texts made of " + ", then ".join(_described(piece) for piece in pieces)


def _described(piece: Piece) -> str:
    match piece:
        case Date():
            return f"a date or time written {piece.date}, such as {example(piece.date)}"
        case Number():
            return f"a whole number from {piece.number.least:,} to {piece.number.most:,}"
        case Choice():
            return f"one of {_listed([shown(each) for each in piece.one_of])}"
        case Words():
            return _free(piece)
    return shown(piece)


def _free(piece: Words) -> str:
    words = piece.words
    sets = [_SETS[each] for each in words.characters] + ([shown(words.also)] if words.also else [])
    return f"free text of {words.shortest} to {words.longest} characters ({', '.join(sets)})"


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _MOST_NAMED
    named = [*items[:_MOST_NAMED], f"{more} more"] if more > 0 else list(items)
    return " and ".join([", ".join(named[:-1]), named[-1]]) if len(named) > 1 else "".join(named)


def _interval(minutes: int) -> str:
    for size, name in _MINUTES.items():
        if minutes % size == 0:
            return name if minutes == size else f"{minutes // size} {name}s"
    return f"{minutes} minutes"

"""All texts of a document against all rules, once each, within a budget of effort, and never silently incomplete.

A scan that stops half-way is not a pass: whatever goes wrong becomes the error `text.scan-failed`.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from shared.contracts.openapi.places import Place, spell
from shared.contracts.remarks import Remark
from shared.contracts.text.hidden import SPACE_RUN, hidden_hits, is_plain, padding_hits
from shared.contracts.text.joined import Joined
from shared.contracts.text.markup import (
    ESCAPE_ANCHORS,
    LINK_ANCHORS,
    MARKUP_ANCHORS,
    SHORTEST_ENCODED,
    encoded_hits,
    escape_hits,
    link_hits,
    markup_hits,
)
from shared.contracts.text.phrases import ROLE_ANCHORS, candidates, plain, role_mark, steering
from shared.contracts.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    type _Found = tuple[int, str, str]
    """The number of a text, a code, and what was found."""

_PROSE = frozenset(
    {
        "summary",
        "description",
        "title",
        "enum",
        "name_for_human",
        "name_for_model",
        "description_for_human",
        "description_for_model",
        "instructions",
        "x-enum-descriptions",
    }
)
"""Keys whose texts are written for people and models: links in these lead somewhere, elsewhere they are data."""
_ADDRESSES = frozenset(
    {"logo_url", "legal_info_url", "contact_email", "client_url", "authorization_url", "$ref", "url"}
)
_BEFORE, _AFTER = 20, 60
_SHORTEST, _SHORTEST_ELSEWHERE = 8, 4
"""Characters below which a text holds no phrase, mark or link; ideographs say more in fewer."""
_LONG_WORD = re.compile(rf"\S{{{SHORTEST_ENCODED},}}")


class Text(NamedTuple):
    """One string of a document: where it stands and below which key, "" for a key itself."""

    place: Place
    key: str
    value: str


def text_remarks(document: object, *, root: str) -> Iterator[Remark]:
    """Yield what a document's texts hide, carry and demand. `root` is the plugin's root domain."""
    try:
        yield from _scan(document, root)
    except Exception as error:  # noqa: BLE001  # fail closed: any fault of a rule, known or not, refuses the version
        message = f"The scan of the texts did not finish: {type(error).__name__}."
        yield Remark("text.scan-failed", message)


def texts_of(document: object) -> list[Text]:
    """Return the strings and keys of a document that are worth a look, in its order, each once for each key."""
    found: dict[tuple[str, str], Text] = {}
    waiting: list[tuple[object, Place, str]] = [(document, None, "")]
    while waiting:
        value, place, key = waiting.pop()
        if isinstance(value, str):
            if (len(value) >= _SHORTEST or not is_plain(value)) and (key, value) not in found:
                found[key, value] = Text(place, key, value)
        elif isinstance(value, list):
            waiting.extend((item, (place, index), key) for index, item in reversed(list(enumerate(value))))
        elif isinstance(value, dict):
            for name, item in reversed(value.items()):
                below = (place, name)
                if isinstance(item, str | list | dict):
                    waiting.append((item, below, name))
                if len(name) >= _SHORTEST or not is_plain(name):
                    waiting.append((name, below, ""))
    return list(found.values())


def _scan(document: object, root: str) -> Iterator[Remark]:
    texts = texts_of(document)
    hits: dict[int, list[tuple[str, str]]] = {}
    for number, code, shown in chain(_character_hits(texts), _word_hits(texts, root), _phrase_hits(texts)):
        hits.setdefault(number, []).append((code, shown))
    for number, found in sorted(hits.items()):
        pointer = spell(texts[number].place)
        for code, shown in found:
            yield Remark(code, f"There is {shown}.", pointer)


def _character_hits(texts: Sequence[Text]) -> Iterator[_Found]:
    for number, text in enumerate(texts):
        if not is_plain(text.value):
            for code, offset, shown in hidden_hits(text.value):
                yield number, code, f"{shown} in {_excerpt(text.value, offset)}"
    joined = Joined([text.value for text in texts])
    for number in sorted({joined.number_at(run.start()) for run in SPACE_RUN.finditer(joined.text)}):
        for code, offset, shown in padding_hits(texts[number].value):
            yield number, code, f"{shown} in {_excerpt(texts[number].value, offset)}"


def _word_hits(texts: Sequence[Text], root: str) -> Iterator[_Found]:
    joined = Joined([text.value.lower() if _is_readable(text) else "" for text in texts])
    for number in joined.holders(MARKUP_ANCHORS):
        yield from ((number, *hit) for hit in markup_hits(texts[number].value))
    for number in joined.holders(LINK_ANCHORS):
        if texts[number].key in _PROSE:
            yield from ((number, *hit) for hit in link_hits(texts[number].value, root))
    for number in joined.holders(ROLE_ANCHORS):
        if mark := role_mark(texts[number].value):
            yield number, "text.role-marker", f"the mark of a role: {visible(mark)!r}"
    for number in joined.holders(ESCAPE_ANCHORS):
        yield from ((number, *hit) for hit in escape_hits(texts[number].value))
    for number in sorted({joined.number_at(word.start()) for word in _LONG_WORD.finditer(joined.text)}):
        yield from ((number, *hit) for hit in encoded_hits(texts[number].value))


def _phrase_hits(texts: Sequence[Text]) -> Iterator[_Found]:
    readings = [
        (number, reading) for number, text in enumerate(texts) if _is_readable(text) for reading in plain(text.value)
    ]
    told: set[tuple[int, str]] = set()
    for place, phrases in sorted(candidates([reading for _, reading in readings]).items()):
        number, reading = readings[place]
        for does, phrase in steering(reading, phrases):
            if (number, does) not in told:
                told.add((number, does))
                yield number, "text.steering", f"a phrase that {does}: {visible(phrase[:120])!r}"


def _is_readable(text: Text) -> bool:
    """Tell whether a text can hold a phrase, a mark or a link. Addresses are judged by rules of their own."""
    shortest = _SHORTEST if text.value.isascii() else _SHORTEST_ELSEWHERE
    return len(text.value) >= shortest and text.key not in _ADDRESSES


def _excerpt(value: str, offset: int) -> str:
    start, end = max(0, offset - _BEFORE), offset + _AFTER
    shown = visible(value[start:end]).replace("\n", " ")
    return f"{'…' if start else ''}{shown}{'…' if end < len(value) else ''}"

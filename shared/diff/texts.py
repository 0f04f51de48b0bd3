"""Texts that a model reads, compared by the word, with what cannot be seen written out."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"\s*\w+|\s*[^\w\s]|\s+")
"""A word, or a sign, with the white space before it: on its own, white space would match everywhere."""
_SPOKEN = re.compile(r"\w+")
_LINK = re.compile(r"\b(?:https?|wss?|ftp)://[^\s<>\"'`)\]}]{1,2000}", re.IGNORECASE)
_MOST_WORDS = 20_000
"""Words of both texts together beyond which they are compared as a whole: matching takes quadratic time."""
_JOINER = "\u200d"
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by their category, and nothing to look at."""
_FORMATS = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_LAYOUT = frozenset("\t\n\r")


class Happened(StrEnum):
    """What became of a piece of text."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


class Piece(NamedTuple):
    """A run of words that were kept, removed or added."""

    happened: Happened
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """Return the pieces of both texts: less what was added they are `before`, less what was removed `after`."""
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > _MOST_WORDS:
        whole = (Piece(Happened.REMOVED, before), Piece(Happened.ADDED, after))
        return (Piece(Happened.KEPT, before),) if before == after else whole
    matcher = SequenceMatcher(None, old, new)
    return tuple(
        piece
        for _, first, last, start, end in matcher.get_opcodes()
        for piece in _pieces("".join(old[first:last]), "".join(new[start:end]))
    )


def _pieces(old: str, new: str) -> Iterator[Piece]:
    if old == new:
        yield Piece(Happened.KEPT, old)
        return
    if old:
        yield Piece(Happened.REMOVED, old)
    if new:
        yield Piece(Happened.ADDED, new)


def count_words(before: str, after: str) -> str:
    """Say how many words were added and removed."""
    old, new = Counter(_SPOKEN.findall(before)), Counter(_SPOKEN.findall(after))
    added, removed = (new - old).total(), (old - new).total()
    if not added and not removed:
        return "the same words in another order"
    return f"{_counted(added)} added, {_counted(removed)} removed"


def _counted(number: int) -> str:
    return f"{number} word{'' if number == 1 else 's'}"


def has_same_words(before: str, after: str) -> bool:
    """Tell whether two texts differ in white space, case and punctuation alone."""
    return _SPOKEN.findall(before.casefold()) == _SPOKEN.findall(after.casefold())


def links_in(text: str) -> frozenset[str]:
    """Return the hosts that the links of a text lead to, in lower case."""
    return frozenset(filter(None, (_host(match.group()) for match in _LINK.finditer(text))))


def _host(link: str) -> str:
    try:
        return (urlsplit(link).hostname or "").rstrip(".")
    except ValueError:
        return ""


def hidden_in(text: str) -> Counter[str]:
    """Count the characters of a text that a person does not see, or that change how others are shown.

    A joiner or a variation selector inside an emoji is part of a picture that everybody sees.
    """
    suspects = {character for character in set(text) if not _is_plain(character)}
    if not suspects:
        return Counter()
    return Counter(
        character
        for place, character in enumerate(text)
        if character in suspects and _is_hidden(character, text, place)
    )


def _is_plain(character: str) -> bool:
    """Tell whether a character is seen wherever it stands."""
    if character == _JOINER or _is_selector(character):
        return False
    return character not in _BLANK_LETTERS and unicodedata.category(character) not in _FORMATS


def _is_hidden(character: str, text: str, place: int) -> bool:
    if character == _JOINER or _is_selector(character):
        return not _is_pictorial(text[place - 1] if place else "")
    return character in _BLANK_LETTERS or (unicodedata.category(character) in _FORMATS and character not in _LAYOUT)


def _is_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _is_pictorial(character: str) -> bool:
    return bool(character) and (unicodedata.category(character) in {"So", "Sk", "Sm"} or _is_selector(character))


def written_out(text: str) -> str:
    """Return a text in which each character that is not seen stands as ⟦U+202E⟧."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(
        f"⟦U+{ord(character):04X}⟧" if _is_unprintable(character, text, place) else character
        for place, character in enumerate(text)
    )


def _is_unprintable(character: str, text: str, place: int) -> bool:
    if character == _JOINER or character in _LAYOUT:
        return _is_hidden(character, text, place)
    return not character.isprintable() or _is_hidden(character, text, place)

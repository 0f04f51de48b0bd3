"""A plugin beside the others of the store: names that could be taken for another's, and texts that speak of others."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from shared.contracts.remarks import Remark
from shared.contracts.text.scripts import folded
from shared.contracts.text.visible import HIDDEN, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_HIDDEN = re.compile(f"[{HIDDEN}]")
_NOT_LETTERS = re.compile(r"[\W_]+")
_NEAR = 2
_SHORT, _VERY_SHORT = 5, 3
"""Among names of fewer letters, nearly all are within two edits of each other: one, or none, is enough there."""


def name_remarks(names: Mapping[str, str], live_names: Iterable[str]) -> Iterator[Remark]:
    """Yield where a name is that of a live plugin or within two edits of it. `names` maps pointers to own names."""
    known = sorted(set(live_names))
    for pointer, name in names.items():
        own = _bare(name)
        for other in known:
            if own and _distance(own, _bare(other), _allowed(own)) <= _allowed(own):
                message = f"The name {visible(name)!r} could be taken for {visible(other)!r}, which is live here."
                yield Remark("text.name-lookalike", message, pointer)
                break


def mention_remarks(texts: Mapping[str, str], own_names: Iterable[str], live_names: Iterable[str]) -> Iterator[Remark]:
    """Yield where a text speaks of a live plugin. `texts` maps pointers to texts.

    Many plugins have everyday words for names ("Weather"). Such a name counts only beside a word such as "plugin";
    one of several words, or with a capital or a digit inside, counts wherever it stands.
    """
    own = {_bare(name) for name in own_names}
    others = sorted({name.strip() for name in live_names if _bare(name) not in own and len(_bare(name)) >= _VERY_SHORT})
    for pointer, text in texts.items():
        lowered = text.lower()
        for name in others:
            if name.lower() in lowered and _mention(name).search(text):
                yield Remark(
                    "text.other-plugin", f"The text speaks of {visible(name)!r}, a plugin of this store.", pointer
                )


def _mention(name: str) -> re.Pattern[str]:
    escaped = rf"(?<!\w){re.escape(name)}(?!\w)"
    if re.search(r"\w\W+\w|\w[A-Z0-9]", name):
        return re.compile(escaped, re.IGNORECASE if " " in name.strip() else 0)
    kind = r"(?:plug-?in|tool|extension|app|assistant)"
    return re.compile(rf"(?:{kind}s? {escaped}|{escaped} {kind})", re.IGNORECASE)


def _bare(name: str) -> str:
    """Return a name as it looks: without case, hidden characters, spaces and signs, in Latin letters."""
    normal = unicodedata.normalize("NFKD", _HIDDEN.sub("", name))
    return _NOT_LETTERS.sub(
        "", folded("".join(letter for letter in normal if not unicodedata.combining(letter))).casefold()
    )


def _allowed(name: str) -> int:
    if len(name) < _VERY_SHORT:
        return 0
    return 1 if len(name) < _SHORT else _NEAR


def _distance(one: str, other: str, most: int) -> int:
    """Return how many letters have to be added, removed, changed or swapped; anything above `most` is `most + 1`."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, last, row = row, before, [place]
        for column, candidate in enumerate(other, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (letter != candidate))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == candidate:
                cost = min(cost, last[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]

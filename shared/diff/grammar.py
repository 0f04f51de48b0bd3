"""The ways in which a place of a document can change. A grammar is made of these, and knows nothing of any format.

Each kind of place says which rule (`catalogue`) speaks when it appears, goes or is replaced as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from shared.diff.changes import Side
from shared.diff.hosts import Hosts

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


class Codes(NamedTuple):
    """The rules of a place: for something that appears, that goes, and that is another than before."""

    added: str
    removed: str
    changed: str


type Pairing = Callable[[Sequence[object], Sequence[object]], Sequence[tuple[int, int]]]
"""Takes items that are in the old list alone and in the new one alone, and returns which are the same, by number."""
type Judge = Callable[[object, object, Hosts], str | None]
"""Returns the code of a change between two values, one of which may be MISSING; None where they say the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A place that changes as a whole, whatever is in it."""

    codes: Codes
    judge: Judge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """An object with known fields, each of a kind of its own; `other` is the kind of every further field.

    `transparent`: without fields it says the same as when it is not there, so that its fields come and go one by one.
    `referable`: a reference may stand in its place. `side`: who writes what it describes, None where that is for the
    place to say. `carved`: fields that are told on their own even where the whole record appears. `judge`: which rule
    speaks when it appears or goes, where `codes` alone cannot tell.
    """

    name: str
    codes: Codes
    other: Kind
    fields: dict[str, Kind] = field(default_factory=dict)
    transparent: bool = False
    referable: bool = False
    side: Side | None = None
    carved: tuple[str, ...] = ()
    judge: Judge | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """An object whose keys are names that the publisher chose. Empty, it says the same as when it is not there.

    `renamed` is the rule for an entry that is certain to be the former one under another name, "" where none is.
    """

    item: Kind
    codes: Codes
    renamed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A list of objects, each known by something inside it. Empty, it says the same as when it is not there.

    `key` returns None for what has no identity; then, as with equal keys, the list changes as a whole. `order` is the
    rule for another order, "" where the order means nothing. `pairs` finds items that are certain to be the same
    although their keys differ.
    """

    item: Kind
    key: Callable[[object], str | None]
    codes: Codes
    order: str = ""
    pairs: Pairing | None = None
    counts_when_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Scalars:
    """A list whose order means nothing and whose values stand for themselves.

    `codes` speak of the whole list, `item_codes` of one value in it.
    """

    codes: Codes
    item_codes: Callable[[object], Codes]
    counts_when_empty: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Variants:
    """A list of objects without identity whose order means nothing: items that are equal are the same."""

    item: Kind
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Positional:
    """A list whose items are known by their number."""

    item: Kind
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """A place of one kind while it holds an object, and of another kind otherwise: a schema, or true or false."""

    record: Record
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """The calls of an API by path and method, recognised across other paths and methods by their operation ids."""

    item: Record
    codes: Codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """Named parts that references lead to, section by section; each is told where it stands, once."""

    sections: Mapping[str, Kind]
    codes: Codes
    other: Kind


type Kind = Value | Record | Map | Keyed | Scalars | Variants | Positional | Either | Paths | Definitions


def codes(stem: str) -> Codes:
    """Return the three rules that begin with `stem`."""
    return Codes(f"{stem}-{ADDED}", f"{stem}-{REMOVED}", f"{stem}-{CHANGED}")


def one_code(code: str) -> Codes:
    """Return the same rule for whatever happens to a place."""
    return Codes(code, code, code)

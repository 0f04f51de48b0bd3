"""The one table, as both implementations see it: items under keys, sparse indexes, transactions with named guards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

type Value = str | int | bool | list[Value] | dict[str, Value] | None
"""What an attribute may hold: JSON without fractions, which DynamoDB and SQLite keep alike."""

REVISION = "revision"
"""The attribute that every guard looks at. An integer, since two writes can share a timestamp."""


@dataclass(frozen=True, slots=True)
class Key:
    """The primary key of an item."""

    pk: str
    sk: str


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its key and its attributes, index keys among them."""

    key: Key
    attributes: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Index:
    """A way to query: which attributes hold the partition and the sort key. `name` is "" for the table itself."""

    name: str
    partition: str
    sort: str


PRIMARY = Index("", "pk", "sk")


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort key in the index, and the key of the last item."""

    sort: str
    key: Key


@dataclass(frozen=True, slots=True)
class Query:
    """Items of one partition whose sort key has a prefix, in sort order, `limit` at most, after a position."""

    partition: str
    prefix: str = ""
    index: Index = PRIMARY
    after: Position | None = None
    limit: int = 50
    descending: bool = False


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Some items, and where the next page starts if there may be one."""

    items: tuple[Item, ...]
    end: Position | None


@dataclass(frozen=True, slots=True)
class Guard:
    """What must be stored under a key for the write to go through: a revision, or nothing at all (0).

    `name` says in a few words what is guarded; it is what the loser of a race is told.
    """

    name: str
    revision: int


@dataclass(frozen=True, slots=True)
class Put:
    """Store an item whole, under its guard. `guard` is None only where a repeated write is harmless."""

    item: Item
    guard: Guard | None


@dataclass(frozen=True, slots=True)
class Check:
    """Store nothing, but let the transaction fail unless the guard holds."""

    key: Key
    guard: Guard


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item, under its guard."""

    key: Key
    guard: Guard


@dataclass(frozen=True, slots=True)
class Count:
    """Add `by` to a counter (absent counts as 0), unless the sum would leave 0 to `at_most`.

    `attributes` are set along with it, whether the item is there or not. It carries no revision: additions commute, so
    contenders need not read first.
    """

    key: Key
    attribute: str
    by: int
    at_most: int
    name: str
    attributes: Mapping[str, Value] = field(default_factory=dict)


type Write = Put | Check | Delete | Count


class GuardFailedError(Exception):
    """The first guard of a transaction that did not hold, by its place among the writes. Nothing was stored."""

    def __init__(self, *, place: int, name: str) -> None:
        super().__init__(f"guard {place} does not hold: {name}")
        self.place = place
        self.name = name


class Table(Protocol):
    """The table. Reads are consistent; reads of an index may be a moment behind."""

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""

    def query(self, query: Query) -> ItemPage:
        """Return one page."""

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of the writes or none. Raises GuardFailedError, and UnavailableError of the domain."""


class ScannedTable(Table, Protocol):
    """A table that can be gone through from one end to the other, in an order that is the same each time."""

    def scan(self, after: Key | None, limit: int) -> ItemPage:
        """Return the next items, of any partition; `end` is set unless these were the last."""


def guard_name(write: Write) -> str:
    """Return the name that a write's guard goes by in errors."""
    if isinstance(write, Count):
        return write.name
    return write.guard.name if write.guard else ""

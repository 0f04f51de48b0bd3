"""Tables that make races and faults: something happens between reading and writing; guards are dropped."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from shared.storage.table import Check, Count, Put, Table, guard_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.storage.table import Item, ItemPage, Key, Query, Write

_NO_LIMIT = 2**40


@dataclass(slots=True)
class Interposing:
    """Lets somebody else act just before the next transaction, once for each entry of `before`."""

    table: Table
    before: list[Callable[[], object]] = field(default_factory=list)

    def get(self, key: Key) -> Item | None:
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        if self.before:
            self.before.pop(0)()
        self.table.transact(writes)


@dataclass(frozen=True, slots=True)
class Unguarded:
    """A planted fault: the guards that are named so do not guard."""

    table: Table
    dropped: str

    def get(self, key: Key) -> Item | None:
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        kept = [self._without_guard(write) for write in writes]
        self.table.transact([write for write in kept if write])

    def _without_guard(self, write: Write) -> Write | None:
        if self.dropped not in guard_name(write):
            return write
        match write:
            case Put():
                return replace(write, guard=None)
            case Count():
                return replace(write, at_most=_NO_LIMIT)
            case Check():
                return None
        return write

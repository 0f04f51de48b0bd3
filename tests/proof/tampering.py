"""Tables that do not do what they are told: what a planted fault puts between a use case and the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.storage.items import EVENT_PREFIX
from shared.storage.table import Check, Count, Delete, Put, Table, Write, guard_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.storage.table import Item, ItemPage, Key, Query

type Wrap = Callable[[Table], Table]
"""What a planted fault does to the table of a call."""

type Rewrite = Callable[[Write], Write | None]
"""What becomes of a write; None where it is forgotten."""


@dataclass(frozen=True, slots=True)
class FaultyTable:
    """A table that rewrites what it is told to write."""

    table: Table
    rewrite: Rewrite

    def get(self, key: Key) -> Item | None:
        """Return an item."""
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        """Return a page."""
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do what is left of the writes."""
        rewritten = (self.rewrite(write) for write in writes)
        self.table.transact([write for write in rewritten if write])


@dataclass(frozen=True, slots=True)
class SplitTable:
    """A table that writes the events after the state, not with it."""

    table: Table

    def get(self, key: Key) -> Item | None:
        """Return an item."""
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        """Return a page."""
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do the writes in two transactions."""
        events = [write for write in writes if isinstance(write, Put) and write.item.key.sk.startswith(EVENT_PREFIX)]
        for part in ([write for write in writes if write not in events], events):
            if part:
                self.table.transact(part)


def untouched(table: Table) -> Table:
    """Return the table as it is: no fault is planted."""
    return table


def without_guard(*names: str) -> Wrap:
    """Drop the guards whose names start so; what only checks is dropped whole."""

    def rewrite(write: Write) -> Write | None:
        if not guard_name(write).startswith(names):
            return write
        match write:
            case Put():
                return replace(write, guard=None)
            case Count():
                return replace(write, at_most=10**6)
            case Check() | Delete():
                return None

    return lambda table: FaultyTable(table, rewrite)

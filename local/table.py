"""The table in SQLite: what `shared.storage.dynamo` is on AWS, with the same guards, pages and stream."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, cast

from local.bell import Bell
from shared.domain.errors import IntegrityError
from shared.storage.items import INDEXES
from shared.storage.table import (
    REVISION,
    Check,
    Count,
    GuardFailedError,
    Item,
    ItemPage,
    Key,
    Position,
    Put,
    guard_name,
)

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from local.database import Database
    from shared.storage.table import Index, Query, Value, Write

type Attributes = dict[str, Value]

EXPIRES = "expires"
"""The attribute of an item's time to live, in whole seconds since 1970."""

_MOST_WRITES = 100
_SWEEP = 500
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


class SqliteTable:
    """The `Table` protocol over a database. Every read is consistent, those of an index too.

    `changes` rings after each write that the stream tells of.
    """

    def __init__(
        self, database: Database, *, indexes: Sequence[Index] = INDEXES, now: Callable[[], float] = time.time
    ) -> None:
        self._database = database
        self._indexes = tuple(indexes)
        self._now = now
        self.changes = Bell()

    def get(self, key: Key) -> Item | None:
        """Return an item, or None."""
        with self._database.reading() as connection:
            attributes = _stored(connection, key)
        return None if attributes is None else Item(key, attributes)

    def query(self, query: Query) -> ItemPage:
        """Return one page. As in DynamoDB, a page that is full has an `end` even when nothing follows."""
        statement, values = _statement(query)
        with self._database.reading() as connection:
            rows = connection.execute(statement, values).fetchall()
        items = tuple(Item(Key(pk, sk), json.loads(attributes)) for pk, sk, _, attributes in rows)
        if len(rows) < query.limit:
            return ItemPage(items, None)
        pk, sk, sort, _ = rows[-1]
        return ItemPage(items, Position(sort, Key(pk, sk)))

    def scan(self, after: Key | None, limit: int) -> ItemPage:
        """Return the next items of the table, in the order of their keys."""
        start = (after.pk, after.sk) if after else ("", "")
        statement = "SELECT pk, sk, attributes FROM items WHERE (pk, sk) > (?, ?) ORDER BY pk, sk LIMIT ?"
        with self._database.reading() as connection:
            rows = connection.execute(statement, (*start, limit)).fetchall()
        items = tuple(Item(Key(pk, sk), json.loads(attributes)) for pk, sk, attributes in rows)
        end = items[-1].key if len(items) == limit else None
        return ItemPage(items, Position(end.sk, end) if end else None)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of the writes or none. Raises GuardFailedError, UnavailableError.

        IntegrityError is for what DynamoDB refuses whatever is stored: no writes, more than 100, two on one key.
        """
        keys = [_key(write) for write in writes]
        if not 1 <= len(keys) <= _MOST_WRITES or len(set(keys)) != len(keys):
            message = f"A transaction is 1 to {_MOST_WRITES} writes, each on a key of its own; these are {keys}."
            raise IntegrityError(message)
        with self._database.writing() as connection:
            stored = [_stored(connection, key) for key in keys]
            for place, (write, old) in enumerate(zip(writes, stored, strict=True)):
                if not _holds(write, old):
                    raise GuardFailedError(place=place, name=guard_name(write))
            for write, key, old in zip(writes, keys, stored, strict=True):
                self._replace(connection, key, old, _after(write, old))
        self.changes.ring()

    def sweep(self) -> int:
        """Remove items whose time to live is over, and return how many; a few hundred at a time."""
        with self._database.writing() as connection:
            due = (int(self._now()), _SWEEP)
            rows = connection.execute("SELECT pk, sk, attributes FROM items WHERE expires <= ? LIMIT ?", due).fetchall()
            for pk, sk, attributes in rows:
                self._replace(connection, Key(pk, sk), json.loads(attributes), None, expired=1)
        if rows:
            self.changes.ring()
        return len(rows)

    def _replace(
        self,
        connection: sqlite3.Connection,
        key: Key,
        old: Attributes | None,
        new: Attributes | None,
        *,
        expired: int = 0,
    ) -> None:
        if old == new:
            return  # DynamoDB's stream does not tell of a write that changes nothing either
        place = (key.pk, key.sk)
        connection.execute("DELETE FROM index_entries WHERE pk = ? AND sk = ?", place)
        if new is None:
            connection.execute("DELETE FROM items WHERE pk = ? AND sk = ?", place)
        else:
            row = (*place, _text(new), _expiry(new))
            connection.execute("INSERT OR REPLACE INTO items VALUES (?, ?, ?, ?)", row)
            entries = [(name, *where, *place) for name, where in self._entries(new)]
            connection.executemany("INSERT INTO index_entries VALUES (?, ?, ?, ?, ?)", entries)
        kind = "INSERT" if old is None else "MODIFY" if new is not None else "REMOVE"
        connection.execute(
            "INSERT INTO changes (at, kind, pk, sk, old, new, expired) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._now(), kind, *place, old and _text(old), new and _text(new), expired),
        )

    def _entries(self, attributes: Attributes) -> list[tuple[str, tuple[str, str]]]:
        """List the indexes that an item is in: those whose attributes it has, both."""
        entries = []
        for index in self._indexes:
            partition, sort = attributes.get(index.partition), attributes.get(index.sort)
            if isinstance(partition, str) and isinstance(sort, str):
                entries.append((index.name, (partition, sort)))
        return entries


def _statement(query: Query) -> tuple[str, list[str | int]]:
    """Write the SELECT of a page. Positions compare as whole rows: several items may share an index's sort key."""
    direction, beyond = ("DESC", "<") if query.descending else ("ASC", ">")
    after = query.after
    if query.index.name:
        source = "index_entries AS entry JOIN items USING (pk, sk)"
        where, values = "entry.name = ? AND entry.partition = ?", [query.index.name, query.partition]
        sort, order = "entry.sort", f"entry.sort {direction}, pk {direction}, sk {direction}"
        start = (f"(entry.sort, pk, sk) {beyond} (?, ?, ?)", [after.sort, after.key.pk, after.key.sk] if after else [])
    else:
        source, where, values = "items", "pk = ?", [query.partition]
        sort, order = "sk", f"sk {direction}"
        start = (f"sk {beyond} ?", [after.sort] if after else [])
    conditions = [(where, values), (f"{sort} >= ?", [query.prefix])]
    if (end := _end_of(query.prefix)) is not None:
        conditions.append((f"{sort} < ?", [end]))
    if after:
        conditions.append(start)
    text = " AND ".join(condition for condition, _ in conditions)
    parameters: list[str | int] = [value for _, each in conditions for value in each]
    # Nothing of a request is in the text: only the names of columns, chosen here.
    statement = f"SELECT pk, sk, {sort}, attributes FROM {source} WHERE {text} ORDER BY {order} LIMIT ?"  # noqa: S608
    return statement, [*parameters, query.limit]


def _end_of(prefix: str) -> str | None:
    """Return the first text after all those that start with `prefix`, in code point order; None if there is none."""
    kept = prefix.rstrip(chr(_LAST_CHARACTER))
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(_SURROGATES.stop if following in _SURROGATES else following)


def _stored(connection: sqlite3.Connection, key: Key) -> Attributes | None:
    row = connection.execute("SELECT attributes FROM items WHERE pk = ? AND sk = ?", (key.pk, key.sk)).fetchone()
    return None if row is None else cast("Attributes", json.loads(row[0]))


def _text(attributes: Attributes) -> str:
    return json.dumps(attributes, separators=(",", ":"))


def _expiry(attributes: Attributes) -> int | None:
    expires = attributes.get(EXPIRES)
    return expires if isinstance(expires, int) else None


def _key(write: Write) -> Key:
    return write.item.key if isinstance(write, Put) else write.key


def _holds(write: Write, old: Attributes | None) -> bool:
    if isinstance(write, Count):
        total = _counter(old, write.attribute) + write.by
        return total <= write.at_most if write.by > 0 else total >= 0
    guard = write.guard
    if guard is None:
        return True
    return old is None if guard.revision == 0 else old is not None and old.get(REVISION) == guard.revision


def _after(write: Write, old: Attributes | None) -> Attributes | None:
    match write:
        case Put(item=item):
            # An attribute that is None is absent, as in DynamoDB.
            return {name: value for name, value in item.attributes.items() if value is not None}
        case Count(attribute=attribute, by=by):
            return {**(old or {}), **write.attributes, attribute: _counter(old, attribute) + by}
    return old if isinstance(write, Check) else None


def _counter(old: Attributes | None, attribute: str) -> int:
    value = (old or {}).get(attribute, 0)
    if not isinstance(value, int):
        message = f"The counter {attribute!r} holds {value!r}, which is no number."
        raise IntegrityError(message)
    return value

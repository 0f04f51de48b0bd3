"""One SQLite database: the table, its stream and the queues of a store on one machine.

WAL with `synchronous=FULL`: a commit that returned is on the disk, whatever happens then to the process or the power.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import deque
from contextlib import contextmanager
from typing import TYPE_CHECKING

from shared.domain.errors import IntegrityError, UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

IN_MEMORY = ":memory:"
_LAYOUT = 2
_BUSY_SECONDS = 10.0
_TRANSIENT = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
    }
)
"""Primary result codes of what may go away by itself: another writer, a full disk, a disk that does not answer."""

_MEASUREMENTS = """
CREATE TABLE measurements (
    metric TEXT NOT NULL, label TEXT NOT NULL, hour INTEGER NOT NULL,
    samples INTEGER NOT NULL, total REAL NOT NULL, most REAL NOT NULL,
    PRIMARY KEY (metric, label, hour)
) STRICT, WITHOUT ROWID;
"""

_SCHEMA = f"""
BEGIN;
CREATE TABLE items (
    pk TEXT NOT NULL, sk TEXT NOT NULL, attributes TEXT NOT NULL, expires INTEGER,
    PRIMARY KEY (pk, sk)
) STRICT, WITHOUT ROWID;
CREATE INDEX items_by_expiry ON items (expires) WHERE expires IS NOT NULL;
CREATE TABLE index_entries (
    name TEXT NOT NULL, partition TEXT NOT NULL, sort TEXT NOT NULL, pk TEXT NOT NULL, sk TEXT NOT NULL,
    PRIMARY KEY (name, partition, sort, pk, sk)
) STRICT, WITHOUT ROWID;
CREATE INDEX index_entries_by_item ON index_entries (pk, sk);
CREATE TABLE changes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, kind TEXT NOT NULL,
    pk TEXT NOT NULL, sk TEXT NOT NULL, old TEXT, new TEXT, expired INTEGER NOT NULL
) STRICT;
CREATE TABLE checkpoints (consumer TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT;
CREATE TABLE messages (
    id TEXT PRIMARY KEY, queue TEXT NOT NULL, body TEXT NOT NULL, sent REAL NOT NULL, due REAL NOT NULL,
    receipt TEXT, receives INTEGER NOT NULL DEFAULT 0, interruptions INTEGER NOT NULL DEFAULT 0, first_received REAL,
    correlation_id TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX messages_by_due ON messages (queue, due);
CREATE TABLE dead_letters (
    id TEXT PRIMARY KEY, source TEXT NOT NULL, body TEXT NOT NULL, reason TEXT NOT NULL, at REAL NOT NULL,
    correlation_id TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE schedules (name TEXT PRIMARY KEY, last_run REAL NOT NULL) STRICT;
{_MEASUREMENTS}
PRAGMA user_version = {_LAYOUT};
COMMIT;
"""

_UPGRADES = {
    1: f"""
BEGIN;
ALTER TABLE messages ADD COLUMN correlation_id TEXT NOT NULL DEFAULT '';
ALTER TABLE dead_letters ADD COLUMN correlation_id TEXT NOT NULL DEFAULT '';
{_MEASUREMENTS}
PRAGMA user_version = 2;
COMMIT;
""",
}
"""What makes the next layout of one: a store that was kept by an earlier release goes on with this one."""


class Database:
    """A database file, or one in memory that lives as long as this object.

    Writers of this process queue at a lock, which is fair and costs nothing, instead of polling for SQLite's own.
    Readers take any free connection: in WAL they neither wait for the writer nor disturb it.
    """

    def __init__(self, path: Path | str = IN_MEMORY) -> None:
        self._path = str(path)
        self._is_file = self._path != IN_MEMORY
        self._lock = threading.RLock()
        self._readers: deque[sqlite3.Connection] = deque()
        with _translated():
            self._writer = self._connect(_prepare)

    def close(self) -> None:
        """Close every connection. Nobody may be reading or writing any more."""
        with self._lock:
            while self._readers:
                self._readers.pop().close()
            self._writer.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction: committed at the end, rolled back if anything is raised.

        Raises UnavailableError, IntegrityError.
        """
        with self._lock, _translated():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            finally:
                if self._writer.in_transaction:
                    self._writer.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give a connection for one statement, which sees one state of the database.

        Raises UnavailableError, IntegrityError.
        """
        if not self._is_file:
            with self._lock, _translated():
                yield self._writer
            return
        with _translated():
            connection = self._free_reader()
            try:
                yield connection
            finally:
                self._readers.append(connection)

    def _free_reader(self) -> sqlite3.Connection:
        try:
            return self._readers.pop()
        except IndexError:
            return self._connect(_wait_for_the_disk)

    def _connect(self, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
        # Used by one thread at a time, though not always by the one that opened it.
        connection = sqlite3.connect(self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        try:
            prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make a database what this release expects. Raises IntegrityError where a later release made it."""
    connection.execute("PRAGMA journal_mode = WAL")  # kept in the file: it holds for every connection
    _wait_for_the_disk(connection)
    (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if layout == 0:
        connection.executescript(_SCHEMA)
        return
    while layout in _UPGRADES:
        connection.executescript(_UPGRADES[layout])
        (layout,) = connection.execute("PRAGMA user_version").fetchone()
    if layout != _LAYOUT:
        message = f"The database has the layout {layout}, of another release; this one reads the layout {_LAYOUT}."
        raise IntegrityError(message)


def _wait_for_the_disk(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA synchronous = FULL")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn SQLite's errors into the domain's."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _TRANSIENT:
            message = f"The database did not carry out the request: {error}"
            raise UnavailableError(message) from error
        message = f"The database contradicts itself: {error}"
        raise IntegrityError(message) from error

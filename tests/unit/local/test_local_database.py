"""The SQLite database under the table and the queues."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local.database import Database
from local.queue import SqliteQueue
from local.table import SqliteTable
from shared.domain.errors import IntegrityError, UnavailableError
from shared.storage.table import Count, Guard, GuardFailedError, Item, Key, Put

if TYPE_CHECKING:
    from pathlib import Path

KEY = Key("P", "S")


class InterruptedTestError(Exception):
    pass


def insert(connection: sqlite3.Connection, name: str) -> None:
    connection.execute("INSERT INTO schedules VALUES (?, 0)", (name,))


def names(database: Database) -> list[str]:
    with database.reading() as connection:
        return [name for (name,) in connection.execute("SELECT name FROM schedules ORDER BY name")]


def test_a_transaction_is_kept_whole(database: Database) -> None:
    with database.writing() as connection:
        insert(connection, "a")
        insert(connection, "b")
    assert names(database) == ["a", "b"]


def test_whatever_is_raised_inside_a_transaction_undoes_it(database: Database) -> None:
    def fail() -> None:
        with database.writing() as connection:
            insert(connection, "a")
            raise InterruptedTestError

    with pytest.raises(InterruptedTestError):
        fail()
    assert names(database) == []
    with database.writing() as connection:
        insert(connection, "b")
    assert names(database) == ["b"]


def test_what_is_kept_is_there_after_opening_again(tmp_path: Path) -> None:
    for name in ("a", "b"):
        database = Database(tmp_path / "x.db")
        with database.writing() as connection:
            insert(connection, name)
        database.close()
    database = Database(tmp_path / "x.db")
    assert names(database) == ["a", "b"]
    database.close()


def test_every_commit_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    for connect in (database.writing, database.reading):
        with connect() as connection:
            assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
            assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    database.close()


def test_a_reader_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    with database.writing() as connection:
        insert(connection, "a")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(names, database).result(timeout=5) == []
    assert names(database) == ["a"]
    database.close()


def test_a_database_that_another_process_holds_is_unavailable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.database._BUSY_SECONDS", 0.05)
    database = Database(tmp_path / "x.db")
    other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UnavailableError), database.writing():
        pass
    other.execute("ROLLBACK")
    other.close()
    with database.writing() as connection:
        insert(connection, "a")
    database.close()


_BEFORE_CORRELATION = """
ALTER TABLE messages DROP COLUMN correlation_id;
ALTER TABLE dead_letters DROP COLUMN correlation_id;
DROP TABLE measurements;
PRAGMA user_version = 1;
"""


def test_a_file_of_an_earlier_release_goes_on_with_what_it_holds(tmp_path: Path) -> None:
    made = Database(tmp_path / "x.db")
    with made.writing() as connection:
        insert(connection, "a")
        connection.execute("INSERT INTO messages (id, queue, body, sent, due) VALUES ('m', 'q', '{}', 0, 0)")
    made.close()
    earlier = sqlite3.connect(tmp_path / "x.db")
    earlier.executescript(_BEFORE_CORRELATION)
    earlier.close()
    database = Database(tmp_path / "x.db")
    assert names(database) == ["a"]
    (message,) = SqliteQueue(database, "q").receive(1, visibility_seconds=30)
    assert (message.body, message.correlation_id) == ("{}", "")
    database.close()


def test_a_file_of_another_release_is_refused(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "x.db")
    other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(IntegrityError, match="layout 99"):
        Database(tmp_path / "x.db")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_bytes(b"not a database, but long enough to look at" * 100)
    with pytest.raises(IntegrityError):
        Database(tmp_path / "x.db")


def test_of_many_threads_that_put_one_item_exactly_one_wins(database: Database) -> None:
    table = SqliteTable(database)
    start = threading.Barrier(16)

    def contend(number: int) -> bool:
        start.wait()
        try:
            table.transact([Put(Item(KEY, {"revision": 1, "by": number}), Guard("free", 0))])
        except GuardFailedError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        won = list(pool.map(contend, range(16)))
    assert won.count(True) == 1
    item = table.get(KEY)
    assert item is not None
    assert item.attributes["by"] == won.index(True)


def test_of_many_threads_that_count_as_many_succeed_as_there_is_room(database: Database) -> None:
    table = SqliteTable(database)

    def install(number: int) -> bool:
        install_record = Put(Item(Key("P", f"INSTALL#{number}"), {"revision": 1}), Guard("new", 0))
        try:
            table.transact([install_record, Count(KEY, "installs", 1, 100, "room for one more")])
        except GuardFailedError:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(install, range(120))).count(True) == 100
    assert table.get(KEY) == Item(KEY, {"installs": 100})

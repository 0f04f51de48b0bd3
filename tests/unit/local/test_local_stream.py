"""The table's stream: what it tells, to whom, and until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.stream import KEPT_SECONDS, ChangeLog
from local.table import SqliteTable
from shared.domain.errors import IntegrityError
from shared.storage.items import BY_OWNER
from shared.storage.table import Check, Count, Delete, Guard, GuardFailedError, Item, Key, Put, Query

if TYPE_CHECKING:
    from local.database import Database
    from tests.unit.local.conftest import Moment

KEY = Key("P", "S")
READER = "NotifyFunction.Outbox"


def put(revision: int, key: Key = KEY, **attributes: str | int) -> Put:
    return Put(Item(key, {"revision": revision, **attributes}), Guard("as read", revision - 1))


@pytest.fixture
def log(database: Database, moment: Moment) -> ChangeLog:
    opened = ChangeLog(database, now=moment)
    opened.enrol({READER: "TRIM_HORIZON"})
    return opened


@pytest.fixture
def table(database: Database, moment: Moment) -> SqliteTable:
    return SqliteTable(database, now=moment)


def kinds(log: ChangeLog, reader: str = READER) -> list[str]:
    return [change.kind for change in log.read(reader, 100)]


def test_each_change_of_an_item_is_told_in_order(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([put(1)])
    table.transact([put(2)])
    table.transact([Delete(KEY, Guard("as read", 2))])
    assert kinds(log) == ["INSERT", "MODIFY", "REMOVE"]


def test_a_record_is_shaped_as_dynamodb_shapes_it(table: SqliteTable, log: ChangeLog, moment: Moment) -> None:
    table.transact([put(1, text="old")])
    table.transact([put(2, text="new")])
    _, change = log.read(READER, 2)
    record = change.record()
    assert (record["eventSource"], record["eventName"], record["eventVersion"]) == ("aws:dynamodb", "MODIFY", "1.1")
    told = record["dynamodb"]
    assert told["Keys"] == {"pk": {"S": "P"}, "sk": {"S": "S"}}
    assert told["OldImage"] == {**told["Keys"], "revision": {"N": "1"}, "text": {"S": "old"}}
    assert told["NewImage"] == {**told["Keys"], "revision": {"N": "2"}, "text": {"S": "new"}}
    assert told["ApproximateCreationDateTime"] == moment.now
    assert told["StreamViewType"] == "NEW_AND_OLD_IMAGES"


def test_a_view_type_chooses_the_images(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([put(1)])
    table.transact([put(2)])
    _, change = log.read(READER, 2)
    shown = {
        view: set(change.record(view)["dynamodb"]) & {"OldImage", "NewImage"} for view in ("NEW_IMAGE", "KEYS_ONLY")
    }
    assert shown == {"NEW_IMAGE": {"NewImage"}, "KEYS_ONLY": set()}


def test_sequence_numbers_grow_and_are_never_given_twice(table: SqliteTable, log: ChangeLog) -> None:
    for revision in (1, 2, 3):
        table.transact([put(revision)])
        (change,) = log.read(READER, 5)
        assert change.sequence == revision
        log.advance(READER, change.sequence)
        log.trim()


def test_a_write_that_changes_nothing_is_not_told(table: SqliteTable, log: ChangeLog) -> None:
    same = Put(Item(KEY, {"revision": 1}), None)
    table.transact([same])
    table.transact([same])
    table.transact([Check(KEY, Guard("as read", 1))])
    assert kinds(log) == ["INSERT"]


def test_a_transaction_that_fails_tells_nothing(table: SqliteTable, log: ChangeLog) -> None:
    with pytest.raises(GuardFailedError):
        table.transact([put(1), Check(Key("no", "item"), Guard("there", 1))])
    assert kinds(log) == []


def test_a_counter_is_told_as_a_change(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([Count(KEY, "installs", 1, 2, "room")])
    table.transact([Count(KEY, "installs", 1, 2, "room")])
    assert kinds(log) == ["INSERT", "MODIFY"]


def test_changes_come_again_until_the_reader_advances(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([put(1)])
    table.transact([put(2)])
    assert kinds(log) == kinds(log) == ["INSERT", "MODIFY"]
    log.advance(READER, 1)
    assert kinds(log) == ["MODIFY"]
    log.advance(READER, 0)
    assert kinds(log) == ["MODIFY"]


def test_each_reader_goes_at_its_own_pace(table: SqliteTable, log: ChangeLog) -> None:
    log.enrol({READER: "TRIM_HORIZON", "PurgeFunction.Pointer": "TRIM_HORIZON"})
    table.transact([put(1)])
    log.advance(READER, 1)
    assert kinds(log) == []
    assert kinds(log, "PurgeFunction.Pointer") == ["INSERT"]


def test_a_new_reader_starts_at_the_position_it_asks_for(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([put(1)])
    log.enrol({READER: "TRIM_HORIZON", "first": "TRIM_HORIZON", "last": "LATEST"})
    assert kinds(log, "first") == ["INSERT"]
    assert kinds(log, "last") == []
    table.transact([put(2)])
    assert kinds(log, "last") == ["MODIFY"]


def test_a_reader_that_is_enrolled_again_goes_on_where_it_was(table: SqliteTable, log: ChangeLog) -> None:
    table.transact([put(1)])
    log.advance(READER, 1)
    log.enrol({READER: "TRIM_HORIZON"})
    assert kinds(log) == []


def test_what_every_reader_is_done_with_is_forgotten(table: SqliteTable, log: ChangeLog) -> None:
    log.enrol({READER: "TRIM_HORIZON", "slow": "TRIM_HORIZON"})
    table.transact([put(1)])
    table.transact([put(2)])
    log.advance(READER, 2)
    log.advance("slow", 1)
    assert log.trim() == 1
    assert kinds(log, "slow") == ["MODIFY"]


def test_a_reader_that_is_gone_holds_nothing_up(table: SqliteTable, log: ChangeLog) -> None:
    log.enrol({READER: "TRIM_HORIZON", "gone": "TRIM_HORIZON"})
    table.transact([put(1)])
    log.advance(READER, 1)
    assert log.trim() == 0
    log.enrol({READER: "TRIM_HORIZON"})
    assert log.trim() == 1


def test_without_readers_changes_are_kept_for_a_day(table: SqliteTable, log: ChangeLog, moment: Moment) -> None:
    log.enrol({})
    table.transact([put(1)])
    assert log.trim() == 0
    moment.now += KEPT_SECONDS + 1
    assert log.trim() == 1


def test_what_cannot_be_digested_is_buried_and_passed(table: SqliteTable, log: ChangeLog, database: Database) -> None:
    table.transact([put(1)])
    log.bury(READER, log.read(READER, 1), "too hard")
    assert kinds(log) == []
    with database.reading() as connection:
        letters = connection.execute("SELECT source, reason FROM dead_letters").fetchall()
    assert letters == [(READER, "too hard")]


def test_items_are_swept_when_their_time_is_over(table: SqliteTable, log: ChangeLog, moment: Moment) -> None:
    end = int(moment.now) + 60
    table.transact([put(1, expires=end, owner_pk="OWNER#me", owner_sk="1"), put(1, Key("P", "stays"))])
    assert table.sweep() == 0
    moment.now = end
    assert table.sweep() == 1
    assert table.get(KEY) is None
    assert table.get(Key("P", "stays")) is not None
    assert table.query(Query("OWNER#me", index=BY_OWNER)).items == ()
    removal = log.read(READER, 10)[-1].record()
    assert removal["eventName"] == "REMOVE"
    assert removal["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def test_a_bell_rings_for_each_transaction(table: SqliteTable) -> None:
    heard = table.changes.rings
    table.transact([put(1)])
    assert table.changes.rings == heard + 1


@pytest.mark.parametrize("writes", [[], [put(1), put(2)], [put(1, Key("P", str(n))) for n in range(101)]])
def test_what_dynamodb_would_never_take_is_refused_here_too(table: SqliteTable, writes: list[Put]) -> None:
    with pytest.raises(IntegrityError):
        table.transact(writes)

"""What waits and what was given up on one machine, and the way back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from local.bell import Bell
from local.operations import LocalBacklogs, LocalDeadLetters
from local.queue import SqliteQueue
from local.stream import ChangeLog
from local.table import SqliteTable
from shared.domain import correlation
from shared.domain.operations import Replay, Source, SourceKind
from shared.storage.table import Item, Key, Put

if TYPE_CHECKING:
    from local.database import Database
    from tests.unit.local.conftest import Moment

QUEUE = Source("snapshot", SourceKind.QUEUE, "SnapshotQueue", "SnapshotDeadLetterQueue")
STREAM = Source("notify", SourceKind.STREAM, "NotifyFunction", "NotifyDeadLetterQueue")
CONSUMER = "NotifyFunction.Committed"
OTHER = "PurgeFunction.PointerMoved"


@pytest.fixture
def queue(database: Database, moment: Moment) -> SqliteQueue:
    return SqliteQueue(database, "SnapshotQueue", delay_seconds=0, now=moment)


@pytest.fixture
def letters(database: Database, queue: SqliteQueue, moment: Moment) -> LocalDeadLetters:
    return LocalDeadLetters(database, lambda _: queue, Bell(), now=moment)


def write(database: Database, plugin: str, **attributes: str) -> None:
    SqliteTable(database).transact([Put(Item(Key(f"PLUGIN#{plugin}", "META"), {"revision": 1, **attributes}), None)])


def test_messages_are_counted_by_whose_hands_they_are_in(
    database: Database, queue: SqliteQueue, moment: Moment
) -> None:
    for delay in (0, 0, 60):
        queue.send("{}", delay_seconds=delay)
    queue.receive(1, visibility_seconds=30)
    moment.now += 10
    (seen,) = LocalBacklogs(database, now=moment).backlogs([QUEUE])
    assert (seen.waiting, seen.in_flight, seen.delayed, seen.oldest_seconds) == (1, 1, 1, 10)


def test_what_a_consumer_has_not_read_yet_waits(database: Database, moment: Moment) -> None:
    log = ChangeLog(database, now=moment)
    log.enrol({CONSUMER: "TRIM_HORIZON", OTHER: "TRIM_HORIZON"})
    write(database, "a")
    write(database, "b")
    (first, _) = log.read(CONSUMER, 10)
    log.advance(CONSUMER, first.sequence)
    behind, other = LocalBacklogs(database).backlogs([STREAM, replace(STREAM, feed="PurgeFunction")])
    assert (behind.waiting, other.waiting) == (1, 2)


def test_an_empty_queue_has_nothing_that_waits(database: Database) -> None:
    for source in (QUEUE, STREAM):
        (seen,) = LocalBacklogs(database).backlogs([source])
        assert (seen.waiting, seen.oldest_seconds, seen.dead) == (0, 0, 0)


def bury(queue: SqliteQueue, body: str) -> None:
    with correlation.following("request-1"):
        queue.send(body)
    (message,) = queue.receive(1, visibility_seconds=30)
    queue.bury(message, "it failed five times")


def test_dead_letters_say_why_and_what_they_are_about(queue: SqliteQueue, letters: LocalDeadLetters) -> None:
    bury(queue, '{"plugin_id": "todo", "version": 2}')
    (letter,) = letters.letters(QUEUE, 10)
    assert letter.reason == "it failed five times"
    assert letter.shown == {"plugin_id": "todo", "version": 2}
    assert letter.correlation_id == "request-1"
    assert letter.at


def test_a_dead_letter_of_a_queue_is_received_again_as_if_for_the_first_time(
    queue: SqliteQueue, letters: LocalDeadLetters
) -> None:
    bury(queue, "{}")
    assert letters.replay(QUEUE) == Replay(replayed=1)
    (message,) = queue.receive(10, visibility_seconds=30)
    assert (message.body, message.receives, message.correlation_id) == ("{}", 1, "request-1")
    assert letters.letters(QUEUE, 10) == ()


def test_replaying_once_more_replays_nothing(queue: SqliteQueue, letters: LocalDeadLetters) -> None:
    bury(queue, "{}")
    letters.replay(QUEUE)
    assert letters.replay(QUEUE) == Replay()


def test_letters_of_another_function_are_left_alone(queue: SqliteQueue, letters: LocalDeadLetters) -> None:
    bury(queue, "{}")
    assert letters.replay(STREAM) == Replay()
    assert len(letters.letters(QUEUE, 10)) == 1


def test_a_dead_letter_of_the_stream_is_told_again_in_full(database: Database, letters: LocalDeadLetters) -> None:
    log = ChangeLog(database)
    log.enrol({CONSUMER: "TRIM_HORIZON"})
    write(database, "a", name="Todo")
    told = log.read(CONSUMER, 10)
    log.bury(CONSUMER, told, "it cannot be digested")
    assert log.read(CONSUMER, 10) == []
    assert letters.replay(STREAM) == Replay(replayed=1)
    (again,) = log.read(CONSUMER, 10)
    assert again.record()["dynamodb"]["NewImage"] == told[0].record()["dynamodb"]["NewImage"]
    assert again.record()["eventName"] == told[0].record()["eventName"]
    assert letters.letters(STREAM, 10) == ()


def test_the_secret_of_a_webhook_is_in_its_dead_letter_and_not_shown(
    database: Database, letters: LocalDeadLetters
) -> None:
    log = ChangeLog(database)
    log.enrol({CONSUMER: "TRIM_HORIZON"})
    write(database, "a", secret="whsec_hush")  # noqa: S106 - a secret that is none
    log.bury(CONSUMER, log.read(CONSUMER, 10), "x")
    (letter,) = letters.letters(STREAM, 10)
    with database.reading() as connection:
        ((kept,),) = connection.execute("SELECT body FROM dead_letters").fetchall()
    assert "whsec_hush" in kept
    assert "whsec_hush" not in json.dumps(letter.shown)
    assert letter.shown["dynamodb"]["Keys"]["pk"] == {"S": "PLUGIN#a"}

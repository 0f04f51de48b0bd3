"""Queues: at least once, out of sight while in hand, and dead in the end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from local.queue import MOST_INTERRUPTIONS, SqliteQueue

if TYPE_CHECKING:
    from local.database import Database
    from local.queue import Message
    from tests.unit.local.conftest import Moment

VISIBILITY = 30.0


@pytest.fixture
def queue(database: Database, moment: Moment) -> SqliteQueue:
    return SqliteQueue(database, delay_seconds=0, now=moment)


def receive(queue: SqliteQueue, limit: int = 10) -> list[Message]:
    return queue.receive(limit, visibility_seconds=VISIBILITY)


def test_a_message_is_received_once_and_then_out_of_sight(queue: SqliteQueue, moment: Moment) -> None:
    message_id = queue.send("hello")
    (message,) = receive(queue)
    assert (message.message_id, message.body, message.receives) == (message_id, "hello", 1)
    assert (message.sent, message.first_received) == (moment.now, moment.now)
    assert receive(queue) == []


def test_a_message_that_nobody_deleted_comes_again(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("hello")
    (first,) = receive(queue)
    moment.now += VISIBILITY
    (second,) = receive(queue)
    assert (second.message_id, second.receives, second.first_received) == (first.message_id, 2, first.first_received)
    assert second.receipt != first.receipt


def test_a_message_that_was_deleted_never_comes_again(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("hello")
    queue.delete(receive(queue)[0])
    moment.now += VISIBILITY
    assert receive(queue) == []


def test_whoever_held_a_message_too_long_can_no_longer_delete_or_delay_it(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("hello")
    (late,) = receive(queue)
    moment.now += VISIBILITY
    (held,) = receive(queue)
    queue.delete(late)
    queue.bury(late, "late")
    queue.retry(late, after_seconds=0)
    assert receive(queue) == []
    moment.now += VISIBILITY
    assert [message.message_id for message in receive(queue)] == [held.message_id]


def test_a_retry_comes_after_its_pause(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("hello")
    queue.retry(receive(queue)[0], after_seconds=0.5)
    assert receive(queue) == []
    assert queue.seconds_until_due() == 0.5
    moment.now += 0.5
    assert len(receive(queue)) == 1


def test_a_message_waits_for_its_delay(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, delay_seconds=2, now=moment)
    queue.send("hello")
    assert receive(queue) == []
    moment.now += 2
    assert len(receive(queue)) == 1


def test_the_longest_due_comes_first_and_no_more_than_asked_for(queue: SqliteQueue, moment: Moment) -> None:
    for body in ("a", "b", "c"):
        queue.send(body)
        moment.now += 1
    assert queue.waiting() == 3
    assert [message.body for message in receive(queue, 2)] == ["a", "b"]
    assert queue.waiting() == 1


def test_a_queue_gives_only_its_own_messages(database: Database, queue: SqliteQueue, moment: Moment) -> None:
    other = SqliteQueue(database, "other", delay_seconds=0, now=moment)
    other.send("for the other")
    assert receive(queue) == []
    assert queue.seconds_until_due() == float("inf")
    assert [message.body for message in receive(other)] == ["for the other"]


def test_a_buried_message_is_kept_with_the_reason(queue: SqliteQueue, database: Database, moment: Moment) -> None:
    queue.send("hello")
    queue.bury(receive(queue)[0], "too often")
    moment.now += VISIBILITY
    assert receive(queue) == []
    with database.reading() as connection:
        letters = connection.execute("SELECT source, body, reason FROM dead_letters").fetchall()
    assert letters == [("snapshot", "hello", "too often")]


def test_what_was_in_hand_when_the_process_ended_is_received_again_and_not_held_against_it(queue: SqliteQueue) -> None:
    queue.send("hello")
    receive(queue)
    assert queue.resume() == 1
    (message,) = receive(queue)
    assert message.receives == 1


def test_resuming_leaves_alone_what_nobody_had_in_hand(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("hello")
    queue.retry(receive(queue)[0], after_seconds=60)
    assert queue.resume() == 0
    moment.now += 59
    assert receive(queue) == []


def test_a_message_that_ends_the_process_every_time_is_held_against_it_in_the_end(queue: SqliteQueue) -> None:
    queue.send("poison")
    receives = []
    for _ in range(MOST_INTERRUPTIONS + 3):
        receives.append(receive(queue)[0].receives)
        queue.resume()
    assert receives[:-2] == [1] * (MOST_INTERRUPTIONS + 1)
    assert receives[-2:] == [2, 3]


def test_of_many_threads_each_gets_messages_of_its_own(queue: SqliteQueue) -> None:
    for number in range(60):
        queue.send(str(number))
    with ThreadPoolExecutor(8) as pool:
        taken = [message.body for batch in pool.map(lambda _: receive(queue, 3), range(30)) for message in batch]
    assert sorted(taken, key=int) == [str(number) for number in range(60)]


def test_a_bell_rings_for_a_message_and_for_a_retry(queue: SqliteQueue) -> None:
    heard = queue.arrivals.rings
    queue.send("hello")
    assert queue.arrivals.rings == heard + 1
    queue.retry(receive(queue)[0], after_seconds=0)
    assert queue.arrivals.rings == heard + 2

"""The local clock of scheduled releases."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from local.database import Database
from local.queue import SqliteQueue
from local.scheduler import SqliteDueReleases, SqliteReleaseSchedule
from shared.storage.scheduler import release_message

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.local.conftest import Moment

HOUR = 3600.0


def at(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def bodies(queue: SqliteQueue) -> list[dict[str, object]]:
    return [json.loads(message.body) for message in queue.receive(10, visibility_seconds=60)]


def test_a_release_is_asked_for_at_its_moment_and_not_before(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "ReleaseQueue", now=moment)
    SqliteReleaseSchedule(database, queue, now=moment).at(at(moment.now + HOUR), "todo", 3)
    assert bodies(queue) == []
    assert queue.seconds_until_due() == HOUR
    moment.now += HOUR
    assert bodies(queue) == [{"plugin_id": "todo", "version": 3, "moment": "1970-01-12T14:46:40.000Z"}]


def test_asking_wakes_whoever_waits_for_the_queue(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "ReleaseQueue", now=moment)
    heard = queue.arrivals.rings
    SqliteReleaseSchedule(database, queue, now=moment).at(at(moment.now + HOUR), "todo", 3)
    assert queue.arrivals.rings == heard + 1


def test_one_moment_of_one_version_is_asked_for_once(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "ReleaseQueue", now=moment)
    schedule = SqliteReleaseSchedule(database, queue, now=moment)
    for number in (1, 1, 2):
        schedule.at(at(moment.now), "todo", number)
    schedule.at(at(moment.now) + timedelta(seconds=-1), "todo", 1)
    assert len(bodies(queue)) == 3


def test_a_moment_that_passed_while_nothing_ran_is_made_up_for(tmp_path: Path, moment: Moment) -> None:
    before = Database(tmp_path / "standfast.db")
    queue = SqliteQueue(before, "ReleaseQueue", now=moment)
    SqliteReleaseSchedule(before, queue, now=moment).at(at(moment.now + HOUR), "todo", 3)
    before.close()
    moment.now += 2 * HOUR
    after = Database(tmp_path / "standfast.db")
    assert len(bodies(SqliteQueue(after, "ReleaseQueue", now=moment))) == 1
    after.close()


def test_a_release_is_set_until_it_comes_to_pass(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "due", delay_seconds=0, now=moment)
    schedule = SqliteReleaseSchedule(database, queue, now=moment)
    then = datetime.fromtimestamp(moment.now + 60, UTC)
    assert not schedule.is_set(then, "todo", 1)
    schedule.at(then, "todo", 1)
    assert schedule.is_set(then, "todo", 1)
    assert not schedule.is_set(then, "todo", 2)
    moment.now += 61
    (message,) = queue.receive(1, visibility_seconds=30)
    queue.delete(message)
    assert not schedule.is_set(then, "todo", 1)


def test_a_release_that_is_overdue_is_asked_for_at_once(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "due", delay_seconds=60, now=moment)
    then = datetime.fromtimestamp(moment.now - 60, UTC)
    SqliteDueReleases(queue).ask(then, "todo", 1)
    (message,) = queue.receive(1, visibility_seconds=30)
    assert message.body == release_message(then, "todo", 1)

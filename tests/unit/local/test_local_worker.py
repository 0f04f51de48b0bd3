"""The worker delivers as Lambda's event source mappings do."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from local.bell import Bell
from local.queue import SqliteQueue
from local.schedules import Housekeeping, ScheduledCall, ScheduledSend
from local.stream import ChangeLog
from local.table import SqliteTable
from local.template import MOMENT, QueueSource, Schedule, ScheduledMessage, StreamSource
from local.worker import QueueWork, StreamWork, Worker
from shared.storage.table import Item, Key, Put

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.database import Database
    from tests.unit.local.conftest import Moment

QUEUE_SOURCE = QueueSource(
    "F", "Requests", 10, threads=1, reports_failures=True, visibility_seconds=360, most_receives=4
)
STREAM_SOURCE = StreamSource(
    function="F",
    name="F.Outbox",
    batch_size=10,
    reports_failures=False,
    halves_on_error=False,
    most_retries=2,
    starting_position="TRIM_HORIZON",
    view="NEW_AND_OLD_IMAGES",
    patterns=(),
)


class DeliveryTestError(Exception):
    pass


class Recorder:
    """A function that notes its events and answers as told."""

    name = "F"

    def __init__(self, answer: Callable[[list[Any]], Any] = lambda _: None) -> None:
        self.batches: list[list[Any]] = []
        self._answer = answer

    def __call__(self, event: dict[str, Any]) -> Any:  # noqa: ANN401
        self.batches.append(event.get("Records", [event]))
        return self._answer(self.batches[-1])


def failing(*bodies: str) -> Callable[[list[Any]], Any]:
    def answer(records: list[Any]) -> Any:  # noqa: ANN401
        failed = [record["messageId"] for record in records if record["body"] in bodies]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}

    return answer


def raising(_: list[Any]) -> None:
    raise DeliveryTestError


def letters(database: Database) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return connection.execute("SELECT source, body FROM dead_letters ORDER BY id").fetchall()


def bodies(recorder: Recorder) -> list[list[str]]:
    return [[record["body"] for record in batch] for batch in recorder.batches]


# ------------------------------------------------------------------------------------------------------------ queues


@pytest.fixture
def queue(database: Database, moment: Moment) -> SqliteQueue:
    return SqliteQueue(database, "Requests", delay_seconds=0, now=moment)


def queue_work(queue: SqliteQueue, function: Any, **changed: Any) -> QueueWork:  # noqa: ANN401
    return QueueWork(replace(QUEUE_SOURCE, **changed), function, queue)


def test_a_message_comes_shaped_as_sqs_shapes_it(queue: SqliteQueue, moment: Moment) -> None:
    queue.ask("weather", 3)
    recorder = Recorder()
    assert queue_work(queue, recorder)() == 0
    (record,) = recorder.batches[0]
    assert json.loads(record["body"]) == {"plugin_id": "weather", "version": 3}
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["attributes"]["SentTimestamp"] == str(int(moment.now * 1000))
    assert (record["eventSource"], record["awsRegion"]) == ("aws:sqs", "local")
    assert record["eventSourceARN"].endswith(":Requests")


def test_what_succeeded_is_gone_and_what_failed_comes_again_soon(queue: SqliteQueue, moment: Moment) -> None:
    for body in ("good", "bad"):
        queue.send(body)
    recorder = Recorder(failing("bad"))
    work = queue_work(queue, recorder)
    work()
    assert work() == pytest.approx(0.1)
    moment.now += 0.11
    work()
    assert bodies(recorder) == [["good", "bad"], ["bad"]]


def test_a_function_that_raises_fails_the_whole_batch(queue: SqliteQueue, moment: Moment) -> None:
    for body in ("a", "b"):
        queue.send(body)
    recorder = Recorder(raising)
    work = queue_work(queue, recorder)
    work()
    moment.now += 1
    work()
    assert bodies(recorder) == [["a", "b"], ["a", "b"]]


@pytest.mark.parametrize("answer", [None, {}, {"batchItemFailures": None}, {"batchItemFailures": []}])
def test_no_failures_in_the_answer_is_success(queue: SqliteQueue, moment: Moment, answer: object) -> None:
    queue.send("a")
    recorder = Recorder(lambda _: answer)
    work = queue_work(queue, recorder)
    work()
    moment.now += 1000
    work()
    assert len(recorder.batches) == 1


@pytest.mark.parametrize("answer", ["x", {"batchItemFailures": [{}]}, {"batchItemFailures": [{"itemIdentifier": "?"}]}])
def test_an_answer_that_makes_no_sense_fails_the_whole_batch(
    queue: SqliteQueue, moment: Moment, answer: object
) -> None:
    queue.send("a")
    recorder = Recorder(lambda _: answer)
    work = queue_work(queue, recorder)
    work()
    moment.now += 1
    work()
    assert len(recorder.batches) == 2


def test_without_partial_answers_an_answer_means_success(queue: SqliteQueue, moment: Moment) -> None:
    queue.send("bad")
    recorder = Recorder(failing("bad"))
    work = queue_work(queue, recorder, reports_failures=False)
    work()
    moment.now += 1000
    work()
    assert len(recorder.batches) == 1


def test_a_message_that_fails_too_often_is_dead_and_its_last_try_is_as_late_as_on_aws(
    queue: SqliteQueue, database: Database, moment: Moment
) -> None:
    queue.send("bad")
    recorder = Recorder(failing("bad"))
    work = queue_work(queue, recorder)
    pauses = []
    for _ in range(3):
        work()
        pauses.append(work())
        moment.now += pauses[-1]
    assert pauses == pytest.approx([0.1, 0.4, 360])
    assert letters(database) == []
    work()
    assert letters(database) == [("Requests", "bad")]
    assert queue.seconds_until_due() == float("inf")


def test_a_batch_holds_no_more_than_its_size(queue: SqliteQueue) -> None:
    for number in range(5):
        queue.send(str(number))
    recorder = Recorder()
    work = queue_work(queue, recorder, batch_size=2)
    for _ in range(3):
        work()
    assert [len(batch) for batch in recorder.batches] == [2, 2, 1]


def test_a_batch_leaves_something_for_the_other_threads(queue: SqliteQueue) -> None:
    for number in range(4):
        queue.send(str(number))
    recorder = Recorder()
    queue_work(queue, recorder, threads=4)()
    assert [len(batch) for batch in recorder.batches] == [1]


# ------------------------------------------------------------------------------------------------------------ stream


@pytest.fixture
def log(database: Database) -> ChangeLog:
    opened = ChangeLog(database)
    opened.enrol({STREAM_SOURCE.name: "TRIM_HORIZON"})
    return opened


def change(database: Database, *names: str) -> None:
    table = SqliteTable(database)
    for name in names:
        table.transact([Put(Item(Key("P", name), {"revision": 1}), None)])


def names(records: list[Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["sk"]["S"] for record in records]


def stream_work(log: ChangeLog, function: Any, **changed: Any) -> StreamWork:  # noqa: ANN401
    return StreamWork(replace(STREAM_SOURCE, **changed), function, log)


def exhaust(work: StreamWork) -> None:
    """Work until nothing is left, without waiting for pauses."""
    for _ in range(60):
        work._not_before = 0.0
        work()


def test_changes_are_delivered_in_order_and_once(database: Database, log: ChangeLog) -> None:
    change(database, "a", "b", "c")
    recorder = Recorder()
    work = stream_work(log, recorder, batch_size=2)
    exhaust(work)
    assert [names(batch) for batch in recorder.batches] == [["a", "b"], ["c"]]


def test_only_what_a_filter_wants_is_delivered_and_the_rest_is_passed(database: Database, log: ChangeLog) -> None:
    change(database, "META", "EVENT#1", "LIVE", "EVENT#2")
    recorder = Recorder()
    wanted = {"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}
    exhaust(stream_work(log, recorder, patterns=(wanted,)))
    assert [names(batch) for batch in recorder.batches] == [["EVENT#1", "EVENT#2"]]
    assert log.read(STREAM_SOURCE.name, 10) == []


def test_a_batch_that_fails_is_tried_again_before_anything_later(database: Database, log: ChangeLog) -> None:
    change(database, "a")
    recorder = Recorder(raising)
    work = stream_work(log, recorder, most_retries=None)
    assert 0 < work() <= 0.1
    change(database, "b")
    assert work() > 0
    assert len(recorder.batches) == 1
    exhaust(work)
    assert {names(batch)[0] for batch in recorder.batches} == {"a"}


def test_after_its_retries_a_batch_is_buried_and_the_next_one_comes(database: Database, log: ChangeLog) -> None:
    change(database, "bad", "good")

    def fail_on_bad(records: list[Any]) -> None:
        if "bad" in names(records):
            raise DeliveryTestError

    recorder = Recorder(fail_on_bad)
    exhaust(stream_work(log, recorder, batch_size=1))
    assert [names(batch) for batch in recorder.batches] == [["bad"], ["bad"], ["bad"], ["good"]]
    (letter,) = letters(database)
    assert letter[0] == STREAM_SOURCE.name
    assert "bad" in letter[1]


def test_halving_finds_the_one_change_that_fails(database: Database, log: ChangeLog) -> None:
    every = [f"{number:02}" for number in range(10)]
    change(database, *every)

    def fail_on_seven(records: list[Any]) -> None:
        if "07" in names(records):
            raise DeliveryTestError

    recorder = Recorder(fail_on_seven)
    exhaust(stream_work(log, recorder, halves_on_error=True))
    assert len(letters(database)) == 1
    done = [name for batch in recorder.batches if "07" not in names(batch) for name in names(batch)]
    assert done == [name for name in every if name != "07"]


def test_a_partial_failure_goes_on_from_the_first_that_failed(database: Database, log: ChangeLog) -> None:
    change(database, "a", "b", "c")

    def fail_b_once(records: list[Any]) -> Any:  # noqa: ANN401
        failed = [each["dynamodb"]["SequenceNumber"] for each in records if names([each]) == ["b"]]
        first = len(recorder.batches) == 1
        return {"batchItemFailures": [{"itemIdentifier": number} for number in failed if first]}

    recorder = Recorder(fail_b_once)
    exhaust(stream_work(log, recorder, reports_failures=True))
    assert [names(batch) for batch in recorder.batches] == [["a", "b", "c"], ["b", "c"]]


# ----------------------------------------------------------------------------------------------------------- threads


def test_a_worker_wakes_at_the_bell_and_not_at_the_end_of_its_sleep() -> None:
    bell, done = Bell(), threading.Event()

    def work() -> float:
        if bell.rings:
            done.set()
        return 60.0

    worker = Worker("w", work, bell)
    worker.start()
    started = time.monotonic()
    bell.ring()
    assert done.wait(5)
    assert time.monotonic() - started < 0.5
    worker.stop()
    worker.join(5)


def test_a_worker_outlives_what_its_work_raises(caplog: pytest.LogCaptureFixture) -> None:
    bell, done = Bell(), threading.Event()
    calls: list[int] = []

    def work() -> float:
        calls.append(1)
        if len(calls) == 1:
            raise DeliveryTestError
        done.set()
        return 60.0

    worker = Worker("w", work, bell)
    worker.start()
    assert done.wait(5)
    worker.stop()
    worker.join(5)
    assert "w failed" in caplog.text


def test_a_worker_finishes_what_is_in_hand_before_it_stops() -> None:
    begun, finish, finished = threading.Event(), threading.Event(), threading.Event()

    def work() -> float:
        begun.set()
        finish.wait(5)
        finished.set()
        return 60.0

    worker = Worker("w", work, Bell())
    worker.start()
    begun.wait(5)
    worker.stop()
    finish.set()
    worker.join(5)
    assert finished.is_set()


def test_a_ring_between_looking_and_sleeping_is_not_missed() -> None:
    bell = Bell()
    heard = bell.rings
    bell.ring()
    started = time.monotonic()
    bell.wait(heard, 5)
    assert time.monotonic() - started < 1


# --------------------------------------------------------------------------------------------------------- schedules


def test_a_schedule_runs_first_after_its_interval_and_counts_on_over_restarts(
    database: Database, moment: Moment
) -> None:
    recorder: Any = Recorder()

    def call() -> float:
        return ScheduledCall(Schedule("F", "F.Nightly", 3600, None), recorder, database, moment)()

    assert call() == 3600
    moment.now += 3599
    assert call() == 1
    assert recorder.batches == []
    moment.now += 1
    assert call() == 3600
    moment.now += 10 * 3600
    call()
    assert call() == 3600
    assert len(recorder.batches) == 2
    assert recorder.batches[0][0]["source"] == "aws.events"


def test_a_schedule_sends_the_event_of_its_own(database: Database, moment: Moment) -> None:
    recorder: Any = Recorder()
    call = ScheduledCall(Schedule("F", "F.Own", 60, {"mode": "all"}), recorder, database, moment)
    call()
    moment.now += 60
    call()
    assert recorder.batches == [[{"mode": "all"}]]


def test_a_scheduled_message_comes_every_so_often_and_tells_its_moment(database: Database, moment: Moment) -> None:
    queue = SqliteQueue(database, "looks", delay_seconds=0, now=moment)
    message = ScheduledMessage("looks", "Begin", 900, f'{{"round": "{MOMENT}"}}')
    send = ScheduledSend(message, queue, database, moment)
    assert send() == 900
    assert not queue.receive(10, visibility_seconds=60)
    moment.now += 900
    assert send() == 900
    (sent,) = queue.receive(10, visibility_seconds=60)
    assert datetime.fromisoformat(json.loads(sent.body)["round"]).timestamp() == moment.now
    assert send() == 900


def test_chores_are_done_at_once_and_then_by_the_clock() -> None:
    done: list[str] = []
    chores = Housekeeping(lambda: done.append("a"), lambda: done.append("b"), seconds=60)
    assert chores() == 60
    assert 0 < chores() <= 60
    assert done == ["a", "b"]

"""Drives the functions that no request calls: from queues, from the table's stream, by schedule.

What Lambda's event source mappings do on AWS, read from the same template.
"""

from __future__ import annotations

import hashlib
import logging
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.cloudformation import arn_of
from local.functions import LocalFunction
from local.patterns import matches
from local.queue import SqliteQueue
from local.stream import sequence_number
from local.template import QueueSource
from shared.domain import correlation

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.bell import Bell
    from local.queue import Message
    from local.stream import Change, ChangeLog
    from local.template import StreamSource

LONGEST_SLEEP = 1.0
"""Seconds after which a worker looks for work even though no bell rang."""

FIRST_RETRY_SECONDS = 0.1
_RETRY_GROWTH = 4
_LONGEST_STREAM_PAUSE = 30.0
_logger = logging.getLogger("standfast.worker")


class Worker:
    """A thread that works while there is work, and sleeps until a bell rings."""

    def __init__(self, name: str, work: Callable[[], float], bell: Bell) -> None:
        self._work = work
        self._bell = bell
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Start working."""
        self._thread.start()

    def stop(self) -> None:
        """Take on nothing more. What is in hand is finished: see `join`."""
        self._stopping.set()
        self._bell.ring()

    def join(self, seconds: float) -> None:
        """Wait until the work in hand is finished, but no longer than some seconds."""
        self._thread.join(max(seconds, 0.0))

    def _run(self) -> None:
        while not self._stopping.is_set():
            heard = self._bell.rings
            try:
                pause = self._work()
            except Exception:
                _logger.exception("%s failed", self._thread.name)
                pause = LONGEST_SLEEP
            if not self._stopping.is_set():
                self._bell.wait(heard, min(pause, LONGEST_SLEEP))


@dataclass(frozen=True, slots=True)
class QueueWork:
    """Takes messages of a queue to a function. May run in several threads."""

    source: QueueSource
    function: LocalFunction
    queue: SqliteQueue

    def __call__(self) -> float:
        """Deliver one batch if there is one, and return for how many seconds there is nothing to do."""
        messages = self.queue.receive(self._share(), visibility_seconds=self.source.visibility_seconds)
        if not messages:
            return self.queue.seconds_until_due()
        failed = self._deliver(messages)
        for message in messages:
            if message.message_id in failed:
                self._settle_failure(message, failed[message.message_id])
            else:
                self.queue.delete(message)
        return 0.0

    def _share(self) -> int:
        """Return how many messages to take: a batch may be full, but not while other threads stand idle."""
        if self.source.batch_size == 1:
            return 1
        return max(1, min(self.source.batch_size, -(-self.queue.waiting() // self.source.threads)))

    def _deliver(self, messages: Sequence[Message]) -> dict[str, str]:
        """Return why each failed message failed, by its id."""
        try:
            result = self.function({"Records": [sqs_record(message, self.queue.name) for message in messages]})
        except Exception as error:
            _logger.exception("%s failed on %s messages", self.function.name, len(messages))
            return {message.message_id: repr(error) for message in messages}
        if not self.source.reports_failures:
            return {}
        return _reported(result, [message.message_id for message in messages])

    def _settle_failure(self, message: Message, reason: str) -> None:
        most = self.source.most_receives
        if most is not None and message.receives >= most:
            _logger.error("message %s is dead after %s receipts: %s", message.message_id, message.receives, reason)
            self.queue.bury(message, reason)
        else:
            self.queue.retry(message, after_seconds=self._pause(message.receives))

    def _pause(self, receives: int) -> float:
        """Return the seconds before the next receipt: soon at first, but the last one as late as on AWS."""
        visibility = float(self.source.visibility_seconds)
        if self.source.most_receives is not None and receives >= self.source.most_receives - 1:
            return visibility
        return min(FIRST_RETRY_SECONDS * float(_RETRY_GROWTH) ** (receives - 1), visibility)


def sqs_record(message: Message, queue: str) -> dict[str, Any]:
    """Write a message as SQS hands it to a function."""
    return {
        "messageId": message.message_id,
        "receiptHandle": message.receipt,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(int(message.sent * 1000)),
            "SenderId": "standfast",
            "ApproximateFirstReceiveTimestamp": str(int(message.first_received * 1000)),
        },
        "messageAttributes": _attributes(message),
        "md5OfBody": hashlib.md5(message.body.encode(), usedforsecurity=False).hexdigest(),
        "eventSource": "aws:sqs",
        "eventSourceARN": arn_of(queue),
        "awsRegion": "local",
    }


def _attributes(message: Message) -> dict[str, Any]:
    if not message.correlation_id:
        return {}
    return {correlation.ATTRIBUTE: {"stringValue": message.correlation_id, "dataType": "String"}}


class StreamWork:
    """Takes the changes of the table to a function, in order. Runs in one thread, as a stream's shard does."""

    def __init__(self, source: StreamSource, function: LocalFunction, log: ChangeLog) -> None:
        self._source = source
        self._function = function
        self._log = log
        self._retries = 0
        self._most = source.batch_size
        self._not_before = 0.0

    def __call__(self) -> float:
        """Deliver one batch if there is one, and return for how many seconds there is nothing to do."""
        if (pause := self._not_before - time.monotonic()) > 0:
            return pause  # a bell that rings meanwhile makes no retry come sooner
        changes = self._log.read(self._source.name, self._most)
        if not changes:
            return LONGEST_SLEEP
        wanted = [change for change in changes if self._is_wanted(change)]
        failure = self._deliver(wanted) if wanted else None
        if failure is None:
            self._succeed(changes[-1].sequence)
            return 0.0
        first_failed, reason = failure
        if done := [change.sequence for change in changes if change.sequence < first_failed]:
            # Only part of it failed: the rest is settled, and the failed part counts its retries from here.
            self._succeed(done[-1])
        return self._settle_failure([change for change in wanted if change.sequence >= first_failed], reason)

    def _is_wanted(self, change: Change) -> bool:
        patterns = self._source.patterns
        return not patterns or any(matches(pattern, change.record(self._source.view)) for pattern in patterns)

    def _deliver(self, changes: Sequence[Change]) -> tuple[int, str] | None:
        """Return the first sequence number that failed, and why; None when all went well."""
        try:
            result = self._function({"Records": [change.record(self._source.view) for change in changes]})
        except Exception as error:
            _logger.exception("%s failed on %s changes", self._function.name, len(changes))
            return changes[0].sequence, repr(error)
        if not self._source.reports_failures:
            return None
        by_number = {sequence_number(change.sequence): change.sequence for change in changes}
        failed = _reported(result, list(by_number))
        return min((by_number[number], reason) for number, reason in failed.items()) if failed else None

    def _succeed(self, sequence: int) -> None:
        self._log.advance(self._source.name, sequence)
        self._retries = 0
        self._most = self._source.batch_size

    def _settle_failure(self, changes: Sequence[Change], reason: str) -> float:
        if self._source.halves_on_error and len(changes) > 1:
            # Half as many each time, until the change that cannot be digested stands alone.
            self._most = max(1, min(self._most, len(changes)) // 2)
            return 0.0
        most = self._source.most_retries
        if most is not None and self._retries >= most:
            _logger.error("%s cannot digest %s changes: %s", self._source.name, len(changes), reason)
            self._log.bury(self._source.name, changes, reason)
            self._succeed(changes[-1].sequence)
            return 0.0
        pause = min(FIRST_RETRY_SECONDS * 2.0**self._retries, _LONGEST_STREAM_PAUSE)
        self._retries += 1
        self._not_before = time.monotonic() + pause
        return pause


def _reported(result: object, identifiers: Sequence[str]) -> dict[str, str]:
    """Read a partial batch response: the failed identifiers, each with a reason.

    As on AWS, an answer that names an unknown message, or is none at all, fails the whole batch.
    """
    failures = result.get("batchItemFailures") or [] if isinstance(result, dict) else [] if result is None else [{}]
    named = {str(failure.get("itemIdentifier")) for failure in failures}
    if named <= set(identifiers):
        return dict.fromkeys(named, "reported by the function")
    return dict.fromkeys(identifiers, f"the function answered {result!r:.200}")

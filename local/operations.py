"""What waits and what was given up on this machine: what SQS, CloudWatch and the queues of dead letters tell on AWS."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from shared.domain.operations import Backlog, DeadLetter, Replay, Source, SourceKind, redacted
from shared.storage.dynamo import from_wire

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence

    from local.bell import Bell
    from local.database import Database
    from local.queue import SqliteQueue

_MOST_REPLAYED = 1000
_WAITING = """
SELECT count(*) FILTER (WHERE due <= :now), count(*) FILTER (WHERE due > :now AND receipt IS NOT NULL),
    count(*) FILTER (WHERE due > :now AND receipt IS NULL), min(sent) FILTER (WHERE due <= :now)
FROM messages WHERE queue = :feed
"""
_UNREAD = """
SELECT count(*), min(at) FROM changes
WHERE sequence > (SELECT min(sequence) FROM checkpoints WHERE consumer LIKE :feed || '.%')
"""
_OF = "source = :feed OR source LIKE :feed || '.%'"
_RESEND = """
INSERT OR IGNORE INTO messages (id, queue, body, sent, due, correlation_id) VALUES (?, ?, ?, ?, ?, ?)
"""
_RETELL = "INSERT INTO changes (at, kind, pk, sk, old, new, expired) VALUES (?, ?, ?, ?, ?, ?, 0)"


class LocalBacklogs:
    """The `Backlogs` port over the store's own database."""

    def __init__(self, database: Database, *, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    def backlogs(self, sources: Sequence[Source]) -> tuple[Backlog, ...]:
        """Return how much waits for each. Raises UnavailableError."""
        with self._database.reading() as connection:
            return tuple(self._backlog(connection, source) for source in sources)

    def _backlog(self, connection: sqlite3.Connection, source: Source) -> Backlog:
        named = {"feed": source.feed, "now": self._now()}
        (dead,) = connection.execute(f"SELECT count(*) FROM dead_letters WHERE {_OF}", named).fetchone()  # noqa: S608
        if source.kind is SourceKind.STREAM:
            waiting, oldest = connection.execute(_UNREAD, named).fetchone()
            return Backlog(source, waiting, oldest_seconds=self._age(oldest), dead=dead)
        waiting, in_flight, delayed, oldest = connection.execute(_WAITING, named).fetchone()
        return Backlog(source, waiting, in_flight, delayed, self._age(oldest), dead)

    def _age(self, since: float | None) -> int:
        return max(0, int(self._now() - since)) if since else 0


class LocalDeadLetters:
    """The `DeadLetters` port over the store's own database. `queue` gives a queue by its name."""

    def __init__(
        self,
        database: Database,
        queue: Callable[[str], SqliteQueue],
        changes: Bell,
        *,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._database = database
        self._queue = queue
        self._changes = changes
        self._now = now

    def letters(self, source: Source, limit: int) -> tuple[DeadLetter, ...]:
        """Return some of what was given up, the oldest first. Raises UnavailableError."""
        with self._database.reading() as connection:
            rows = connection.execute(
                f"SELECT id, at, reason, body, correlation_id FROM dead_letters WHERE {_OF} ORDER BY at LIMIT :limit",  # noqa: S608 - a constant
                {"feed": source.feed, "limit": limit},
            ).fetchall()
        return tuple(
            DeadLetter(letter, datetime.fromtimestamp(at, UTC), reason, redacted(body), told)
            for letter, at, reason, body, told in rows
        )

    def replay(self, source: Source) -> Replay:
        """Have it tried again: a message in its queue, a change at the end of the stream. Raises UnavailableError."""
        named = {"feed": source.feed, "limit": _MOST_REPLAYED}
        with self._database.writing() as connection:
            rows = connection.execute(
                f"SELECT id, body, correlation_id FROM dead_letters WHERE {_OF} ORDER BY at LIMIT :limit",  # noqa: S608 - a constant
                named,
            ).fetchall()
            for letter, body, told in rows:
                if source.kind is SourceKind.QUEUE:
                    connection.execute(_RESEND, (letter, source.feed, body, self._now(), self._now(), told))
                else:
                    connection.execute(_RETELL, (self._now(), *_change(json.loads(body))))
                connection.execute("DELETE FROM dead_letters WHERE id = ?", (letter,))
        self._ring(source)
        return Replay(replayed=len(rows))

    def _ring(self, source: Source) -> None:
        bell = self._queue(source.feed).arrivals if source.kind is SourceKind.QUEUE else self._changes
        bell.ring()


def _change(record: dict[str, Any]) -> tuple[str, str, str, str | None, str | None]:
    """Read what the stream told, back into what the table noted: every consumer hears of it again, and heeds its own.

    A function takes a change for what it is however often it comes; what a purge repeats is harmless, too.
    """
    told = record["dynamodb"]
    keys = {name: from_wire(value) for name, value in told["Keys"].items()}
    return record["eventName"], keys["pk"], keys["sk"], _image(told.get("OldImage")), _image(told.get("NewImage"))  # type: ignore[return-value] # keys are texts


def _image(image: dict[str, Any] | None) -> str | None:
    if image is None:
        return None
    return json.dumps({name: from_wire(value) for name, value in image.items() if name not in {"pk", "sk"}})

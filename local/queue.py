"""Queues in the store's own database: what SQS is on AWS, for as many queues as the template has."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.bell import Bell
from shared.domain import correlation
from shared.storage.sqs import write_version_request

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from local.database import Database

DELAY_SECONDS = 0.02
"""How long a message is held back: a submission asks before it commits, and is done with both within this time."""

MOST_INTERRUPTIONS = 25
"""How often the end of the process may interrupt the work on one message, before the message is taken for the cause."""

_RECEIVE = """
UPDATE messages
SET receives = receives + 1, due = ?, receipt = lower(hex(randomblob(16))), first_received = coalesce(first_received, ?)
WHERE id IN (SELECT id FROM messages WHERE queue = ? AND due <= ? ORDER BY due LIMIT ?)
RETURNING id, receipt, body, sent, first_received, receives, correlation_id
"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message in somebody's hands. Times are in seconds since 1970; `receives` counts this receipt too.

    `correlation_id` is that of the work that sent it.
    """

    message_id: str
    receipt: str
    body: str
    sent: float
    first_received: float
    receives: int
    correlation_id: str = ""


class SqliteQueue:
    """One queue, and the `SnapshotQueue` port. At least once: a message stays until it is deleted or buried.

    `arrivals` rings when there is something to look for.
    """

    def __init__(
        self,
        database: Database,
        name: str = "snapshot",
        *,
        delay_seconds: float = DELAY_SECONDS,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.arrivals = Bell()
        self._database = database
        self._delay = delay_seconds
        self._now = now

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask for what the queue is for, about a version. Raises UnavailableError; then nothing may be committed."""
        self.send(write_version_request(plugin_id, number))

    def send(self, body: str, *, delay_seconds: float | None = None) -> str:
        """Put a message into the queue and return its id; None is the queue's own delay. Raises UnavailableError."""
        delay = self._delay if delay_seconds is None else delay_seconds
        message_id, now = str(uuid.uuid4()), self._now()
        with self._database.writing() as connection:
            connection.execute(
                "INSERT INTO messages (id, queue, body, sent, due, correlation_id) VALUES (?, ?, ?, ?, ?, ?)",
                (message_id, self.name, body, now, now + delay, correlation.current()),
            )
        self.arrivals.ring()
        return message_id

    def receive(self, limit: int, *, visibility_seconds: float) -> list[Message]:
        """Take up to `limit` messages that are due, the longest due first, out of everybody's sight for a while."""
        now = self._now()
        if self._next_due() > now:
            return []  # looked up without the writers' lock: an idle worker disturbs nobody
        with self._database.writing() as connection:
            rows = connection.execute(_RECEIVE, (now + visibility_seconds, now, self.name, now, limit)).fetchall()
        return [Message(*row) for row in rows]

    def waiting(self) -> int:
        """Count the messages that are due."""
        with self._database.reading() as connection:
            query = "SELECT count(*) FROM messages WHERE queue = ? AND due <= ?"
            return int(connection.execute(query, (self.name, self._now())).fetchone()[0])

    def seconds_until_due(self) -> float:
        """Return how long there is nothing to receive; infinite while the queue is empty."""
        return self._next_due() - self._now()

    def delete(self, message: Message) -> None:
        """Take a message out for good, unless somebody else received it meanwhile."""
        with self._database.writing() as connection:
            _delete(connection, message)

    def retry(self, message: Message, *, after_seconds: float) -> None:
        """Let a message be received again, later, unless somebody else received it meanwhile."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE messages SET due = ?, receipt = NULL WHERE id = ? AND receipt = ?",
                (self._now() + after_seconds, message.message_id, message.receipt),
            )
        self.arrivals.ring()

    def bury(self, message: Message, reason: str) -> None:
        """Move a message to the dead letters, unless somebody else received it meanwhile."""
        with self._database.writing() as connection:
            if _delete(connection, message):
                letter = (message.message_id, self.name, message.body, reason, self._now(), message.correlation_id)
                connection.execute("INSERT OR REPLACE INTO dead_letters VALUES (?, ?, ?, ?, ?, ?)", letter)

    def resume(self) -> int:
        """Make visible what was in hand when the process ended, and return how many; before anybody receives.

        Being interrupted is no failure of the message, so the receipt is not counted, unless it happens so often that
        the message must be what ends the process.
        """
        with self._database.writing() as connection:
            return connection.execute(
                "UPDATE messages SET due = ?, receipt = NULL, interruptions = interruptions + 1,"
                " receives = receives - (interruptions < ?) WHERE queue = ? AND receipt IS NOT NULL",
                (self._now(), MOST_INTERRUPTIONS, self.name),
            ).rowcount

    def _next_due(self) -> float:
        with self._database.reading() as connection:
            query = "SELECT min(due) FROM messages WHERE queue = ?"
            due = connection.execute(query, (self.name,)).fetchone()[0]
        return float("inf") if due is None else float(due)


def _delete(connection: sqlite3.Connection, message: Message) -> bool:
    """Delete a message under its receipt, which fails for whoever held it too long."""
    where = (message.message_id, message.receipt)
    return connection.execute("DELETE FROM messages WHERE id = ? AND receipt = ?", where).rowcount == 1

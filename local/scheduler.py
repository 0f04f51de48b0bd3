"""The local clock of scheduled releases: what EventBridge Scheduler is on AWS."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from shared.domain.identity import format_moment
from shared.storage.scheduler import release_message

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from local.database import Database
    from local.queue import SqliteQueue

_INSERT = "INSERT OR IGNORE INTO messages (id, queue, body, sent, due) VALUES (?, ?, ?, ?, ?)"


class SqliteReleaseSchedule:
    """The `ReleaseSchedule` port: a message in the queue of due releases that is due at the moment.

    The queue keeps it over restarts; a moment that passed while nothing ran is made up for at the start.
    """

    def __init__(self, database: Database, queue: SqliteQueue, *, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._queue = queue
        self._now = now

    def at(self, moment: datetime, plugin_id: str, number: int) -> None:
        """See to it that the release is asked for then. Raises UnavailableError; then nothing may be committed."""
        name = _name(moment, plugin_id, number)
        body = release_message(moment, plugin_id, number)
        with self._database.writing() as connection:
            connection.execute(_INSERT, (name, self._queue.name, body, self._now(), moment.timestamp()))
        self._queue.arrivals.ring()

    def is_set(self, moment: datetime, plugin_id: str, number: int) -> bool:
        """Tell whether the message waits still. Raises UnavailableError."""
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT 1 FROM messages WHERE id = ?", (_name(moment, plugin_id, number),)
            ).fetchone()
        return row is not None


class SqliteDueReleases:
    """The `DueReleases` port over the queue of due releases."""

    def __init__(self, queue: SqliteQueue) -> None:
        self._queue = queue

    def ask(self, moment: datetime, plugin_id: str, number: int) -> None:
        """Ask for a release at once. Raises UnavailableError."""
        self._queue.send(release_message(moment, plugin_id, number), delay_seconds=0)


def _name(moment: datetime, plugin_id: str, number: int) -> str:
    """Name a message after what it does: the same moment of the same version, asked for twice, is one message."""
    return f"release {plugin_id} {number} {format_moment(moment)}"

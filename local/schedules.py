"""What runs by the clock: the template's schedules, and this machine's own housekeeping."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.database import Database
from local.functions import LocalFunction
from local.queue import SqliteQueue
from local.template import MOMENT, Schedule, ScheduledMessage
from shared.domain.identity import format_moment


@dataclass(frozen=True, slots=True)
class _Runs:
    """When something that runs every so many seconds is due, counted on over restarts."""

    database: Database
    name: str
    seconds: int

    def rest(self, now: float) -> float:
        """Return for how many seconds there is nothing to do. Where there is, note that it is done now."""
        rest = self._last_run(now) + self.seconds - now
        if rest <= 0:
            self._note(now)
        return rest

    def _last_run(self, now: float) -> float:
        """Return when it last ran; as on AWS, the first run of a new schedule comes after its first interval."""
        with self.database.reading() as connection:
            query = "SELECT last_run FROM schedules WHERE name = ?"
            row = connection.execute(query, (self.name,)).fetchone()
        if row is None:
            self._note(now)
        return float(row[0]) if row else now

    def _note(self, now: float) -> None:
        with self.database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO schedules VALUES (?, ?)", (self.name, now))


@dataclass(frozen=True, slots=True)
class ScheduledSend:
    """Puts a message into a queue every so many seconds. One that was missed is made up for once."""

    message: ScheduledMessage
    queue: SqliteQueue
    database: Database
    now: Callable[[], float] = time.time

    def __call__(self) -> float:
        """Send the message if it is time, and return for how many seconds there is nothing to do."""
        now = self.now()
        rest = _Runs(self.database, self.message.name, self.message.seconds).rest(now)
        if rest > 0:
            return rest
        self.queue.send(self.message.body.replace(MOMENT, format_moment(datetime.fromtimestamp(now, UTC))))
        return float(self.message.seconds)


@dataclass(frozen=True, slots=True)
class ScheduledCall:
    """Calls a function every so many seconds. A run that was missed is made up for once."""

    schedule: Schedule
    function: LocalFunction
    database: Database
    now: Callable[[], float] = time.time

    def __call__(self) -> float:
        """Call the function if it is time, and return for how many seconds there is nothing to do."""
        now = self.now()
        rest = _Runs(self.database, self.schedule.name, self.schedule.seconds).rest(now)
        if rest > 0:
            return rest
        self.function(dict(self.schedule.event) if self.schedule.event else self._event(now))
        return float(self.schedule.seconds)

    def _event(self, now: float) -> dict[str, Any]:
        """Write the event that EventBridge sends where the schedule has none of its own."""
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "account": "000000000000",
            "time": datetime.fromtimestamp(now, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "region": "local",
            "resources": [self.schedule.name],
            "detail": {},
        }


class Housekeeping:
    """Does some chores when it is first called, and then every so many seconds."""

    def __init__(self, *chores: Callable[[], object], seconds: float) -> None:
        self._chores = chores
        self._seconds = seconds
        self._due = 0.0

    def __call__(self) -> float:
        """Do the chores if it is time, and return for how many seconds there is nothing to do."""
        rest = self._due - time.monotonic()
        if rest > 0:
            return rest
        self._due = time.monotonic() + self._seconds
        for chore in self._chores:
            chore()
        return self._seconds

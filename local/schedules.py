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
from local.template import Schedule


@dataclass(frozen=True, slots=True)
class ScheduledCall:
    """Calls a function every so many seconds, counted on over restarts. A run that was missed is made up for once."""

    schedule: Schedule
    function: LocalFunction
    database: Database
    now: Callable[[], float] = time.time

    def __call__(self) -> float:
        """Call the function if it is time, and return for how many seconds there is nothing to do."""
        now = self.now()
        rest = self._last_run(now) + self.schedule.seconds - now
        if rest > 0:
            return rest
        self._note(now)
        self.function(dict(self.schedule.event) if self.schedule.event else self._event(now))
        return float(self.schedule.seconds)

    def _last_run(self, now: float) -> float:
        """Return when it last ran; as on AWS, the first run of a new schedule comes after its first interval."""
        with self.database.reading() as connection:
            query = "SELECT last_run FROM schedules WHERE name = ?"
            row = connection.execute(query, (self.schedule.name,)).fetchone()
        if row is None:
            self._note(now)
        return float(row[0]) if row else now

    def _note(self, now: float) -> None:
        with self.database.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO schedules VALUES (?, ?)", (self.schedule.name, now))

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

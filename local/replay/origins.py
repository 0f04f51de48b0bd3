"""What the store finds when it looks at the origins by itself, day by day."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.database import Database
from local.machine import DATABASE, FAST_LANE_QUEUE
from local.queue import SqliteQueue
from local.replay.history import changes_between
from local.rounds import ask_for_round
from local.table import SqliteTable
from shared.domain.drift import OriginState
from shared.storage.drift import OriginStore

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from local.replay.history import Edition
    from shared.domain.drift import Origin

_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.02


@dataclass(slots=True)
class Backstage:
    """The state of a store of which another process is in charge: looked into, and asked for rounds of looks."""

    database: Database
    origins: OriginStore
    lane: SqliteQueue

    @classmethod
    def of(cls, data: Path) -> Backstage:
        """Open the state in a directory."""
        database = Database(data / DATABASE)
        return cls(database, OriginStore(SqliteTable(database)), SqliteQueue(database, FAST_LANE_QUEUE))

    def look_at_origins(self, plugins: list[str]) -> Mapping[str, Origin]:
        """Have every origin looked at, and return what was found of some plugins. Raises TimeoutError."""
        moment = ask_for_round(self.database)
        return {plugin: self._looked_at(plugin, moment) for plugin in plugins}

    def await_policy(self) -> None:
        """Wait until the policy has been asked about everything. Raises TimeoutError."""
        self._await(lambda: self.lane.seconds_until_due() == float("inf"), "The policy")

    def close(self) -> None:
        """Let go of the state."""
        self.database.close()

    def _looked_at(self, plugin: str, moment: datetime) -> Origin:
        found: list[Origin] = []

        def is_looked_at() -> bool:
            origin = self.origins.origin(plugin)
            found[:] = [origin] if origin and origin.checked_at >= moment else []
            return bool(found)

        self._await(is_looked_at, f"The look at {plugin}")
        return found[0]

    @staticmethod
    def _await(is_done: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not is_done():
            if time.monotonic() > deadline:
                message = f"{what} took longer than {_PATIENCE_SECONDS:.0f} s."
                raise TimeoutError(message)
            time.sleep(_PAUSE_SECONDS)


@dataclass(slots=True)
class DriftFigures:
    """Drift that began on a day and was found on it, what was missed, and what was found where nothing had changed."""

    looks: int = 0
    expected: int = 0
    missed: list[str] = field(default_factory=list)
    false_alarms: list[str] = field(default_factory=list)

    def note(self, day: str, origin: Origin, *, live: Edition, served: Edition, is_new: bool) -> None:
        """Hold what a look found against what is live and what the host serves; `is_new` since today."""
        self.looks += 1
        has_changed = changes_between(live, served) != ()
        has_drifted = origin.state is OriginState.DRIFTED
        self.expected += has_changed and is_new
        if has_changed and not has_drifted:
            self.missed.append(f"{day} {served.host} version {served.number}: {origin.state}")
        if has_drifted and not has_changed:
            self.false_alarms.append(f"{day} {served.host} version {served.number}")

"""`python -m local drift`: a round of looks at origins, asked for by hand."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from local.database import Database
from local.machine import DATABASE, DRIFT_QUEUE
from local.queue import SqliteQueue
from local.table import SqliteTable
from shared.domain.drift import OriginState
from shared.domain.ports import PageRequest
from shared.domain.rounds import Plan
from shared.edge import system
from shared.storage.drift import OriginStore
from shared.storage.drift_queue import write_task
from shared.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from shared.domain.drift import Origin
    from shared.domain.plugin import Pointer

_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.05


def ask_for_round(database: Database) -> datetime:
    """Ask the store that keeps its state here to look at every origin now, and return the moment of that round.

    It may be running in another process, or begin to later. Raises UnavailableError.
    """
    moment = system.clock()
    SqliteQueue(database, DRIFT_QUEUE).send(write_task(Plan(moment, by_hand=True)), delay_seconds=0)
    return moment


def run_drift(data: Path) -> int:
    """Let a running store look at every origin, tell what it found, and return the exit status."""
    if not (data / DATABASE).exists():
        print(f"No store keeps its state in {data}.", file=sys.stderr)
        return 1
    database = Database(data / DATABASE)
    try:
        return _tell(database, ask_for_round(database))
    finally:
        database.close()


def _tell(database: Database, moment: datetime) -> int:
    table = SqliteTable(database)
    records, origins = Store(table), OriginStore(table)
    give_up = time.monotonic() + _PATIENCE_SECONDS
    for pointer in _live(records):
        origin = _looked_at(origins, pointer, moment, give_up=give_up)
        if origin is None:
            print("The store has not looked yet. It goes on when it runs.", file=sys.stderr)
            return 1
        print(_line(origin), flush=True)
    return 0


def _live(records: Store) -> Iterator[Pointer]:
    cursor: str | None = ""
    while cursor is not None:
        page = records.catalogue(PageRequest(cursor))
        yield from page.records
        cursor = page.next_cursor


def _looked_at(origins: OriginStore, pointer: Pointer, moment: datetime, *, give_up: float) -> Origin | None:
    """Wait until an origin has been looked at in the round of a moment; None where that takes too long."""
    while time.monotonic() < give_up:
        origin = origins.origin(pointer.plugin_id)
        if origin and origin.checked_at >= moment:
            return origin
        time.sleep(_PAUSE_SECONDS)
    return None


def _line(origin: Origin) -> str:
    line = f"{origin.plugin_id:<40} {origin.state:<12}"
    if origin.state is OriginState.DRIFTED and origin.drift:
        lanes = ", ".join(f"{lane} {count}" for lane, count in origin.drift.lanes.items())
        return f"{line} risk {origin.drift.risk}: {lanes or origin.drift.reasons[0]}"
    return f"{line} {origin.failure}".rstrip()

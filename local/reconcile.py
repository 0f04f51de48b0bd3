"""`python -m local reconcile`: what is left over or lost in a data directory is found, and mended if told to.

A store that runs on the directory does the work, step by step beside its other work; otherwise it is done here.
"""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

from local.database import Database
from local.functions import LocalFunction
from local.machine import DATABASE, RECONCILE_QUEUE, Machine
from local.queue import SqliteQueue
from local.reconcile_queue import SqliteReconcileQueue
from local.server import CannotStartError, locked
from local.table import SqliteTable
from local.template import read_template
from local.worker import QueueWork
from shared.domain.identity import Subject
from shared.domain.reconcile_runs import ReconcileRuns
from shared.domain.reconciling import Phase
from shared.edge import system
from shared.storage.reconciliations import ReconciliationStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from shared.domain.reconciling import Reconciliation

HERE = Subject("standfast:machine")
_LOOK_EVERY_SECONDS = 0.2
_PATIENCE_SECONDS = 60.0
"""How long a store that runs may take for one step, before it is given up."""


class NoStoreError(Exception):
    """There is nothing to reconcile. Its text is for whoever asked."""


def run_reconcile(data: Path, *, mends: bool) -> int:
    """Go through everything, and say what is wrong. Exit status 1 when something is left that was not mended."""
    try:
        run = reconcile(data, mends=mends)
    except NoStoreError as error:
        print(error, file=sys.stderr)
        return 2
    for each in run.discrepancies:
        print(f"{'mended' if each.mended else 'found '}  {each.kind:<19}  {each.subject}: {each.detail}")
    if left_out := sum(run.found.values()) - len(run.discrepancies):
        print(f"… and {left_out} more")
    mended = sum(run.mended.values())
    left = sum(run.found.values()) - mended
    print(f"{run.records} records and {run.objects} objects: {mended} mended, {left} left as they are.")
    if left and not run.mends:
        print("Nothing was changed. With --mend, what can be mended is.")
    return 1 if left else 0


def reconcile(data: Path, *, mends: bool) -> Reconciliation:
    """Go through everything and return the run. Raises NoStoreError."""
    if not (data / DATABASE).exists():
        message = f"{data} holds no store."
        raise NoStoreError(message)
    with ExitStack() as held:
        try:
            held.enter_context(locked(data))
        except CannotStartError:
            return _followed(data, mends=mends)
        return _worked(data, mends=mends)


def _worked(data: Path, *, mends: bool) -> Reconciliation:
    """Take every step here."""
    machine = Machine.at(data)
    try:
        template = read_template()
        (source,) = (each for each in template.queues if each.queue == RECONCILE_QUEUE)
        function = LocalFunction(template.functions[source.function], machine.ports())
        queue = machine.queue(RECONCILE_QUEUE)
        queue.resume()
        return _until_done(machine.database, QueueWork(source, function, queue), mends=mends)
    finally:
        machine.close()


def _followed(data: Path, *, mends: bool) -> Reconciliation:
    """Look on while the store that runs takes the steps."""
    database = Database(data / DATABASE)
    try:
        return _until_done(database, lambda: _LOOK_EVERY_SECONDS, mends=mends)
    finally:
        database.close()


def _until_done(database: Database, work: Callable[[], float], *, mends: bool) -> Reconciliation:
    runs = ReconciliationStore(SqliteTable(database))
    steps = SqliteReconcileQueue(SqliteQueue(database, RECONCILE_QUEUE))
    run = ReconcileRuns(runs, steps, system.clock, system.entropy).start(HERE, mends=mends)
    moved_at, revision = time.monotonic(), run.revision
    while run.phase is not Phase.DONE:
        time.sleep(min(max(work(), 0.0), _LOOK_EVERY_SECONDS))
        run = runs.run(run.run_id)
        if run.revision != revision:
            moved_at, revision = time.monotonic(), run.revision
            _show(run)
        elif time.monotonic() - moved_at > _PATIENCE_SECONDS:
            message = "The store does not get on with it: see its log."
            raise NoStoreError(message)
    return run


def _show(run: Reconciliation) -> None:
    if sys.stderr.isatty():
        found = sum(run.found.values())
        print(f"\r{run.records} records, {run.objects} objects, {found} found", end="", file=sys.stderr)

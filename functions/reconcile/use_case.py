"""One step of a run: some records or objects are looked at, and what is wrong with them is noted and mended.

The next step is asked for before this one is noted, as with deliveries: a crash in between repeats this one, and every
mending may be repeated. A request names the revision of the run that it is for, so a repeated one finds its step done.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from functions.reconcile.inspecting import ObjectInspection, RecordInspection
from shared.domain.errors import RunNotFoundError, StaleStateError, StandfastError
from shared.domain.figures import DISCREPANCIES, RECONCILIATIONS, Figure
from shared.domain.ports import Clock, Metrics, ReconcileQueue, Reconciliations
from shared.domain.reconciling import Kind, Phase, StepRequest

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.reconciling import Reconciliation, StepResult

_ORPHAN_AFTER = timedelta(minutes=5)
_LOUD = frozenset({Kind.DANGLING_POINTER, Kind.MISSING_OBJECT})
_logger = logging.getLogger("reconcile")


class StepTooEarlyError(StandfastError):
    """The request came before the write that it follows: it must be delivered again."""


@dataclass(frozen=True, slots=True)
class ReconcileSteps:
    """The use case of the queue of steps."""

    reconciliations: Reconciliations
    steps: ReconcileQueue
    of_records: RecordInspection
    of_objects: ObjectInspection
    clock: Clock
    metrics: Metrics

    def take(self, request: StepRequest, *, asked_at: datetime) -> None:
        """Take a step of a run. Raises StepTooEarlyError, UnavailableError: both mean to try again."""
        now = self.clock()
        try:
            run = self.reconciliations.run(request.run_id)
        except RunNotFoundError:
            if now - asked_at > _ORPHAN_AFTER:
                return  # its time to live is over
            raise
        if request.revision > run.revision:
            raise StepTooEarlyError(f"The run {run.run_id!r} has not come so far yet.")
        if request.revision == run.revision and run.phase is not Phase.DONE:
            self._settle(run, self._inspected(run, now), now)

    def _inspected(self, run: Reconciliation, now: datetime) -> StepResult:
        inspection = self.of_records if run.phase is Phase.RECORDS else self.of_objects
        return inspection.step(run.cursor, now, mends=run.mends)

    def _settle(self, run: Reconciliation, step: StepResult, now: datetime) -> None:
        after = run.after(step, now)
        if after.phase is not Phase.DONE:
            self.steps.ask(StepRequest(after.run_id, after.revision))
        with suppress(StaleStateError):  # another delivery of the same request was quicker: its step counts
            self.reconciliations.save(after)
            self._tell(after, step)

    def _tell(self, run: Reconciliation, step: StepResult) -> None:
        for each in step.discrepancies:
            level = logging.ERROR if each.kind in _LOUD else logging.WARNING
            _logger.log(level, "%s: %s (%s)", each.kind, each.detail, each.subject)
            self.metrics.record(Figure(DISCREPANCIES, label=each.kind))
        if run.phase is Phase.DONE:
            self.metrics.record(Figure(RECONCILIATIONS, label="done"))

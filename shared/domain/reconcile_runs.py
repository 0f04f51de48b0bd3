"""Beginning a run: one at a time, asked for by a person or by the clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.identity import event_id
from shared.domain.ports import Clock, Entropy, PageRequest, ReconcileQueue, Reconciliations
from shared.domain.reconciling import Reconciliation, StepRequest

if TYPE_CHECKING:
    from shared.domain.identity import Subject

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class ReconcileRuns:
    """Begins runs. Two that are begun in the same moment both go through, which does no harm."""

    reconciliations: Reconciliations
    steps: ReconcileQueue
    clock: Clock
    entropy: Entropy

    def start(self, asked_by: Subject, *, mends: bool) -> Reconciliation:
        """Begin a run, or return the one under way, whose next step is asked for once more. Raises UnavailableError.

        The run is stored first: a crash before its first step leaves one that the next call sets going.
        """
        now = self.clock()
        latest = self.latest()
        if latest and latest.is_under_way(now):
            self._ask(latest)
            return latest
        run = Reconciliation(event_id(now, self.entropy(_ENTROPY_BYTES), 0), mends, asked_by, now, now)
        self.reconciliations.save(run)
        self._ask(run)
        return run

    def latest(self) -> Reconciliation | None:
        """Return the newest run, if there is one."""
        return next(iter(self.reconciliations.runs(PageRequest(limit=1)).records), None)

    def _ask(self, run: Reconciliation) -> None:
        self.steps.ask(StepRequest(run.run_id, run.revision))

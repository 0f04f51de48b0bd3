"""Noting what looks found: in the record, in an event where it is news, and in figures."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain.drift import Silence, silent
from shared.domain.drifting import looked
from shared.domain.errors import StaleStateError
from shared.domain.events import Occasion
from shared.domain.figures import DRIFT_CHECKS, Figure
from shared.domain.identity import Subject
from shared.domain.ports import Clock, DomainNames, DriftQueue, Entropy, Metrics, Records
from shared.domain.rounds import MOST_ATTEMPTS, RETRY_AFTER, TICK

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.drift import Origin
    from shared.domain.plugin import Pointer
    from shared.domain.rounds import Check, Examine
    from shared.domain.transition import Transition

WORKER = Subject("standfast:drift")
_ENTROPY_BYTES = 8
_AT_ONCE = timedelta()
_logger = logging.getLogger("drift")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often origins are looked at, and how long a host's name must not have existed for it to be gone."""

    interval: timedelta
    gone_after: timedelta


@dataclass(frozen=True, slots=True)
class Notes:
    """What all looks have in common once they are done."""

    records: Records
    queue: DriftQueue
    domains: DomainNames
    metrics: Metrics
    clock: Clock
    entropy: Entropy
    patience: Patience

    def occasion(self, at: datetime) -> Occasion:
        """Return the who and when of what a look writes."""
        return Occasion(WORKER, at, self.entropy(_ENTROPY_BYTES))

    def keep(self, before: Origin, after: Origin, *, unmoved: Pointer | None = None) -> bool:
        """Store a record and its news. Returns False where somebody else was faster: theirs is as good."""
        transition = replace(looked(before, after, self.occasion(after.checked_at)), unmoved_pointer=unmoved)
        if not self.commit(transition):
            return False
        self.metrics.record(Figure(DRIFT_CHECKS, label=after.state))
        if transition.events:
            _logger.info("%s is %s", after.plugin_id, after.state)
        return True

    def commit(self, transition: Transition) -> bool:
        """Store a transition, unless something moved: then the next round looks at what is there by then."""
        try:
            self.records.commit(transition)
        except StaleStateError:
            return False
        return True

    def unanswered(self, task: Check | Examine, before: Origin, failure: str, host: str) -> None:
        """Try again in a while, a few times; then note that there was no answer. `task` is about this origin alone."""
        if task.attempt < MOST_ATTEMPTS:
            pause = _AT_ONCE if task.by_hand else RETRY_AFTER
            self.queue.ask((replace(task, attempt=task.attempt + 1), pause))
            return
        silence = Silence(failure, is_absent=self.domains.are_absent(host))
        interval = self.patience.interval or TICK
        after = silent(before, silence, self.clock(), gone_after=self.patience.gone_after, interval=interval)
        self.keep(before, after)

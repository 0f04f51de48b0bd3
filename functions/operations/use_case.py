"""What operators see and may do: nothing of it decides on any plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import QueueNotFoundError
from shared.domain.figures import DRIFT_CHECKS, METRICS
from shared.domain.operations import Backlog, Series, Source, attention
from shared.domain.ports import (
    Backlogs,
    Charts,
    Clock,
    DeadLetters,
    PageRequest,
    Reconciliations,
    Records,
)
from shared.domain.reconcile_runs import ReconcileRuns
from shared.domain.reconciling import Reconciliation

if TYPE_CHECKING:
    from shared.domain.identity import Subject
    from shared.domain.operations import DeadLetter, Replay
    from shared.domain.ports import Page

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MOST_LETTERS = 50
_MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class Reviews:
    """How many versions wait for a decision, a hundred at most are counted, and since when the oldest does."""

    waiting: int
    is_at_least: bool
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """How the store fares. `reasons` says what to look at; `drift` counts the last day's comparisons by state."""

    at: datetime
    reasons: tuple[str, ...]
    backlogs: tuple[Backlog, ...]
    reviews: Reviews
    reconciliation: Reconciliation | None
    drift_since: datetime
    drift: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums of everything that is measured, by metric."""

    start: datetime
    end: datetime
    period: timedelta
    series: Mapping[str, tuple[Series, ...]]


@dataclass(frozen=True, slots=True)
class Operations:
    """The use case of the operator's routes."""

    records: Records
    backlogs: Backlogs
    dead_letters: DeadLetters
    charts: Charts
    reconciliations: Reconciliations
    runs: ReconcileRuns
    sources: tuple[Source, ...]
    clock: Clock

    def health(self) -> Health:
        """Tell how the store fares. Raises UnavailableError."""
        now = self.clock()
        backlogs = self.backlogs.backlogs(self.sources)
        latest = self.runs.latest()
        reviews = self._reviews()
        since = _hour(now) - DAY
        checks = self.charts.charts((DRIFT_CHECKS,), start=since, end=now, period=HOUR)[DRIFT_CHECKS.name]
        return Health(
            at=now,
            reasons=attention(backlogs, latest, reviews.oldest_at, now),
            backlogs=backlogs,
            reviews=reviews,
            reconciliation=latest,
            drift_since=since,
            drift={each.label: sum(int(one.total) for one in each.sums.values()) for each in checks},
        )

    def _reviews(self) -> Reviews:
        page = self.records.queue(PageRequest(limit=_MOST_COUNTED))
        oldest = page.records[0].queued_at if page.records else None
        return Reviews(len(page.records), page.next_cursor is not None, oldest)

    def letters(self, queue: str) -> tuple[DeadLetter, ...]:
        """Return what was given up for a function, fifty at most. Raises QueueNotFoundError, UnavailableError."""
        return self.dead_letters.letters(self._source(queue), MOST_LETTERS)

    def replay(self, queue: str) -> Replay:
        """Have it tried again. Raises QueueNotFoundError, UnavailableError."""
        return self.dead_letters.replay(self._source(queue))

    def _source(self, name: str) -> Source:
        for source in self.sources:
            if source.name == name:
                return source
        raise QueueNotFoundError(name)

    def figures(self, days: int, period: timedelta) -> Figures:
        """Return the sums of the last days, the one under way among them. Raises UnavailableError."""
        now = self.clock()
        end = _hour(now) + HOUR if period == HOUR else now.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        start = end - days * DAY
        return Figures(start, end, period, self.charts.charts(METRICS, start=start, end=end, period=period))

    def reconcile(self, asked_by: Subject, *, mends: bool) -> Reconciliation:
        """Begin a reconciliation, or return the one under way. Raises UnavailableError."""
        return self.runs.start(asked_by, mends=mends)

    def reconciled(self, page: PageRequest) -> Page[Reconciliation]:
        """Return the reconciliations of the last weeks, newest first. Raises InvalidCursorError."""
        return self.reconciliations.runs(page)

    def reconciliation(self, run_id: str) -> Reconciliation:
        """Return a reconciliation. Raises RunNotFoundError."""
        return self.reconciliations.run(run_id)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)

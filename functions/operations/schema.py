"""What operators ask and are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from shared.domain.figures import METRICS, Unit
from shared.domain.operations import SourceKind
from shared.domain.reconciling import MOST_KEPT, Kind, Phase

if TYPE_CHECKING:
    from functions.operations.use_case import Figures, Health, Reviews
    from shared.domain.figures import Metric
    from shared.domain.operations import Backlog, DeadLetter, Replay, Series
    from shared.domain.ports import Page
    from shared.domain.reconciling import Discrepancy, Reconciliation

_MOST_DAYS = 90
_MOST_DAYS_BY_HOUR = 7


class BacklogOut(BaseModel):
    """How much waits for one function. `dead` counts what was given up."""

    name: str
    kind: SourceKind
    waiting: int
    in_flight: int
    delayed: int
    oldest_seconds: int | None
    dead: int

    @classmethod
    def of(cls, backlog: Backlog) -> Self:
        """Tell a backlog."""
        return cls(
            name=backlog.source.name,
            kind=backlog.source.kind,
            waiting=backlog.waiting,
            in_flight=backlog.in_flight,
            delayed=backlog.delayed,
            oldest_seconds=backlog.oldest_seconds,
            dead=backlog.dead,
        )


class ReviewsOut(BaseModel):
    """How many versions wait for a decision; a hundred at most are counted."""

    waiting: int
    waiting_is_at_least: bool
    oldest_at: datetime | None

    @classmethod
    def of(cls, reviews: Reviews) -> Self:
        """Tell them."""
        return cls(waiting=reviews.waiting, waiting_is_at_least=reviews.is_at_least, oldest_at=reviews.oldest_at)


class DiscrepancyOut(BaseModel):
    """One thing that is wrong."""

    kind: Kind
    subject: str
    detail: str
    mended: bool

    @classmethod
    def of(cls, found: Discrepancy) -> Self:
        """Tell it."""
        return cls(kind=found.kind, subject=found.subject, detail=found.detail, mended=found.mended)


class LookedAt(BaseModel):
    """How much a reconciliation has gone through."""

    records: int
    objects: int


class ReconciliationOut(BaseModel):
    """A reconciliation. `found` and `mended` count by kind; `discrepancies` are the first of them, word for word."""

    run_id: str
    mends: bool
    state: Literal["running", "done"]
    phase: Phase
    asked_by: str
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    looked_at: LookedAt
    found: dict[str, int]
    mended: dict[str, int]
    discrepancies: list[DiscrepancyOut] = Field(max_length=MOST_KEPT)
    left_out: int

    @classmethod
    def of(cls, run: Reconciliation) -> Self:
        """Tell a run."""
        return cls(
            run_id=run.run_id,
            mends=run.mends,
            state="done" if run.phase is Phase.DONE else "running",
            phase=run.phase,
            asked_by=run.asked_by,
            started_at=run.started_at,
            updated_at=run.updated_at,
            finished_at=run.finished_at,
            looked_at=LookedAt(records=run.records, objects=run.objects),
            found=dict(run.found),
            mended=dict(run.mended),
            discrepancies=[DiscrepancyOut.of(each) for each in run.discrepancies],
            left_out=sum(run.found.values()) - len(run.discrepancies),
        )


class ReconciliationList(BaseModel):
    """Reconciliations, newest first."""

    items: list[ReconciliationOut]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Reconciliation]) -> Self:
        """Tell a page."""
        return cls(items=[ReconciliationOut.of(run) for run in page.records], next_cursor=page.next_cursor)


class Reconcile(BaseModel):
    """Asks for a reconciliation; unless it mends, it changes nothing."""

    model_config = ConfigDict(extra="forbid")

    mend: bool = False


class DriftChecksOut(BaseModel):
    """How often origins were compared with what is live, by what was found."""

    since: datetime
    checks: dict[str, int]


class HealthOut(BaseModel):
    """How the store fares; `reasons` says what to look at."""

    at: datetime
    health: Literal["good", "attention"]
    reasons: list[str]
    backlogs: list[BacklogOut]
    reviews: ReviewsOut
    reconciliation: ReconciliationOut | None
    drift: DriftChecksOut

    @classmethod
    def of(cls, health: Health) -> Self:
        """Tell it."""
        return cls(
            at=health.at,
            health="attention" if health.reasons else "good",
            reasons=list(health.reasons),
            backlogs=[BacklogOut.of(each) for each in health.backlogs],
            reviews=ReviewsOut.of(health.reviews),
            reconciliation=ReconciliationOut.of(health.reconciliation) if health.reconciliation else None,
            drift=DriftChecksOut(since=health.drift_since, checks=dict(health.drift)),
        )


class DeadLetterOut(BaseModel):
    """What was given up. `shown` names what it is about; nothing else of it leaves the store."""

    letter_id: str
    at: datetime | None
    reason: str
    correlation_id: str
    shown: dict[str, Any]

    @classmethod
    def of(cls, letter: DeadLetter) -> Self:
        """Tell a letter."""
        return cls(
            letter_id=letter.letter_id,
            at=letter.at,
            reason=letter.reason,
            correlation_id=letter.correlation_id,
            shown=dict(letter.shown),
        )


class DeadLetterList(BaseModel):
    """Some of what was given up for a function."""

    queue: str
    items: list[DeadLetterOut]


class ReplayOut(BaseModel):
    """What came of an order to replay. What is `moving` is put back in the background; what is `left` stays."""

    queue: str
    replayed: int
    moving: int
    left: int

    @classmethod
    def of(cls, queue: str, replay: Replay) -> Self:
        """Tell it."""
        return cls(queue=queue, replayed=replay.replayed, moving=replay.moving, left=replay.left)


class FiguresAsked(BaseModel):
    """For how many days, and by which period."""

    model_config = ConfigDict(extra="forbid")

    days: int = Field(default=7, ge=1, le=_MOST_DAYS)
    by: Literal["hour", "day"] = "day"

    @model_validator(mode="after")
    def _is_not_too_much(self) -> Self:
        if self.by == "hour" and self.days > _MOST_DAYS_BY_HOUR:
            message = f"By the hour, `days` is at most {_MOST_DAYS_BY_HOUR}."
            raise ValueError(message)
        return self


class Point(BaseModel):
    """The sum of one period."""

    at: datetime
    samples: int
    total: float
    mean: float
    most: float


class SeriesOut(BaseModel):
    """The sums of one label; periods without any are left out."""

    label: str
    points: list[Point]

    @classmethod
    def of(cls, series: Series) -> Self:
        """Tell a series."""
        points = [
            Point(at=at, samples=each.samples, total=each.total, mean=each.total / (each.samples or 1), most=each.most)
            for at, each in series.sums.items()
        ]
        return cls(label=series.label, points=points)


class MetricOut(BaseModel):
    """A metric, and its series."""

    name: str
    unit: Unit
    meaning: str
    dimension: str
    series: list[SeriesOut]

    @classmethod
    def of(cls, metric: Metric, series: tuple[Series, ...]) -> Self:
        """Tell a metric."""
        return cls(
            name=metric.name,
            unit=metric.unit,
            meaning=metric.meaning,
            dimension=metric.dimension,
            series=[SeriesOut.of(each) for each in series],
        )


class FiguresOut(BaseModel):
    """Sums of everything that is measured."""

    start: datetime
    end: datetime
    by: Literal["hour", "day"]
    metrics: list[MetricOut]

    @classmethod
    def of(cls, figures: Figures, by: Literal["hour", "day"]) -> Self:
        """Tell them."""
        metrics = [MetricOut.of(metric, figures.series.get(metric.name, ())) for metric in METRICS]
        return cls(start=figures.start, end=figures.end, by=by, metrics=metrics)

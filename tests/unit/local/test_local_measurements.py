"""Figures of one machine: the same lines as on AWS, summed up by the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from local.measurements import KEPT_SECONDS, Measurements
from shared.domain.figures import METRICS, RESOLVES, SUBMISSIONS, TIME_TO_DECISION, Figure
from shared.domain.operations import Sum
from shared.edge.metrics import EmfMetrics

if TYPE_CHECKING:
    from local.database import Database
    from tests.unit.local.conftest import Moment

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock(moment: Moment) -> Moment:
    moment.now = NOON.timestamp() + 600
    return moment


@pytest.fixture
def kept(database: Database, clock: Moment) -> Measurements:
    return Measurements(database, now=clock)


@pytest.fixture
def metrics(kept: Measurements, clock: Moment) -> EmfMetrics:
    return EmfMetrics("Standfast", kept.take, clock)


def test_figures_of_an_hour_are_one_sum(kept: Measurements, metrics: EmfMetrics) -> None:
    metrics.record(Figure(TIME_TO_DECISION, 10), Figure(TIME_TO_DECISION, 30))
    (series,) = kept.charts([TIME_TO_DECISION], start=NOON, end=NOON + HOUR, period=HOUR)["TimeToDecision"]
    assert series.sums == {NOON: Sum(2, 40, 30)}


def test_every_label_is_a_series_of_its_own(kept: Measurements, metrics: EmfMetrics) -> None:
    metrics.record(*(Figure(RESOLVES, label=label) for label in ("200", "200", "404")))
    found = kept.charts([RESOLVES], start=NOON, end=NOON + HOUR, period=HOUR)["Resolves"]
    assert {series.label: series.sums[NOON].total for series in found} == {"200": 2, "404": 1}


def test_hours_are_summed_up_to_days(kept: Measurements, metrics: EmfMetrics, clock: Moment) -> None:
    midnight = NOON - 12 * HOUR
    for hours in (0, 5, 24):
        clock.now = (NOON + hours * HOUR).timestamp()
        metrics.record(Figure(SUBMISSIONS))
    (series,) = kept.charts([SUBMISSIONS], start=midnight, end=midnight + 2 * DAY, period=DAY)["Submissions"]
    assert {at: each.total for at, each in series.sums.items()} == {midnight: 2, midnight + DAY: 1}


def test_what_was_written_down_and_what_gathered_since_are_told_together(
    kept: Measurements, metrics: EmfMetrics
) -> None:
    metrics.record(Figure(SUBMISSIONS))
    assert kept.keep() == 1
    metrics.record(Figure(SUBMISSIONS))
    (series,) = kept.charts([SUBMISSIONS], start=NOON, end=NOON + HOUR, period=HOUR)["Submissions"]
    assert series.sums[NOON] == Sum(2, 2, 1)


def test_figures_survive_a_restart_once_they_are_written_down(
    database: Database, kept: Measurements, metrics: EmfMetrics, clock: Moment
) -> None:
    metrics.record(Figure(SUBMISSIONS))
    kept.keep()
    anew = Measurements(database, now=clock)
    assert anew.charts([SUBMISSIONS], start=NOON, end=NOON + HOUR, period=HOUR)["Submissions"]


def test_what_is_older_than_any_chart_is_forgotten(kept: Measurements, metrics: EmfMetrics, clock: Moment) -> None:
    metrics.record(Figure(SUBMISSIONS))
    kept.keep()
    clock.now += KEPT_SECONDS + 3600
    kept.keep()
    clock.now = NOON.timestamp()
    assert kept.charts([SUBMISSIONS], start=NOON, end=NOON + HOUR, period=HOUR) == {"Submissions": ()}


def test_a_metric_without_figures_has_no_series(kept: Measurements) -> None:
    charts = kept.charts(METRICS, start=NOON, end=NOON + HOUR, period=HOUR)
    assert charts == {metric.name: () for metric in METRICS}

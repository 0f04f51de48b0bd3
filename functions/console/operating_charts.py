"""Figures as charts: bars by hour or day, laid out here and drawn by the page as SVG, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil, floor, log10
from typing import TYPE_CHECKING

from functions.console.wordings import duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.store import Document

WIDTH, HEIGHT = 640, 190
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 4, 8, 24
_GAP = 0.22
"""The share of a bar's place that stays free."""
_MOST_LABELS = 8
_MOST_SERIES = 6
_TICKS = 4
_UNITS = (60, 3600, 86400)
"""Seconds of a minute, an hour, a day."""

_STEPS: Mapping[str, timedelta] = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
_SHOWN: Mapping[str, str] = {
    "Submissions": "Submissions",
    "Decisions": "Decisions",
    "TimeToDecision": "Time to decision",
    "Flips": "Flips",
    "Resolves": "Reads of live manifests and schemas",
    "DriftChecks": "Checks of origins",
}
"""Which metrics are drawn, in this order, and their headings."""

type _Grid = Sequence[Sequence[float | None]]
"""For each series, its value in each slot."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar, in the chart's own units; `kind` numbers its series from 1, `told` is read out for it."""

    x: float
    y: float
    width: float
    height: float
    kind: int
    told: str


@dataclass(frozen=True, slots=True)
class Label:
    """A text on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: a moment, and a figure for each series."""

    at: str
    figures: Sequence[str]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart and its table. `summary` is what somebody would say who looked at it."""

    name: str
    title: str
    meaning: str
    summary: str
    bars: Sequence[Bar]
    rows_at: Sequence[Label]
    columns_at: Sequence[Label]
    series: Sequence[str]
    rows: Sequence[Row]

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened in all that time."""
        return not self.bars


@dataclass(frozen=True, slots=True)
class _Axis:
    """The hours or days that are shown, in UTC."""

    slots: Sequence[datetime]
    step: timedelta

    @property
    def room(self) -> float:
        """The width of one slot."""
        return (WIDTH - _LEFT - _RIGHT) / len(self.slots)

    def place_of(self, at: str) -> int | None:
        """Return the slot of a moment; None where it is not shown."""
        place = floor((datetime.fromisoformat(at) - self.slots[0]) / self.step)
        return place if 0 <= place < len(self.slots) else None

    def name(self, slot: datetime) -> str:
        """Name a slot."""
        return f"{slot:%H:%M}" if self.step < _STEPS["day"] else f"{slot:%-d %b}"

    def labels(self) -> list[Label]:
        """Name as many slots as there is room for."""
        every = ceil(len(self.slots) / _MOST_LABELS)
        named = list(enumerate(self.slots))[::every]
        return [Label(round(_LEFT + self.room * (at + 0.5), 2), HEIGHT - 6, self.name(slot)) for at, slot in named]


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is measured: counts, which add up, or times in seconds, of which there are means."""

    is_time: bool
    scale: float = 1.0

    def value(self, point: Document) -> float:
        """Return what a point says."""
        return float(point["mean" if self.is_time else "total"]) * self.scale

    def together(self, values: Sequence[float]) -> float:
        """Return how high the bars of one slot reach."""
        return max(values, default=0.0) if self.is_time else sum(values)

    def top(self, values: Sequence[float]) -> float:
        """Return where the axis ends: a number that is easy to divide, of hours rather than of 3,600 seconds."""
        most = max(values, default=0.0)
        unit = max((unit for unit in _UNITS if self.is_time and unit <= most), default=1)
        return unit * _rounded_up(most / unit)

    def told(self, value: float) -> str:
        """Write a value."""
        if self.is_time:
            return f"{value:.1f} s" if 0 < value < 1 else duration(value)
        return f"{value:,.0f}" if value == floor(value) else f"{value:,.1f}"

    def summary(self, grid: _Grid) -> str:
        """Say in a sentence what the whole chart shows."""
        values = [value for series in grid for value in series if value is not None]
        if not values:
            return "Nothing in this time."
        if self.is_time:
            least, most = self.told(min(values)), self.told(max(values))
            return f"{most} on average." if least == most else f"Between {least} and {most} on average."
        return f"{self.told(sum(values))} in all."


_MEASURES: Mapping[str, _Measure] = {
    "Count": _Measure(is_time=False),
    "Seconds": _Measure(is_time=True),
    "Milliseconds": _Measure(is_time=True, scale=0.001),
}


def charts_of(figures: Document) -> list[Chart]:
    """Lay out the charts of an answer of the figures' route."""
    axis = _axis(
        datetime.fromisoformat(figures["start"]), datetime.fromisoformat(figures["end"]), _STEPS[figures["by"]]
    )
    known = {metric["name"]: metric for metric in figures["metrics"]}
    return [_chart(known[name], title, axis) for name, title in _SHOWN.items() if name in known]


def _axis(start: datetime, end: datetime, step: timedelta) -> _Axis:
    first = start.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if step >= _STEPS["day"]:
        first = first.replace(hour=0)
    count = max(ceil((end - first) / step), 1)
    return _Axis([first + step * place for place in range(count)], step)


def _chart(metric: Document, title: str, axis: _Axis) -> Chart:
    measure = _MEASURES[metric["unit"]]
    named = [each for each in metric["series"] if each["points"]][:_MOST_SERIES]
    grid = [_values(each["points"], axis, measure) for each in named]
    series = [each["label"].replace("_", " ") or title for each in named]
    columns = [[values[place] or 0.0 for values in grid] for place in range(len(axis.slots))]
    heights = [measure.together(column) for column in columns]
    top = measure.top(heights)
    return Chart(
        name=metric["name"],
        title=title,
        meaning=metric["meaning"],
        summary=measure.summary(grid),
        bars=_bars(columns, series, axis, measure) if any(heights) else (),
        rows_at=[Label(_LEFT - 8, _height(tick, top), measure.told(tick)) for tick in _ticks(top)],
        columns_at=axis.labels(),
        series=series,
        rows=_rows(grid, axis, measure),
    )


def _values(points: Sequence[Document], axis: _Axis, measure: _Measure) -> list[float | None]:
    values: list[float | None] = [None] * len(axis.slots)
    for point in points:
        place = axis.place_of(point["at"])
        if place is not None:
            values[place] = measure.value(point)
    return values


def _bars(columns: Sequence[Sequence[float]], series: Sequence[str], axis: _Axis, measure: _Measure) -> list[Bar]:
    """Stack the bars of counts; those of times stand before one another, since times do not add up."""
    top = measure.top([measure.together(column) for column in columns])
    found: list[Bar] = []
    for place, column in enumerate(columns):
        x, below = round(_LEFT + axis.room * (place + _GAP / 2), 2), 0.0
        for kind, value in enumerate(column, 1):
            if value:
                upper, lower = _height(below + value, top), _height(below, top)
                told = f"{axis.name(axis.slots[place])}, {series[kind - 1]}: {measure.told(value)}"
                found.append(Bar(x, upper, round(axis.room * (1 - _GAP), 2), round(lower - upper, 2), kind, told))
                below += 0.0 if measure.is_time else value
    return found


def _ticks(top: float) -> list[float]:
    return [top * part / _TICKS for part in range(_TICKS + 1)]


def _rows(grid: _Grid, axis: _Axis, measure: _Measure) -> list[Row]:
    """Return the lines of the table: the slots in which there is a figure."""
    columns = [[values[place] for values in grid] for place in range(len(axis.slots))]
    return [
        Row(axis.name(slot), ["–" if value is None else measure.told(value) for value in column])  # noqa: RUF001 - a dash
        for slot, column in zip(axis.slots, columns, strict=True)
        if any(value is not None for value in column)
    ]


def _height(value: float, top: float) -> float:
    return round(HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top, 2)


def _rounded_up(value: float) -> float:
    """Return the next number from there on that is easy to divide by the ticks: 1, 2, 4 or 8 times a power of ten."""
    if value <= _TICKS:
        return float(_TICKS)
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= value)

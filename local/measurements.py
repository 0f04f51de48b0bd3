"""Figures of this machine, summed up by the hour: what CloudWatch makes on AWS of the same lines."""

from __future__ import annotations

import json
import threading
import time
from typing import TYPE_CHECKING

from shared.domain.operations import Series, Sum

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, timedelta

    from local.database import Database
    from shared.domain.figures import Metric

HOUR = 3600
KEPT_SECONDS = 92 * 24 * HOUR
"""How long hours are kept: as long as charts may go back."""

type _Place = tuple[str, str, int]
"""Metric, label, and the hour in seconds since 1970."""

_ADD = """
INSERT INTO measurements VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
    samples = samples + excluded.samples, total = total + excluded.total, most = max(most, excluded.most)
"""


class Measurements:
    """Takes lines of the embedded metric format, and keeps sums of them.

    They gather in memory and are written down now and then: a reader of the public route waits for no disk. What
    gathered since is lost with the process, which costs a chart a moment and nobody anything else.
    """

    def __init__(self, database: Database, *, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now
        self._lock = threading.Lock()
        self._gathered: dict[_Place, Sum] = {}

    def take(self, line: str) -> None:
        """Take a line down."""
        document = json.loads(line)
        meta = document["_aws"]
        hour = int(meta["Timestamp"] / 1000) // HOUR * HOUR
        for directive in meta["CloudWatchMetrics"]:
            label = "".join(document[name] for name in directive["Dimensions"][0])
            for metric in directive["Metrics"]:
                self._gather((metric["Name"], label, hour), float(document[metric["Name"]]))

    def _gather(self, place: _Place, value: float) -> None:
        with self._lock:
            self._gathered[place] = self._gathered.get(place, Sum()).plus(Sum(1, value, value))

    def keep(self) -> int:
        """Write down what gathered, forget what is too old, and return how many sums were written."""
        with self._lock:
            gathered, self._gathered = self._gathered, {}
        rows = [(*place, each.samples, each.total, each.most) for place, each in gathered.items()]
        with self._database.writing() as connection:
            connection.executemany(_ADD, rows)
            connection.execute("DELETE FROM measurements WHERE hour < ?", (int(self._now()) - KEPT_SECONDS,))
        return len(rows)

    def charts(
        self, metrics: Sequence[Metric], *, start: datetime, end: datetime, period: timedelta
    ) -> Mapping[str, tuple[Series, ...]]:
        """Return the sums by metric, label and period; periods without any are left out."""
        self.keep()
        return {metric.name: self._series(metric, start, end, period) for metric in metrics}

    def _series(self, metric: Metric, start: datetime, end: datetime, period: timedelta) -> tuple[Series, ...]:
        step, first = int(period.total_seconds()), int(start.timestamp())
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT label, (hour - ?) / ?, sum(samples), sum(total), max(most) FROM measurements"
                " WHERE metric = ? AND hour >= ? AND hour < ? GROUP BY 1, 2 ORDER BY 1, 2",
                (first, step, metric.name, first, int(end.timestamp())),
            ).fetchall()
        sums: dict[str, dict[datetime, Sum]] = {}
        for label, place, samples, total, most in rows:
            sums.setdefault(label, {})[start + place * period] = Sum(samples, total, most)
        return tuple(Series(label, each) for label, each in sums.items())

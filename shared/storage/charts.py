"""Sums of figures out of CloudWatch."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.domain.errors import UnavailableError
from shared.domain.operations import Series, Sum

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime, timedelta

    from shared.domain.figures import Metric

_NOTED: Mapping[str, Callable[[Sum, float], Sum]] = {
    "SampleCount": lambda sum_, value: replace(sum_, samples=int(value)),
    "Sum": lambda sum_, value: replace(sum_, total=value),
    "Maximum": lambda sum_, value: replace(sum_, most=value),
}
"""CloudWatch's statistics, and where each belongs."""
_MOST_QUERIES = 500
"""What GetMetricData takes at once."""

type _Asked = tuple[Metric, str, str]
"""Metric, label, statistic."""


class CloudWatchClient(Protocol):
    """What is used of a client of CloudWatch."""

    def get_metric_data(self, **request: Any) -> Any:  # noqa: ANN401 - botocore's own documents
        """Return the values of some metrics."""


class CloudWatchCharts:
    """The `Charts` port over the metrics of a namespace."""

    def __init__(self, client: CloudWatchClient, namespace: str) -> None:
        self._client = client
        self._namespace = namespace

    def charts(
        self, metrics: Sequence[Metric], *, start: datetime, end: datetime, period: timedelta
    ) -> Mapping[str, tuple[Series, ...]]:
        """Return the sums by metric, label and period. Raises UnavailableError."""
        asked = [
            (metric, label, statistic) for metric in metrics for label in metric.values or ("",) for statistic in _NOTED
        ]
        sums: dict[tuple[str, str], dict[datetime, Sum]] = defaultdict(dict)
        for (metric, label, statistic), at, value in self._values(asked, start, end, period):
            before = sums[metric.name, label].get(at, Sum())
            sums[metric.name, label][at] = _NOTED[statistic](before, value)
        return {
            metric.name: tuple(
                Series(label, dict(sorted(each.items()))) for (name, label), each in sums.items() if name == metric.name
            )
            for metric in metrics
        }

    def _values(
        self, asked: Sequence[_Asked], start: datetime, end: datetime, period: timedelta
    ) -> Iterator[tuple[_Asked, datetime, float]]:
        for first in range(0, len(asked), _MOST_QUERIES):
            batch = asked[first : first + _MOST_QUERIES]
            queries = [self._query(place, each, period) for place, each in enumerate(batch)]
            for result in self._results(MetricDataQueries=queries, StartTime=start, EndTime=end):
                each = batch[int(result["Id"][1:])]
                for at, value in zip(result["Timestamps"], result["Values"], strict=True):
                    yield each, at, value

    def _results(self, **request: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 - botocore's own documents
        while True:
            try:
                answer = self._client.get_metric_data(**request)
            except (ClientError, BotoCoreError) as error:
                raise UnavailableError(f"CloudWatch did not tell what was measured: {error}") from error
            yield from answer["MetricDataResults"]
            if "NextToken" not in answer:
                return
            request["NextToken"] = answer["NextToken"]

    def _query(self, place: int, asked: _Asked, period: timedelta) -> dict[str, Any]:
        metric, label, statistic = asked
        named = {
            "Namespace": self._namespace,
            "MetricName": metric.name,
            "Dimensions": [{"Name": metric.dimension, "Value": label}] if metric.dimension else [],
        }
        seconds = int(period.total_seconds())
        return {"Id": f"q{place}", "MetricStat": {"Metric": named, "Period": seconds, "Stat": statistic}}

"""Metrics as lines of CloudWatch's embedded metric format, written by hand: the public route has no room for more.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.figures import Figure


def write_line(line: str) -> None:
    """Write a line to the log: Lambda passes it on to CloudWatch, which reads the figures out of it."""
    sys.stdout.write(line + "\n")


class EmfMetrics:
    """The `Metrics` port. One line for each figure, with one dimension at most; `now` is in seconds since 1970."""

    def __init__(
        self, namespace: str, write: Callable[[str], None] = write_line, now: Callable[[], float] = time.time
    ) -> None:
        self._namespace = namespace
        self._write = write
        self._now = now

    def record(self, *figures: Figure) -> None:
        """Write the figures down."""
        for figure in figures:
            self._write(self._line(figure))

    def _line(self, figure: Figure) -> str:
        metric = figure.metric
        directive = {
            "Namespace": self._namespace,
            "Dimensions": [[metric.dimension] if metric.dimension else []],
            "Metrics": [{"Name": metric.name, "Unit": metric.unit}],
        }
        document: dict[str, object] = {
            "_aws": {"Timestamp": int(self._now() * 1000), "CloudWatchMetrics": [directive]},
            metric.name: figure.value,
        }
        if metric.dimension:
            document[metric.dimension] = figure.label
        return json.dumps(document, separators=(",", ":"))

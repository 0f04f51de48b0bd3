"""The table of metrics in the runbook, from the one table in the code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docs.readme import with_table
from shared.domain.figures import METRICS

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNBOOK = Path(__file__).parent / "runbook.md"


def page() -> str:
    """Return the runbook with its table as it should be."""
    return with_table(RUNBOOK.read_text(encoding="utf-8"), "metrics", "\n".join(_rows()))


def _rows() -> Iterator[str]:
    yield "| metric | unit | what | by |"
    yield "|:--|:--|:--|:--|"
    for metric in METRICS:
        by = f"`{metric.dimension}`: {', '.join(f'`{value}`' for value in metric.values)}" if metric.dimension else ""
        yield f"| `{metric.name}` | {metric.unit} | {metric.meaning} | {by} |"

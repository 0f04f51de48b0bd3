"""Draws the charts of the documentation: `python -m docs.charts`, after `make demo` or `make bench` saw something new.

The flip comes from what `python -m local demo --record docs/pictures/flip.json` wrote, the benchmarks from the tables
in docs/performance.md, so that a chart says what its page says.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes

DOCS = Path(__file__).parent
PICTURES = DOCS / "pictures"
_GREEN, _BLUE, _GREY, _INK = "#1f7a4d", "#3d6fb6", "#8492a3", "#1c2733"
_TOLD = {
    "changes text": "the publisher changes\nthe own host",
    "approves a digest": "an approval of something\nelse is refused",
}


def main() -> None:
    """Draw all of them."""
    # The same figures give the same bytes: no date, no random ids; and white ground, for either theme.
    mpl.rcParams.update({"svg.hashsalt": "standfast", "svg.fonttype": "none", "font.family": "sans-serif"})
    _save("flip", flip(json.loads((PICTURES / "flip.json").read_text(encoding="utf-8"))))
    page = (DOCS / "performance.md").read_text(encoding="utf-8")
    _save("serving", bars(figures(page, "The live manifest", "requests/s"), "requests a second, warm: more is better"))
    start = figures(page, "Cold start and warm invocation", "init, CPU ms")
    _save("cold-start", bars(start, "CPU milliseconds until the handler is ready: less is better"))


def flip(record: Mapping[str, Any]) -> Figure:
    """Draw which version a reader saw when, with what happened meanwhile."""
    figure, axes = _blank(3.1)
    for row, colour in zip(record["seen"], (_BLUE, _GREEN), strict=True):
        axes.barh(row["version"], row["to"] - row["from"], left=row["from"], height=0.5, color=colour)
        told = f"version {row['version']}: {row['polls']:,} polls"
        axes.text(row["from"] + 0.04, row["version"], told, color="white", va="center", fontsize=9)
    asked = record["approval_asked"]
    axes.axvline(asked, color=_INK, linewidth=1.2)
    took = (record["seen"][1]["from"] - asked) * 1000
    axes.text(asked - 0.04, 2.75, f"approved; seen {took:.1f} ms later", ha="right", fontsize=9, color=_INK)
    for moment in record["told"]:
        for begins, label in _TOLD.items():
            if moment["what"].startswith(begins):
                _mark(axes, moment["at"], label, is_early="changes" in begins)
    axes.set_ylim(0.5, 3.1)
    axes.set_yticks([])
    axes.set_xlabel(f"seconds since the store began; {record['failed']} polls failed, {record['mixed']} mixed pairs")
    return figure


def _mark(axes: Axes, at: float, label: str, *, is_early: bool) -> None:
    axes.axvline(at, color=_GREY, linewidth=0.8, linestyle=":")
    axes.text(
        at + (-0.04 if is_early else 0.04), 1.7, label, ha="right" if is_early else "left", fontsize=8, color=_INK
    )


def bars(values: Mapping[str, float], title: str) -> Figure:
    """Draw one bar for each, in the order given."""
    figure, axes = _blank(0.6 + 0.42 * len(values))
    names = list(values)
    drawn = axes.barh(names, list(values.values()), height=0.6, color=[_colour(name) for name in names])
    axes.bar_label(drawn, fmt="{:,.0f}", padding=4, fontsize=9)
    axes.invert_yaxis()
    axes.margins(x=0.12)
    axes.set_title(title, loc="left", fontsize=10, color=_INK)
    return figure


def _colour(name: str) -> str:
    return _GREEN if "store" in name or name == "resolve" else _GREY


def figures(page: str, heading: str, column: str) -> dict[str, float]:
    """Read a column of the table below a heading of a Markdown page, by the names in the first one.

    Raises ValueError where there is no such table or column.
    """
    section = re.search(rf"^### {re.escape(heading)}[^\n]*\n\n((?:\|.*\n)+)", page, re.MULTILINE)
    if not section:
        message = f"There is no table below {heading!r}."
        raise ValueError(message)
    head, _, *rows = [_cells(line) for line in section[1].splitlines()]
    place = head.index(column)
    return {row[0].replace("`", ""): float(row[place].replace(",", "")) for row in rows}


def _cells(line: str) -> Sequence[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _blank(height: float) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(8.6, height), layout="constrained", facecolor="white")
    axes = figure.add_subplot()
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0, labelsize=9)
    return figure, axes


def _save(name: str, figure: Figure) -> None:
    figure.savefig(PICTURES / f"{name}.svg", metadata={"Date": None})


if __name__ == "__main__":
    main()

"""Tables of figures, printed so that they can be read in a terminal and pasted into a Markdown document."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Table:
    """One table. Cells are text already: whoever measured knows the unit and how many digits mean anything."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()


def render(table: Table) -> str:
    """Write a table. The first column is text, all others are figures and stand on the right."""
    widths = [max(len(row[place]) for row in (table.columns, *table.rows)) for place in range(len(table.columns))]
    rule = "|".join([f":{'-' * (widths[0] + 1)}", *(f"{'-' * (width + 1)}:" for width in widths[1:])])
    lines = [_line(table.columns, widths), f"|{rule}|", *(_line(row, widths) for row in table.rows)]
    notes = [f"- {note}" for note in table.notes]
    return "\n".join([f"### {table.title}", "", *lines, "", *notes]).rstrip() + "\n"


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    figures = [cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True)]
    return f"| {' | '.join([cells[0].ljust(widths[0]), *figures])} |"


def number(value: float) -> str:
    """Write a figure with three digits that mean something."""
    digits = 2 - math.floor(math.log10(abs(value))) if value else 0
    return f"{value:,.{min(max(digits, 0), 6)}f}"


def times(value: float, base: float) -> str:
    """Write a figure as a multiple of another one of the same run."""
    return f"{value / base:.2f} x" if base else "-"

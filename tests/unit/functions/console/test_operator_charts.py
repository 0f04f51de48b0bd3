"""Figures as charts: what is drawn is what was measured."""

from __future__ import annotations

from typing import Any

import pytest

from functions.console.operating_charts import HEIGHT, WIDTH, Chart, charts_of

START, END = "2026-11-20T10:30:00Z", "2026-11-22T03:00:00Z"


def point(at: str, total: float, samples: int = 1) -> dict[str, Any]:
    return {"at": at, "samples": samples, "total": total, "mean": total / samples, "most": total}


def figures(*series: tuple[str, list[dict[str, Any]]], unit: str = "Count", by: str = "day") -> dict[str, Any]:
    metric = {
        "name": "Decisions" if unit == "Count" else "TimeToDecision",
        "unit": unit,
        "meaning": "decisions",
        "dimension": "",
        "series": [{"label": label, "points": points} for label, points in series],
    }
    return {"start": START, "end": END, "by": by, "metrics": [metric]}


def chart(*series: tuple[str, list[dict[str, Any]]], unit: str = "Count", by: str = "day") -> Chart:
    (only,) = charts_of(figures(*series, unit=unit, by=by))
    return only


def test_every_day_that_the_span_touches_has_a_place() -> None:
    found = chart(("", [point("2026-11-20T00:00:00Z", 3)]))
    assert [label.text for label in found.columns_at] == ["20 Nov", "21 Nov", "22 Nov"]


def test_hours_are_told_as_hours() -> None:
    found = chart(("", [point("2026-11-20T11:00:00Z", 3)]), by="hour")
    assert found.columns_at[0].text == "10:00"
    assert found.rows[0].at == "11:00"


def test_bars_of_one_day_stand_on_one_another_and_reach_as_high_as_their_sum() -> None:
    day = "2026-11-21T00:00:00Z"
    found = chart(("approved", [point(day, 6)]), ("rejected", [point(day, 2)]))
    lower, upper = found.bars
    assert upper.y + upper.height == pytest.approx(lower.y)
    assert lower.height == pytest.approx(3 * upper.height)
    assert (lower.kind, upper.kind) == (1, 2)


def test_times_are_means_and_do_not_add_up() -> None:
    day = "2026-11-21T00:00:00Z"
    found = chart(("a", [point(day, 7200, samples=2)]), ("b", [point(day, 1800)]), unit="Seconds")
    assert found.rows[0].figures == ["1 hour", "30 minutes"]
    bottoms = {round(bar.y + bar.height, 2) for bar in found.bars}
    assert len(bottoms) == 1


def test_everything_stays_within_the_picture() -> None:
    points = [point(f"2026-11-{day}T00:00:00Z", 10.0**day) for day in (20, 21, 22)]
    for bar in chart(("", points)).bars:
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT


def test_the_table_has_every_figure_and_a_dash_for_none() -> None:
    first, second = "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z"
    found = chart(("approved", [point(first, 1234)]), ("rejected", [point(second, 1)]))
    assert [row.figures for row in found.rows] == [["1,234", "–"], ["–", "1"]]  # noqa: RUF001 - a dash
    assert found.summary == "1,235 in all."


def test_a_time_without_figures_has_no_chart() -> None:
    found = chart(("approved", []))
    assert found.is_empty
    assert found.rows == []


def test_what_lies_outside_the_span_is_left_out() -> None:
    assert chart(("", [point("2026-11-19T00:00:00Z", 5), point("2026-11-23T00:00:00Z", 5)])).is_empty


def test_metrics_that_are_not_drawn_are_passed_over() -> None:
    document = figures(("", [point(START, 1)]))
    document["metrics"][0]["name"] = "PurgeLag"
    assert charts_of(document) == []


def test_an_axis_of_times_is_divided_into_whole_units() -> None:
    found = chart(("", [point("2026-11-21T00:00:00Z", 8000)]), unit="Seconds")
    assert [label.text for label in found.rows_at] == ["0 seconds", "1 hour", "2 hours", "3 hours", "4 hours"]

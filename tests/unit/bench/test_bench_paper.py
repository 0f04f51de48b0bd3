"""What is reckoned and printed, not what is measured."""

from __future__ import annotations

import pytest

from bench.__main__ import benchmarks, main
from bench.paper import Limits, Prices, Workload, cost_table, hit_ratio, hot_table, origin_cost, read_units
from bench.tables import Table, number, render, times


def test_every_benchmark_says_what_it_measures() -> None:
    found = benchmarks()
    assert {"coldstart", "growth", "paper", "serving"} <= found.keys()
    assert all(found.values())


def test_the_benchmarks_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "serving" in capsys.readouterr().out


def test_a_table_is_markdown_with_its_notes(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("Title", ("what", "how much"), (("this", "1"), ("that one", "2.50")), ("A note.",))
    assert render(table).splitlines() == [
        "### Title",
        "",
        "| what     | how much |",
        "|:---------|---------:|",
        "| this     |        1 |",
        "| that one |     2.50 |",
        "",
        "- A note.",
    ]
    assert main(["--only", "paper"]) == 0
    assert "read units" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.01234, "0.0123"), (1.5, "1.50"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_a_figure_has_three_digits(value: float, text: str) -> None:
    assert number(value) == text


def test_a_ratio_without_a_base_is_no_figure() -> None:
    assert (times(3, 2), times(3, 0)) == ("1.50 x", "-")


def test_a_pointer_costs_a_read_unit_for_each_4_kilobytes_that_have_begun() -> None:
    assert [read_units(versions) for versions in (1, 10, 100)] == [1, 1, 3]


def test_the_cdn_asks_once_while_an_answer_is_fresh_whatever_the_readers() -> None:
    work = Workload(fresh_seconds=30, shields=1)
    assert hit_ratio(1, work) == pytest.approx(1 - 1 / 30)
    assert 1000 * (1 - hit_ratio(1000, work)) == pytest.approx(1 / 30)
    assert hit_ratio(0.001, work) == 0


def test_what_the_cdn_keeps_costs_the_origin_nothing() -> None:
    prices, work = Prices(), Workload()
    origin = [row[3] for row in cost_table(prices, work).rows]
    assert origin[1:3] == [number(origin_cost(prices, work)), number(origin_cost(prices, work) * 0.1)]


def test_a_hot_plugin_is_bounded_by_its_partition() -> None:
    assert [row[3] for row in hot_table(Limits(), Workload()).rows][:3] == ["3,000", "3,000", "1,000"]

"""Metrics are lines that CloudWatch reads figures out of: held against the format's own published rules."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import pytest

from shared.domain.access import ALLOWING, Verdict
from shared.domain.figures import INSTALLS_REFUSED, METRICS, PURGE_LAG, RESOLVES, SUBMISSIONS, Figure, Metric, Unit
from shared.edge.metrics import EmfMetrics

NOW = 1_790_000_000.25
NAME = {"type": "string", "minLength": 1, "maxLength": 1024}
UNITS = [
    *("Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None"),
    *(f"{size}{kind}" for size in ("", "Kilo", "Mega", "Giga", "Tera") for kind in ("Bytes", "Bits")),
]
RULES = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "additionalProperties": False,
            "properties": {
                "Timestamp": {"type": "integer", "minimum": 1_000_000_000_000, "maximum": 9_999_999_999_999},
                "CloudWatchMetrics": {
                    "type": "array",
                    "minItems": 1,
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "additionalProperties": False,
                        "properties": {
                            "Namespace": NAME,
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {
                                    "type": "array",
                                    "maxItems": 30,
                                    "items": {"type": "string", "minLength": 1, "maxLength": 250},
                                },
                            },
                            "Metrics": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "additionalProperties": False,
                                    "properties": {
                                        "Name": NAME,
                                        "Unit": {"enum": UNITS},
                                        "StorageResolution": {"enum": [1, 60]},
                                    },
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}
"""The schema and the limits of the specification:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html"""

_VALIDATOR = jsonschema_rs.validator_for(RULES)


def complaints(line: str) -> list[str]:
    """Say what CloudWatch would not take, the targets of the directives included."""
    document: dict[str, Any] = json.loads(line)
    found = [error.message for error in _VALIDATOR.iter_errors(document)]
    if found:
        return found
    for directive in document["_aws"]["CloudWatchMetrics"]:
        names = [name for each in directive["Dimensions"] for name in each]
        found += [f"the dimension {name} has no text" for name in names if not _is_text(document.get(name))]
        metrics = [metric["Name"] for metric in directive["Metrics"]]
        found += [f"the metric {name} has no number" for name in metrics if not _is_number(document.get(name))]
    return found


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1024


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def line_of(figure: Figure) -> str:
    lines: list[str] = []
    EmfMetrics("Standfast/store", lines.append, lambda: NOW).record(figure)
    (line,) = lines
    return line


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_every_metric_is_a_line_that_cloudwatch_takes(metric: Metric) -> None:
    for label in metric.values or ("",):
        line = line_of(Figure(metric, 1.5, label))
        assert complaints(line) == []
        assert "\n" not in line


@pytest.mark.parametrize(
    ("said", "instead"),
    [
        ('"Unit":"Count"', '"Unit":"Counts"'),
        ('"Dimensions":[["Outcome"]]', '"Dimensions":[["Result"]]'),
        ('"Dimensions":[["Outcome"]]', '"Dimensions":[]'),
        ('"Resolves":1', '"Resolves":"1"'),
        ('"Namespace":"Standfast/store"', '"Namespace":""'),
        ('"Timestamp":1790000000250', '"Timestamp":1790000000'),
    ],
)
def test_a_planted_fault_in_a_line_is_found(said: str, instead: str) -> None:
    line = line_of(Figure(RESOLVES, label="200"))
    assert said in line
    assert complaints(line.replace(said, instead))


def test_a_line_holds_the_moment_the_value_and_the_label() -> None:
    document = json.loads(line_of(Figure(RESOLVES, label="404")))
    assert document["_aws"]["Timestamp"] == 1_790_000_000_250
    assert (document["Resolves"], document["Outcome"]) == (1, "404")


def test_a_metric_without_a_dimension_is_one_series() -> None:
    document = json.loads(line_of(Figure(SUBMISSIONS)))
    assert document["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [[]]


def test_several_figures_are_several_lines() -> None:
    lines: list[str] = []
    EmfMetrics("Standfast", lines.append).record(Figure(SUBMISSIONS), Figure(PURGE_LAG, 12.5))
    assert len(lines) == 2


def test_lines_go_to_the_log_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    EmfMetrics("Standfast").record(Figure(SUBMISSIONS))
    assert complaints(capsys.readouterr().out) == []


def test_names_are_unique_and_units_cloudwatchs() -> None:
    assert len({metric.name for metric in METRICS}) == len(METRICS)
    assert {unit.value for unit in Unit} <= set(UNITS)
    assert all(bool(metric.dimension) == bool(metric.values) for metric in METRICS)


def test_every_reason_to_refuse_an_install_is_counted_under_its_own_name() -> None:
    reasons = {verdict.value for verdict in Verdict if verdict not in ALLOWING}
    assert reasons | {"no-place-left"} <= set(INSTALLS_REFUSED.values)

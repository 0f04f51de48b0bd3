"""Filters of event sources."""

from __future__ import annotations

from typing import Any

import pytest

from local.cloudformation import TemplateError
from local.patterns import matches

EVENT = {
    "eventName": "INSERT",
    "dynamodb": {
        "Keys": {"sk": {"S": "EVENT#1"}},
        "NewImage": {"n": {"N": "5"}, "tags": ["a", "b"]},
        "size": 7,
        "none": None,
    },
}


@pytest.mark.parametrize(
    "pattern",
    [
        {},
        {"eventName": ["INSERT"]},
        {"eventName": ["REMOVE", "INSERT"]},
        {"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}},
        {"dynamodb": {"Keys": {"sk": {"S": [{"suffix": "#1"}]}}}},
        {"dynamodb": {"OldImage": [{"exists": False}]}},
        {"dynamodb": {"OldImage": {"S": [{"exists": False}]}}},
        {"dynamodb": {"NewImage": {"tags": ["b"]}}},
        {"dynamodb": {"size": [{"numeric": [">", 5, "<=", 7]}]}},
        {"dynamodb": {"none": [None]}},
        {"eventName": [{"anything-but": ["REMOVE"]}]},
        {"eventName": [{"anything-but": {"prefix": "REM"}}]},
        {"eventName": [{"equals-ignore-case": "insert"}]},
    ],
)
def test_an_event_matches_what_it_has(pattern: dict[str, Any]) -> None:
    assert matches(pattern, EVENT)


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["insert"]},
        {"eventName": []},
        {"eventName": ["INSERT"], "dynamodb": {"size": [8]}},
        {"dynamodb": {"Keys": {"sk": {"S": [{"prefix": "META"}]}}}},
        {"dynamodb": {"OldImage": {"S": ["x"]}}},
        {"dynamodb": {"NewImage": [{"exists": False}]}},
        {"dynamodb": {"size": [{"numeric": [">", 7]}]}},
        {"eventName": {"S": ["INSERT"]}},
        {"eventName": [{"anything-but": "INSERT"}]},
        {"absent": [{"anything-but": "x"}]},
        {"absent": [None]},
    ],
)
def test_an_event_does_not_match_what_it_lacks(pattern: dict[str, Any]) -> None:
    assert not matches(pattern, EVENT)


def test_an_operator_that_is_not_known_is_an_error_and_never_a_match() -> None:
    with pytest.raises(TemplateError, match="cidr"):
        matches({"eventName": [{"cidr": "10.0.0.0/8"}]}, EVENT)

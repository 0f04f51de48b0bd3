"""What is measured of the store follows from its events."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.events import Event, EventType
from shared.domain.figures import DECISIONS, FLIPS, METRICS, SUBMISSIONS, TIME_TO_DECISION, Figure
from shared.domain.identity import EventId, Subject
from shared.domain.measuring import TIMED, figures_of
from shared.domain.version import State
from tests.building import NOON, REVIEWER, TODO, version


def event(kind: EventType, actor: str = REVIEWER) -> Event:
    return Event(EventId("e"), kind, TODO, Subject(actor), NOON, 1)


def test_a_submission_is_counted() -> None:
    assert list(figures_of(event(EventType.VERSION_SUBMITTED), None)) == [Figure(SUBMISSIONS)]


def test_a_decision_tells_how_long_the_version_waited() -> None:
    waited = replace(version(State.IN_REVIEW), queued_at=NOON - timedelta(minutes=3))
    assert list(figures_of(event(EventType.VERSION_REJECTED), waited)) == [
        Figure(DECISIONS, label="rejected"),
        Figure(TIME_TO_DECISION, 180.0),
    ]


def test_what_a_policy_approved_is_told_apart() -> None:
    counted, *_ = figures_of(event(EventType.VERSION_APPROVED, "policy:narrowing"), None)
    assert counted == Figure(DECISIONS, label="approved-by-policy")


@pytest.mark.parametrize(
    ("kind", "cause"), [(EventType.VERSION_RELEASED, "release"), (EventType.VERSION_RESTORED, "rollback")]
)
def test_a_flip_has_a_cause(kind: EventType, cause: str) -> None:
    assert list(figures_of(event(kind), None)) == [Figure(FLIPS, label=cause)]


def test_some_events_count_for_nothing() -> None:
    assert list(figures_of(event(EventType.VERSION_SUPERSEDED), None)) == []


@pytest.mark.parametrize("kind", list(EventType))
def test_every_label_is_one_that_charts_ask_for(kind: EventType) -> None:
    for figure in figures_of(event(kind), version() if kind in TIMED else None):
        assert figure.metric in METRICS
        assert figure.label in (figure.metric.values or ("",))

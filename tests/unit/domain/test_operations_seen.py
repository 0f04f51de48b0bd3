"""What an operator is told: what to look at, and of a message no more than what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from shared.domain.identity import EventId
from shared.domain.operations import Backlog, Source, SourceKind, attention, read_sources, redacted
from shared.domain.reconciling import SCHEDULE, Kind, Phase, Reconciliation
from tests.building import NOON

SOURCE = Source("delivery", SourceKind.QUEUE, "DeliveryQueue", "DeliveryDeadLetterQueue")
RUN = Reconciliation(EventId("0a"), False, SCHEDULE, NOON, NOON, Phase.DONE)  # noqa: FBT003 - a record
DAY = timedelta(days=1)


def test_a_store_in_which_all_is_well_asks_for_nothing() -> None:
    assert attention([Backlog(SOURCE, waiting=5, oldest_seconds=60)], RUN, NOON, NOON + DAY) == ()
    assert attention([], None, None, NOON) == ()


@pytest.mark.parametrize(
    ("backlog", "run", "said"),
    [
        (Backlog(SOURCE, dead=2), RUN, "2 of `delivery` were given up and wait in its dead letters."),
        (Backlog(SOURCE, oldest_seconds=901), RUN, "`delivery` is 901 s behind."),
        (Backlog(SOURCE), replace(RUN, found={Kind.DANGLING_POINTER: 1}), "missed objects"),
        (Backlog(SOURCE), replace(RUN, found={Kind.MISSING_OBJECT: 1}), "missed objects"),
        (Backlog(SOURCE), replace(RUN, started_at=NOON - 2 * DAY), "No reconciliation was begun within two days."),
        (Backlog(SOURCE), replace(RUN, phase=Phase.OBJECTS), "stopped half-way"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(backlog: Backlog, run: Reconciliation, said: str) -> None:
    (reason,) = attention([backlog], run, None, NOON + timedelta(hours=2))
    assert said in reason


def test_a_version_that_waits_for_a_week_is_told() -> None:
    (reason,) = attention([], replace(RUN, started_at=NOON + 8 * DAY), NOON, NOON + 8 * DAY)
    assert "2026-11-21T12:00:00.000Z" in reason


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"plugin_id": "todo", "version": 3}', {"plugin_id": "todo", "version": 3}),
        ('{"plugin_id": "todo", "note": "call me"}', {"plugin_id": "todo"}),
        ('{"secret": "whsec_x", "plugin_id": {"secret": "x"}}', {}),
        ('{"dynamodb": {"NewImage": {"secret": {"S": "x"}}, "Keys": {"pk": {"S": "LIVE#a"}}}}', None),
        ('{"plugin_id": "' + "x" * 1000 + '"}', {"plugin_id": "x" * 300}),
        ("not JSON", {"text": "not JSON"}),
        ("[1]", {"text": "[1]"}),
        ("[" * 100_000, {"text": "[" * 300}),
    ],
)
def test_of_a_message_nothing_is_shown_but_what_it_is_about(body: str, shown: dict[str, Any] | None) -> None:
    assert redacted(body) == (shown if shown is not None else {"dynamodb": {"Keys": {"pk": {"S": "LIVE#a"}}}})


def test_sources_are_queues_and_streams() -> None:
    text = '{"a": {"queue": "u", "dead": "d"}, "b": {"stream": "f", "dead": "e"}}'
    assert read_sources(text) == (
        Source("a", SourceKind.QUEUE, "u", "d"),
        Source("b", SourceKind.STREAM, "f", "e"),
    )

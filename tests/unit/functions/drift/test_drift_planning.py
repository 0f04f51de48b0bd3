"""Planning a round: who is due, when, and in whose company."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

import pytest

from functions.drift.planning import Planning
from shared.domain.identity import PluginId, digest_of_bytes
from shared.domain.plugin import Ban, Live, Pointer
from shared.domain.rounds import MOST_AT_HOST, MOST_LOOKS, TICK, Check, Look, Plan, Shelf, dealt, is_due
from shared.storage.items import pointer_item
from shared.storage.table import Put
from tests.building import LISTING, NOON, REVIEWER

if TYPE_CHECKING:
    from shared.domain.rounds import DriftTask
    from tests.unit.functions.desk import Desk

HOUR = timedelta(hours=1)
MANY = 6_000
HOSTS = 2_000


class Listed:
    """The `DriftQueue` port: what was asked for, and after how long."""

    def __init__(self) -> None:
        self.asked: list[tuple[DriftTask, timedelta]] = []

    def ask(self, *tasks: tuple[DriftTask, timedelta]) -> None:
        self.asked += tasks


def pointer(number: int, *, refresh_minutes: int = 0, ban: Ban | None = None) -> Pointer:
    digest = digest_of_bytes(b"")
    host = f"h{number % HOSTS}.example.com"
    live = Live(1, digest, "ai-plugin.json", digest, "openapi.yaml", LISTING, NOON, "", host, refresh_minutes)
    return Pointer(PluginId(f"plugin-{number:05d}"), live, ban=ban, revision=1)


def put(desk: Desk, *pointers: Pointer) -> None:
    for some in batched(pointers, 100, strict=False):
        desk.table.transact([Put(pointer_item(each), None) for each in some])


def planned(desk: Desk, plan: Plan, interval: timedelta = HOUR) -> tuple[list[tuple[Check, timedelta]], int]:
    """Plan a round to its end; return the looks that it asks for, and the number of steps that took."""
    steps: list[DriftTask] = [plan]
    checks: list[tuple[Check, timedelta]] = []
    for step in steps:
        queue = Listed()
        assert isinstance(step, Plan)
        Planning(desk.records, queue, interval).plan(step)
        checks += [(task, delay) for task, delay in queue.asked if isinstance(task, Check)]
        steps += [task for task, _ in queue.asked if isinstance(task, Plan)]
    return checks, len(steps)


def names(checks: list[tuple[Check, timedelta]]) -> Counter[str]:
    return Counter(look.plugin_id for check, _ in checks for look in check.looks)


def test_of_six_thousand_plugins_each_is_looked_at_once_an_hour_and_the_hour_is_filled(desk: Desk) -> None:
    put(desk, *(pointer(number) for number in range(MANY)))
    rounds = [planned(desk, Plan(NOON + tick * TICK)) for tick in range(4)]
    assert sum((names(checks) for checks, _ in rounds), Counter()) == {f"plugin-{n:05d}": 1 for n in range(MANY)}
    for checks, steps in rounds:
        assert steps == 3  # two of five thousand plugins at most, and one for the review queue
        assert all(timedelta() <= delay < TICK for _, delay in checks)
        assert max(len(check.looks) for check, _ in checks) <= MOST_LOOKS
        assert 0.2 < sum(names(checks).values()) / MANY < 0.3
        assert len({delay for _, delay in checks}) == 60


def test_plugins_of_one_host_are_looked_at_one_after_the_other() -> None:
    looks = [Look(PluginId(f"plugin-{number}"), 1, f"h{number % 3}.example.com") for number in range(90)]
    batches = dealt(looks, NOON, TICK)
    assert Counter(look.plugin_id for batch in batches for look in batch.looks) == {look.plugin_id: 1 for look in looks}
    for host in ("h0.example.com", "h1.example.com", "h2.example.com"):
        parts = [[look for look in batch.looks if look.host == host] for batch in batches]
        assert sorted(len(part) for part in parts if part) == [MOST_AT_HOST] * 3
        moments = [batch.delay for batch in batches if any(look.host == host for look in batch.looks)]
        assert len(set(moments)) == 3


def test_a_host_has_another_moment_in_every_round_and_the_same_one_when_a_step_is_repeated() -> None:
    look = Look(PluginId("todo"), 1, "todo.example.com")
    moments = [dealt([look], NOON + hour * HOUR, TICK)[0].delay for hour in range(12)]
    assert len(set(moments)) > 6
    assert dealt([look], NOON, TICK) == dealt([look], NOON, TICK)


@pytest.mark.parametrize(("minutes", "times"), [(15, 96), (30, 48), (60, 24), (1440, 1)])
def test_a_plugin_is_due_as_often_as_its_interval_says(minutes: int, times: int) -> None:
    look = Look(PluginId("todo"), 1, "todo.example.com")
    due = [is_due(look, timedelta(minutes=minutes), NOON + tick * TICK) for tick in range(96)]
    assert due.count(True) == times


def test_without_an_interval_only_what_may_vary_is_looked_at(desk: Desk) -> None:
    put(desk, pointer(1), pointer(2, refresh_minutes=15))
    assert names(planned(desk, Plan(NOON), timedelta())[0]) == {"plugin-00002": 1}


def test_what_may_vary_is_looked_at_as_often_as_its_envelope_says(desk: Desk) -> None:
    put(desk, pointer(1, refresh_minutes=30))
    seen = [sum(names(planned(desk, Plan(NOON + tick * TICK))[0]).values()) for tick in range(4)]
    assert sorted(seen) == [0, 0, 1, 1]


def test_somebody_who_asks_by_hand_gets_everything_at_once(desk: Desk) -> None:
    put(desk, *(pointer(number) for number in range(50)))
    checks, _ = planned(desk, Plan(NOON, by_hand=True), timedelta())
    assert sum(names(checks).values()) == 50
    assert {delay for _, delay in checks} == {timedelta()}
    assert all(check.by_hand for check, _ in checks)


def test_a_banned_plugin_is_not_planned(desk: Desk) -> None:
    put(desk, pointer(1, ban=Ban(REVIEWER, NOON, "malware")))
    assert not planned(desk, Plan(NOON, by_hand=True))[0]


def test_the_review_queue_comes_after_the_catalogue(desk: Desk) -> None:
    queue = Listed()
    Planning(desk.records, queue, HOUR).plan(Plan(NOON))
    assert [task for task, _ in queue.asked] == [Plan(NOON, Shelf.REVIEW)]
    queue.asked.clear()
    Planning(desk.records, queue, HOUR).plan(Plan(NOON, Shelf.REVIEW))
    assert queue.asked == []

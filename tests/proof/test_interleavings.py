"""Concurrent calls, step by step: whatever the order, every invariant holds after every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof import interleavings
from tests.proof.faults import FAULTS
from tests.proof.schedules import Figures, explore, replay
from tests.proof.shares import share
from tests.proof.theatre import ScheduleFailedError, Theatre

if TYPE_CHECKING:
    from tests.proof.faults import Fault
    from tests.proof.scenarios import Scenario
    from tests.proof.theatre import Stages

_FEW = 6
_ENOUGH = 25_000
_named = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)


@pytest.mark.parametrize("scenario", interleavings.SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_no_schedule_breaks_an_invariant(stages: Stages, scenario: Scenario) -> None:
    figures = Figures(scenario.name)
    explore(Theatre(stages, scenario), figures, most=_FEW)
    assert figures.schedules == _FEW


@_named
def test_a_planted_fault_is_found_and_its_schedule_shows_it_again(stages: Stages, fault: Fault) -> None:
    found = interleavings.search(stages, fault)
    assert found, "no schedule shows it"
    assert found.failure.invariant in fault.invariants
    with pytest.raises(ScheduleFailedError) as again:
        replay(interleavings.theatre_of(stages, fault), found.failure.decisions)
    assert str(again.value) == str(found.failure)


@_named
def test_without_the_fault_the_same_schedules_are_sound(stages: Stages, fault: Fault) -> None:
    scenario = interleavings.SCENARIOS[fault.scenario]
    explore(Theatre(stages, scenario), Figures(scenario.name), most=_FEW)


ONCE_BROKEN = {
    # b has read the version, a makes it live, b reads the pointer: b was about to supersede what it released.
    "two approvals": (1, 1, 0, 0, 0, 0, 0),
    # b has found no receipt, a does what both ask for: b was told that it had lost to itself.
    "approved twice under one key": (1, 0, 0, 0, 0, 0, 0),
    # b has found no install, a takes the last place for both: b was told that there is none left.
    "somebody takes it twice": (1, 1, 1, 0, 0, 0, 0, 0),
    # b has read the pointer, a rolls back: b was told that another version cannot be superseded.
    "approve x rollback": (0, 0, 0, 1, 1, 1, 1, 1),
}
"""What the search found in the store itself, and what was mended since: who moves first, call by call."""


@pytest.mark.parametrize("name", ONCE_BROKEN)
def test_a_schedule_that_once_broke_an_invariant_does_not_any_more(stages: Stages, name: str) -> None:
    replay(Theatre(stages, interleavings.SCENARIOS[name]), ONCE_BROKEN[name])


def test_a_pair_is_exhausted_and_both_orders_occur(stages: Stages) -> None:
    scenario = interleavings.SCENARIOS["two claims"]
    figures = explore(Theatre(stages, scenario), Figures(scenario.name), most=100)
    assert figures.is_exhaustive
    assert set(figures.endings) == {
        ("a: done", "b: ClaimedError(claimed)"),
        ("a: ClaimedError(claimed)", "b: done"),
    }


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_schedule_of_many_breaks_an_invariant(stages: Stages) -> None:
    ran = interleavings.run(
        stages,
        most_of_a_pair=share(interleavings.MOST_OF_A_PAIR),
        most_of_a_crowd=share(interleavings.MOST_OF_A_CROWD),
    )
    assert sum(figures.schedules for figures in ran) >= share(_ENOUGH)

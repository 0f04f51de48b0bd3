"""Runs the scenarios, sound and with faults planted, and counts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.proof.scenarios import CROWDS, PAIRS
from tests.proof.schedules import Figures, explore
from tests.proof.theatre import ScheduleFailedError, Theatre

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.faults import Fault
    from tests.proof.scenarios import Scenario
    from tests.proof.theatre import Stages

MOST_OF_A_PAIR = 2_500
MOST_OF_A_CROWD = 1_600
_TRIES = 500
SCENARIOS = {scenario.name: scenario for scenario in (*PAIRS, *CROWDS)}


@dataclass(frozen=True, slots=True)
class Found:
    """A planted fault that was found: after how many sound schedules, and by a schedule that can be replayed."""

    schedules_before: int
    failure: ScheduleFailedError


def run(stages: Stages, *, most_of_a_pair: int, most_of_a_crowd: int) -> Iterator[Figures]:
    """Run every scenario. Raises ScheduleFailedError."""
    for scenario in PAIRS:
        yield explore(Theatre(stages, scenario), Figures(scenario.name), most=most_of_a_pair)
    for scenario in CROWDS:
        yield explore(Theatre(stages, scenario), Figures(scenario.name), most=most_of_a_crowd)


def search(stages: Stages, fault: Fault) -> Found | None:
    """Look for a planted fault; None where no schedule shows it."""
    figures = Figures(fault.name)
    try:
        explore(theatre_of(stages, fault), figures, most=_TRIES)
    except ScheduleFailedError as failure:
        return Found(figures.schedules, failure)
    return None


def theatre_of(stages: Stages, fault: Fault) -> Theatre:
    """Return a fault's scenario with the fault in it."""
    return Theatre(stages, _with(SCENARIOS[fault.scenario], fault), fault.wrap)


def _with(scenario: Scenario, fault: Fault) -> Scenario:
    if fault.build is None:
        return scenario
    first, *others = scenario.calls
    return replace(scenario, calls=(replace(first, build=fault.build), *others))

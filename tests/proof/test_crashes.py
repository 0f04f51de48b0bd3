"""The process ends before or after a call to AWS, once and twice; whoever waited tries again; nothing is lost."""

from __future__ import annotations

import pytest

from tests.proof import crashes
from tests.proof.outages import OUTAGES, Outage
from tests.proof.shares import share

_ENOUGH = 1_000


@pytest.fixture(scope="module")
def calm() -> tuple[crashes.Aftermath, list[str]]:
    aftermath, saboteur = crashes.perform(crashes.BEGINNING)
    return aftermath, saboteur.moments


def test_the_job_succeeds_without_a_crash(calm: tuple[crashes.Aftermath, list[str]]) -> None:
    aftermath, _ = calm
    assert {status for status, _ in aftermath.answers} <= {200, 202}
    assert aftermath.dangling == ()
    assert aftermath.undelivered == 0


def test_a_crash_anywhere_changes_nothing_for_good() -> None:
    tally = crashes.ordeal(crashes.BEGINNING, singles=2, doubles=2)
    assert tally.runs == 4
    assert tally.harms == []


@pytest.mark.parametrize("outage", OUTAGES, ids=lambda outage: outage.name)
def test_a_planted_fault_is_found(calm: tuple[crashes.Aftermath, list[str]], outage: Outage) -> None:
    aftermath, moments = calm
    left, _ = crashes.perform(crashes.BEGINNING, outage.at(moments), outage.plant)
    assert outage.complaint in crashes.difference(aftermath, left)


def test_a_late_request_does_no_harm_without_a_crash(calm: tuple[crashes.Aftermath, list[str]]) -> None:
    aftermath, _ = calm
    (late,) = (outage for outage in OUTAGES if "after the commit" in outage.name)
    left, _ = crashes.perform(crashes.BEGINNING, plant=late.plant)
    assert crashes.difference(aftermath, left) == ""


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_crashes_at_many_moments_change_nothing_for_good() -> None:
    tally = crashes.ordeal(singles=share(_ENOUGH // 2), doubles=share(crashes.DOUBLES), processes=2)
    assert tally.harms == []
    assert tally.runs >= share(_ENOUGH // 2)
    assert tally.by_crashes[2] >= share(crashes.DOUBLES) // 2

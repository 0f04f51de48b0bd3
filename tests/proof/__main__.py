"""Runs the proofs in full and prints their figures: `python -m tests.proof [PROOF ...]`, all of them unless named."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# Nothing heavy is imported up here: sixteen contenders start from this module.


def interleavings(directory: Path) -> bool:
    """Schedules of calls, every invariant after every step."""
    from tests.proof.interleavings import MOST_OF_A_CROWD, MOST_OF_A_PAIR, run  # noqa: PLC0415
    from tests.proof.theatre import Stages  # noqa: PLC0415

    stages = Stages(directory)
    figures = list(run(stages, most_of_a_pair=MOST_OF_A_PAIR, most_of_a_crowd=MOST_OF_A_CROWD))
    stages.close()
    for each in figures:
        _say(each.scenario, f"{each.schedules:6} schedules", "all there are" if each.is_exhaustive else "drawn by lot")
    schedules, steps = sum(each.schedules for each in figures), sum(each.steps for each in figures)
    _say("in all", f"{schedules:6} schedules", f"{steps} steps, no violation")
    return True


def faults(directory: Path) -> bool:
    """Planted faults, each to be found by the schedules of its scenario."""
    from tests.proof.faults import FAULTS  # noqa: PLC0415
    from tests.proof.interleavings import search  # noqa: PLC0415
    from tests.proof.theatre import Stages  # noqa: PLC0415

    stages = Stages(directory)
    found = {fault.name: search(stages, fault) for fault in FAULTS}
    stages.close()
    for name, each in found.items():
        _say(name, "found" if each else "NOT FOUND", f"{each.failure.invariant!r}" if each else "")
    return all(found.values())


def crashes(_directory: Path) -> bool:
    """The process ended before or after AWS calls, once and twice."""
    from tests.proof.crashes import DOUBLES, ordeal  # noqa: PLC0415

    tally = ordeal(singles=None, doubles=DOUBLES, processes=os.cpu_count() or 1)
    _say("moments before and after AWS calls", str(tally.moments))
    for times, count in sorted(tally.by_crashes.items()):
        _say(f"runs with {times} crashes", str(count))
    _say("runs that left anything else than a calm one", str(len(tally.harms)))
    for harm in tally.harms:
        _say(", ".join(harm.crashes), harm.complaint)
    return not tally.harms


def races(directory: Path) -> bool:
    """Sixteen contenders at once on the emulator."""
    from tests.proof.ministack import EnvironmentMissingError, environment, ministack  # noqa: PLC0415
    from tests.proof.races import CONTENDERS, CONTESTS, ROUNDS, arena  # noqa: PLC0415
    from tests.proof.theatre import Stages  # noqa: PLC0415
    from tests.proof.tournament import hold  # noqa: PLC0415

    try:
        environment()
    except EnvironmentMissingError as error:
        _say("not run", str(error))
        return False
    stages, is_sound = Stages(directory / "stages"), True
    with ministack(directory) as endpoint, arena(endpoint) as opened:
        for contest in CONTESTS:
            score = hold(endpoint, opened, stages, contest, rounds=ROUNDS)
            told = ", ".join(f"{count} {text}" for text, count in score.told.most_common())
            _say(score.contest, f"{score.rounds} rounds of {CONTENDERS}", f"{len(score.harms)} ended badly; {told}")
            _complain(score.harms)
            is_sound = is_sound and not score.harms
    stages.close()
    return is_sound


def histories(_directory: Path) -> bool:
    """Random histories of requests, compared with a model."""
    from tests.proof.machine import EXAMPLES, STEPS, machine, run  # noqa: PLC0415

    with machine() as sound:
        run(sound, examples=EXAMPLES, steps=STEPS)
        tally = sound.surface.tally
    _say("histories", f"{EXAMPLES}", f"of up to {STEPS} steps")
    _say("requests", f"{tally.total()}", ", ".join(f"{count} {name}" for name, count in sorted(tally.items())))
    return True


PROOFS: Mapping[str, Callable[[Path], bool]] = {
    "interleavings": interleavings,
    "faults": faults,
    "crashes": crashes,
    "races": races,
    "histories": histories,
}


def main(names: Iterable[str]) -> int:
    """Run some proofs, and return the exit status."""
    import_module("tests.conftest")  # no real account, whatever the environment
    logging.disable(logging.CRITICAL)
    is_sound = True
    for name in names:
        prove = PROOFS[name]
        print(f"\n{name}: {prove.__doc__}\n")  # noqa: T201 - the figures are what this is for
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as directory:
            is_sound = prove(Path(directory)) and is_sound
        _say("time", f"{time.monotonic() - started:.0f} s")
    return 0 if is_sound else 1


def _complain(harms: Iterable[str]) -> None:
    for harm in harms:
        _say("", harm)


def _say(*columns: str) -> None:
    first, *others = columns
    print(f"  {first:60}", "  ".join(others), flush=True)  # noqa: T201 - the figures are what this is for


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or PROOFS))

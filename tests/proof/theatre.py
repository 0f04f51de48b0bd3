"""Carries out one schedule: calls a step at a time, every invariant after every step, what they are told at the end.

A schedule is the list of which call moved, by its place among the calls. The same list gives the same run, always.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.errors import (
    ConflictError,
    ForbiddenError,
    IllegalMoveError,
    InvalidValueError,
    NotFoundError,
    RateLimitedError,
)
from shared.domain.transition import Outcome
from shared.domain.version import State
from tests.proof.baton import Ending, Runner
from tests.proof.invariants import Watch
from tests.proof.ledger import ViolationError
from tests.proof.scenarios import Finale, Scenario
from tests.proof.tampering import untouched
from tests.proof.world import World

if TYPE_CHECKING:
    from pathlib import Path

    from tests.proof.calls import Call
    from tests.proof.history import Prepare
    from tests.proof.ledger import Ledger
    from tests.proof.tampering import Wrap

type Chooser = Callable[[Sequence[int], Sequence[int]], int]
"""Chooses who moves, after the decisions so far, of those calls that can."""

_MOST_STEPS = 400


class ScheduleFailedError(AssertionError):
    """An invariant was broken. The text holds all that is needed to see it again."""

    def __init__(self, scenario: str, performance: _Performance, violation: ViolationError) -> None:
        steps = "\n".join(f"  {number:3}. {step}" for number, step in enumerate(performance.trace, 1))
        super().__init__(f"{violation}\n{scenario!r}, schedule {performance.decisions}:\n{steps}")
        self.invariant = violation.invariant
        self.decisions = tuple(performance.decisions)


@dataclass(frozen=True, slots=True)
class Run:
    """One schedule that was carried out: what was chosen, and from what at each step."""

    decisions: tuple[int, ...]
    options: tuple[tuple[int, ...], ...]
    endings: tuple[str, ...]


class Stages:
    """Worlds in which something has happened, made once for all scenarios that begin there."""

    def __init__(self, objects: Path) -> None:
        objects.mkdir(exist_ok=True)
        self._objects = objects
        self._worlds: list[World] = []
        self._made: dict[Prepare, tuple[World, Ledger]] = {}

    def __getitem__(self, prepare: Prepare) -> tuple[World, Ledger]:
        """Return a world, and what its events told so far."""
        if prepare not in self._made:
            world = World(self._objects / str(len(self._worlds)))
            self._worlds.append(world)
            prepare(world)
            watch = Watch(world)
            watch.look()
            watch.ledger.marks.clear()
            world.keep()
            self._made[prepare] = world, watch.ledger
        return self._made[prepare]

    def close(self) -> None:
        """Close the worlds."""
        for world in self._worlds:
            world.close()


class Theatre:
    """Carries out schedules of one scenario, each from the same beginning."""

    def __init__(self, stages: Stages, scenario: Scenario, wrap: Wrap = untouched) -> None:
        self._world, self._told = stages[scenario.prepare]
        self._scenario = scenario
        self._wrap = wrap

    @property
    def size(self) -> int:
        """How many calls there are at once."""
        return len(self._scenario.calls)

    def run(self, choose: Chooser) -> Run:
        """Carry out one schedule. Raises ScheduleFailedError."""
        self._world.put_back()
        watch = Watch(self._world, self._told.copy(), self._scenario.seen)
        performance = _Performance(self._scenario, watch)
        runners = [Runner(call.name, call.work(self._world, self._wrap)) for call in self._scenario.calls]
        try:
            performance.play(runners, choose)
            endings = performance.finish({runner.name: runner.ending or Ending() for runner in runners})
        except ViolationError as violation:
            raise ScheduleFailedError(self._scenario.name, performance, violation) from violation
        finally:
            for runner in runners:
                runner.stop()
        return Run(tuple(performance.decisions), tuple(performance.options), endings)


@dataclass(slots=True)
class _Performance:
    """One schedule under way: who moved, who could have, and what each step was."""

    scenario: Scenario
    watch: Watch
    decisions: list[int] = field(default_factory=list)
    options: list[tuple[int, ...]] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)

    def play(self, runners: Sequence[Runner], choose: Chooser) -> None:
        """Move one call after the other, and look after each step. Raises ViolationError."""
        for runner in runners:
            runner.start()
        while moving := tuple(place for place, runner in enumerate(runners) if runner.ending is None):
            if len(self.decisions) == _MOST_STEPS:
                raise ViolationError("every call ends", f"{_MOST_STEPS} steps were not enough")
            self.decisions.append(choose(self.decisions, moving))
            self.options.append(moving)
            runner = runners[self.decisions[-1]]
            self.trace.append(f"{runner.name}: {runner.step()}")
            self.watch.look()

    def finish(self, endings: Mapping[str, Ending]) -> tuple[str, ...]:
        """Judge what each call was told, and how it all ended. Raises ViolationError."""
        for call in self.scenario.calls:
            _check_ending(call, endings[call.name], self.watch, self._marks(call))
        told = tuple(f"{name}: {_said(ending)}" for name, ending in endings.items())
        if complaint := self.scenario.verdict(Finale(endings, self.watch.world)):
            raise ViolationError("one winner", f"{complaint}: {told}")
        return told

    def _marks(self, call: Call) -> frozenset[str]:
        """Return the marks of a call and of its repetitions: either may have done what both are told."""
        if not call.key:
            return frozenset({call.mark})
        return frozenset(each.mark for each in self.scenario.calls if each.command == call.command)


def _check_ending(call: Call, ending: Ending, watch: Watch, marks: frozenset[str]) -> None:
    """What a caller is told is true: a success has its events, a refusal has none and names the state it met."""
    error = ending.error
    told = [watch.ledger.marks[mark] for mark in marks if mark in watch.ledger.marks]
    if bool(told) is not (error is None) and not call.is_silent:
        raise ViolationError("each transition has its events", f"{call.name} was told {_said(ending)}; events: {told}")
    if isinstance(ending.value, Outcome) and not _is_so(ending.value, told):
        raise ViolationError("each transition has its events", f"{call.name} was told {ending.value}; events: {told}")
    if error is None or isinstance(error, (ForbiddenError, NotFoundError, RateLimitedError)):
        return
    if isinstance(error, InvalidValueError) and any(state in str(error) for state in State):
        return  # a request that would be right in another state, and is told which one it met
    names_another = isinstance(error, IllegalMoveError) and error.action not in call.asks
    if not isinstance(error, ConflictError) or error.state in {"", "moved"} or names_another:
        raise ViolationError("the loser is told the state it lost to", f"{call.name} was told {error!r}")


def _is_so(outcome: Outcome, told: Sequence[Mapping[int, State]]) -> bool:
    """Tell whether events brought the version into the state that the caller was told, where there was a move."""
    number = outcome.version or 0
    moves = [states[number] for states in told if number in states]
    return not moves or outcome.state in moves


def _said(ending: Ending) -> str:
    if ending.error is None:
        return "done"
    return f"{type(ending.error).__name__}({getattr(ending.error, 'state', '')})"

"""Every interleaving of some calls, or many drawn by lot."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.proof.theatre import Chooser, Run, Theatre

_PAIR = 2
_TRIES = 20
_PATIENCE = (0.0, 0.3, 0.6, 0.9)


@dataclass(slots=True)
class Figures:
    """What a scenario's schedules came to. `endings` counts each combination of how the calls ended."""

    scenario: str
    is_exhaustive: bool = False
    schedules: int = 0
    steps: int = 0
    endings: Counter[tuple[str, ...]] = field(default_factory=Counter)


def explore(theatre: Theatre, figures: Figures, *, most: int, seed: int = 1) -> Figures:
    """Carry out all schedules of a pair of calls, if half of `most` covers them; otherwise `most`, drawn by lot.

    What was carried out in order until it proved too much counts too.
    """
    seen: set[tuple[int, ...]] = set()
    if theatre.size == _PAIR and exhaust(theatre, figures, seen, most=most // 2):
        return figures
    sample(theatre, figures, seen, most=most, seed=seed)
    return figures


def exhaust(theatre: Theatre, figures: Figures, seen: set[tuple[int, ...]], *, most: int) -> bool:
    """Carry out every schedule there is, in order, up to `most` of them. Returns whether that was all."""
    prefix: list[int] | None = []
    while prefix is not None and len(seen) < most:
        run = replay(theatre, prefix)
        _note(figures, seen, run)
        prefix = _next(run)
    figures.is_exhaustive = prefix is None
    return figures.is_exhaustive


def _next(run: Run) -> list[int] | None:
    """Return the beginning of the next schedule: the last decision that can be another one, made so."""
    for place in range(len(run.decisions) - 1, -1, -1):
        others = [option for option in run.options[place] if option > run.decisions[place]]
        if others:
            return [*run.decisions[:place], others[0]]
    return None


def sample(theatre: Theatre, figures: Figures, seen: set[tuple[int, ...]], *, most: int, seed: int) -> None:
    """Carry out schedules drawn by lot, until there are `most` different ones, or no new ones are found."""
    lot = random.Random(seed)  # noqa: S311 - a schedule, no secret
    for _ in range(most * _TRIES):
        if len(seen) >= most:
            return
        _note(figures, seen, theatre.run(_drawn(lot)))


def _drawn(lot: random.Random) -> Chooser:
    """Draw who moves: whoever moved last goes on with a probability that is itself drawn for each schedule.

    Tossing a coin at each step would hardly ever let a long call run through before a short one.
    """
    patience = lot.choice(_PATIENCE)

    def choose(decisions: Sequence[int], moving: Sequence[int]) -> int:
        if decisions and decisions[-1] in moving and lot.random() < patience:
            return decisions[-1]
        return lot.choice(moving)

    return choose


def replay(theatre: Theatre, decisions: Sequence[int]) -> Run:
    """Carry out one schedule by its decisions, as a failure prints them; beyond them, the first call that can moves."""

    def choose(taken: Sequence[int], moving: Sequence[int]) -> int:
        wished = decisions[len(taken)] if len(taken) < len(decisions) else moving[0]
        return wished if wished in moving else moving[0]

    return theatre.run(choose)


def _note(figures: Figures, seen: set[tuple[int, ...]], run: Run) -> None:
    if run.decisions in seen:
        return
    seen.add(run.decisions)
    figures.schedules += 1
    figures.steps += len(run.decisions)
    figures.endings[run.endings] += 1

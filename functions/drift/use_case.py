"""Rounds of looks at origins: planned, carried out host by host, and examined one by one where something differs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.drift.checking import Checking
from functions.drift.examining import Examining
from functions.drift.planning import Planning
from functions.drift.probing import Probing
from shared.domain.rounds import Check, Examine, Plan, Probe

if TYPE_CHECKING:
    from shared.domain.rounds import DriftTask


@dataclass(frozen=True, slots=True)
class Drift:
    """The tasks of a round. Each may come twice: what was done is found done, or done again to the same end."""

    planning: Planning
    checking: Checking
    examining: Examining
    probing: Probing

    def carry_out(self, task: DriftTask) -> None:
        """Carry out one task. Whatever it raises means to try again."""
        match task:
            case Plan():
                self.planning.plan(task)
            case Check():
                self.checking.check(task)
            case Examine():
                self.examining.examine(task)
            case Probe():
                self.probing.probe(task)

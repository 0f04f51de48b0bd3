"""How much a comparison asks of a reviewer, and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.diff.changes import Lane, Risk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.diff.changes import Change

_MOST_REASONS = 12


@dataclass(frozen=True, slots=True)
class Assessment:
    """The risk of a comparison and the sentences that say why, the gravest first."""

    risk: Risk
    reasons: tuple[str, ...]


def assess(changes: Sequence[Change]) -> Assessment:
    """Sum up changes as `compare` returns them: as risky as the gravest of them. Each kind of change is one reason."""
    if not changes:
        return Assessment(Risk.NONE, ("Nothing has changed but, perhaps, order and formatting.",))
    kinds: dict[str, list[Change]] = {}
    for change in changes:
        if change.severity.rank > Risk.LOW.rank:
            kinds.setdefault(change.code, []).append(change)
    reasons = [_reason(alike) for alike in kinds.values()]
    more = len(reasons) - _MOST_REASONS
    if more > 0:
        reasons = [*reasons[:_MOST_REASONS], f"And {_counted(more, 'further kind')} of changes."]
    small = [change for change in changes if change.severity is Risk.LOW]
    risk = max((change.severity for change in changes), key=lambda found: found.rank)
    return Assessment(risk, (*reasons, _small(small)) if small else tuple(reasons))


def _reason(alike: list[Change]) -> str:
    more = len(alike) - 1
    return alike[0].message + (f" And {more} more of this kind." if more else "")


def _small(changes: list[Change]) -> str:
    count = Counter(change.lane for change in changes)
    lanes = ", ".join(f"{lane} {count[lane]}" for lane in Lane if count[lane])
    return f"{_counted(len(changes), 'change')} of low risk: {lanes}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"

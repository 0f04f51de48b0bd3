"""How long a decision takes, from the last ones: an expectation, never a promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SLOTS = 64
"""How many waits are remembered. Each decision overwrites one slot, drawn at random: a bounded sample in which old ones
fade, and no record that all decisions contend for."""

_REMEMBERED = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wait:
    """How long one candidate waited for its decision, in the slot that it is remembered in."""

    slot: int
    queued_at: datetime
    decided_at: datetime

    @property
    def length(self) -> timedelta:
        """The time in the queue."""
        return self.decided_at - self.queued_at


@dataclass(frozen=True, slots=True)
class Forecast:
    """The usual wait, and on how many decisions that rests."""

    usual: timedelta
    decisions: int

    def expected_at(self, queued_at: datetime, now: datetime) -> datetime | None:
        """Return when a decision is to be expected, or None where it is later than usual already."""
        expected = queued_at + self.usual
        return expected if expected > now else None


def slot_of(entropy: bytes) -> int:
    """Draw a slot."""
    return entropy[0] % SLOTS


def forecast(waits: Iterable[Wait], now: datetime) -> Forecast | None:
    """Return the median of the waits that ended within the last 90 days, or None where there are none."""
    # Sorted by hand: the statistics module would come along into the cold start of the public route.
    lengths = sorted(wait.length for wait in waits if now - wait.decided_at <= _REMEMBERED)
    return Forecast(lengths[len(lengths) // 2], len(lengths)) if lengths else None

"""Carrying a command out: once per idempotency key, and again from the start when something moved meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.errors import IdempotencyMismatchError, StaleStateError, StandfastError
from shared.domain.identity import Digest, Subject
from shared.domain.transition import Outcome, Receipt, Transition

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from shared.domain.ports import Records

_ATTEMPTS = 8
"""More contenders than this for one record in one moment, and the caller is asked to try again."""


@dataclass(frozen=True, slots=True)
class Command:
    """Who asks, under which idempotency key ("" is none), and the digest of the request itself."""

    caller: Subject
    request: Digest
    key: str = ""

    def receipt(self, outcome: Outcome, at: datetime) -> Receipt | None:
        """Return the receipt to write with the outcome, if there is a key."""
        return Receipt(self.caller, self.key, self.request, outcome, at) if self.key else None


def carry_out(
    records: Records, command: Command, at: datetime, decide: Callable[[], tuple[Transition | None, Outcome]]
) -> Outcome:
    """Decide and commit. A decision reads anew at each attempt, so a loser is refused by the state it lost to.

    A decision without a transition has nothing to write.

    Raises whatever `decide` raises, IdempotencyMismatchError, RateLimitedError, and StaleStateError when the contention
    does not end.
    """
    for attempt in range(1, _ATTEMPTS + 1):
        if done := _recall(records, command):
            return done
        try:
            transition, outcome = decide()
            if transition:
                records.commit(transition, command.receipt(outcome, at))
        except StaleStateError:
            if attempt == _ATTEMPTS:
                raise
        except StandfastError:
            # What moved the state may have been this very request, delivered twice at once.
            if done := _recall(records, command):
                return done
            raise
        else:
            return outcome
    raise AssertionError  # the last attempt returned or raised


def _recall(records: Records, command: Command) -> Outcome | None:
    if not command.key:
        return None
    receipt = records.receipt(command.caller, command.key)
    if receipt and receipt.request != command.request:
        raise IdempotencyMismatchError
    return receipt.outcome if receipt else None

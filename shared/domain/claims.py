"""Claims: a reviewer's word that they are on it. A lease that the others see, and that keeps nobody from deciding."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.errors import ClaimedError, IllegalMoveError
from shared.domain.identity import format_moment
from shared.domain.transition import Transition
from shared.domain.version import Claim, State

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.domain.identity import Subject
    from shared.domain.version import Version


def take(version: Version, claim: Claim, now: datetime) -> Transition:
    """Claim a version in review, or renew one's own claim. Raises ClaimedError, IllegalMoveError.

    A claim decides nothing: there is no event to tell of it.
    """
    if version.state is not State.IN_REVIEW:
        raise IllegalMoveError(state=version.state, action="claim")
    _require_free(version, claim.by, now)
    return Transition(events=(), versions=(replace(version, claim=claim, revision=version.revision + 1),))


def give_up(version: Version, caller: Subject, now: datetime) -> Transition | None:
    """Give one's claim up; None where there is none. Raises ClaimedError for somebody else's."""
    _require_free(version, caller, now)
    if version.claimed(now) is None:
        return None
    return Transition(events=(), versions=(replace(version, claim=None, revision=version.revision + 1),))


def lease(caller: Subject, length: timedelta, now: datetime) -> Claim:
    """Return a claim from now on."""
    return Claim(caller, now + length)


def _require_free(version: Version, caller: Subject, now: datetime) -> None:
    held = version.claimed(now)
    if held and held.by != caller:
        raise ClaimedError(by=held.by, until=format_moment(held.until))

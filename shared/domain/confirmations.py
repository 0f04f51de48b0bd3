"""Who may decide, and what takes two people: the four-eyes rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.errors import OwnPluginError, SecondReviewerNeededError

if TYPE_CHECKING:
    from shared.domain.differences import Differences
    from shared.domain.identity import Subject
    from shared.domain.plugin import Ban, Plugin
    from shared.domain.version import Proposal, Version

SECOND_REVIEWER = "a second reviewer"
"""Who is awaited after the first of two decisions."""

_PROPOSALS_LAPSE_AFTER = timedelta(days=7)
"""A first decision does not wait for ever: nobody remembers by then what it rested on."""


@dataclass(frozen=True, slots=True)
class FourEyes:
    """What takes two people. `least_installs` makes a ban one of these; None where one person decides everything."""

    least_installs: int | None = None

    def wants_two_for_approval(self, found: Differences) -> bool:
        """Tell whether an approval of what differs so from the live version takes two."""
        return self.least_installs is not None and bool(found)


ONE_REVIEWER = FourEyes()


def require_impartial(caller: Subject, plugin: Plugin, *versions: Version) -> None:
    """Raise OwnPluginError for whoever owns the plugin or submitted the version: nobody decides on their own."""
    if caller in {plugin.owner, *(version.submitted_by for version in versions)}:
        raise OwnPluginError(plugin.plugin_id)


def is_second_approval(first: Proposal | None, now: Proposal, *, state: str) -> bool:
    """Tell whether an approval is the second of two: the same content, release and live version as the first.

    Raises SecondReviewerNeededError where both are one person's.
    """
    if first is None or _has_lapsed(first.at, now.at) or _matter(first) != _matter(now):
        return False
    if first.by == now.by:
        raise SecondReviewerNeededError(state=state)
    return True


def _matter(proposal: Proposal) -> tuple[object, ...]:
    return proposal.digest, proposal.release, proposal.against


def is_second_ban(first: Ban | None, now: Ban, *, state: str) -> bool:
    """Tell whether a ban is the second of two. Raises SecondReviewerNeededError where both are one person's."""
    if first is None or _has_lapsed(first.at, now.at):
        return False
    if first.by == now.by:
        raise SecondReviewerNeededError(state=state)
    return True


def _has_lapsed(at: datetime, now: datetime) -> bool:
    return now - at > _PROPOSALS_LAPSE_AFTER

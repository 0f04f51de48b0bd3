"""Who may decide, and what takes two people: the four-eyes rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from shared.domain.differences import differences
from shared.domain.errors import OwnPluginError, SecondReviewerNeededError
from shared.domain.identity import format_moment

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


def four_eyes(setting: str, installs_before_two_for_ban: int = 0) -> FourEyes:
    """Return what takes two people by the settings of a deployment. Raises ValueError for an unknown one."""
    policies = {"off": ONE_REVIEWER, "on": FourEyes(installs_before_two_for_ban + 1)}
    if setting not in policies:
        message = f"FOUR_EYES is 'on' or 'off', not {setting!r}."
        raise ValueError(message)
    return policies[setting]


def require_impartial(caller: Subject, plugin: Plugin, *versions: Version) -> None:
    """Raise OwnPluginError for whoever owns the plugin or submitted the version: nobody decides on their own."""
    if caller in {plugin.owner, *(version.submitted_by for version in versions)}:
        raise OwnPluginError(plugin.plugin_id)


def why_people(version: Version, live: Version | None, now: datetime, policy: FourEyes) -> str:
    """Say why people decide about a version whatever a policy's rules say; "" where a policy may."""
    if live is None:
        return "nothing is live to compare it with"
    if policy.wants_two_for_approval(differences(live, version)):
        return "another host or authentication takes two people"
    if version.dynamic != live.dynamic:
        return "what may vary in its schema is another than in the live version"
    if claim := version.claimed(now):
        return f"a reviewer is on it until {format_moment(claim.until)}"
    return "a reviewer has proposed to approve it" if version.proposal else ""


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

"""What can be told of a waiting version at a glance, from records alone: enough to choose what to review first."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.differences import differences
from shared.domain.findings import Severity

if TYPE_CHECKING:
    from shared.domain.version import Version


class Urgency(StrEnum):
    """How much a version asks of a reviewer, at least.

    There is none below: only the report, which compares the documents, can tell that a version is harmless.
    """

    MEDIUM = "medium"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Glance:
    """The risk at a glance, why, and the version that is live meanwhile, if one is. No risk is one not known yet."""

    risk: Urgency | None
    reason: str
    live: int | None


def glance(version: Version, live: Version | None) -> Glance:
    """Look at a version beside the live one: whom users talk to first, then what the judges remarked."""
    found = differences(live, version)
    number = live.number if live else None
    if found.host:
        return Glance(Urgency.HIGH, "It comes from another host than the live version.", number)
    if found.auth:
        return Glance(Urgency.HIGH, "Users sign in otherwise than in the live version.", number)
    if live is None:
        return Glance(Urgency.MEDIUM, "Nothing of this plugin is live yet.", number)
    if version.snapshot and version.snapshot.counts.get(Severity.WARNING):
        return Glance(Urgency.MEDIUM, "There are warnings among its findings.", number)
    return Glance(None, "Host and sign-in are those of the live version. The report compares the rest.", number)

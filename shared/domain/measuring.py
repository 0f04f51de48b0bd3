"""What an event says in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.events import EventType
from shared.domain.figures import DECISIONS, FLIPS, SNAPSHOTS, SUBMISSIONS, TIME_TO_DECISION, Figure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.domain.events import Event
    from shared.domain.version import Version

POLICY = "policy:"
"""How the subject begins under which a rule approves, and no person."""

_COUNTED: Mapping[EventType, Figure] = {
    EventType.VERSION_SUBMITTED: Figure(SUBMISSIONS),
    EventType.VERSION_PINNED: Figure(SNAPSHOTS, label="pinned"),
    EventType.VERSION_INVALIDATED: Figure(SNAPSHOTS, label="invalid"),
    EventType.VERSION_APPROVED: Figure(DECISIONS, label="approved"),
    EventType.VERSION_REJECTED: Figure(DECISIONS, label="rejected"),
    EventType.VERSION_WITHDRAWN: Figure(DECISIONS, label="withdrawn"),
    EventType.VERSION_REVOKED: Figure(DECISIONS, label="revoked"),
    EventType.PLUGIN_BANNED: Figure(DECISIONS, label="banned"),
    EventType.PLUGIN_BAN_LIFTED: Figure(DECISIONS, label="ban-lifted"),
    EventType.VERSION_RELEASED: Figure(FLIPS, label="release"),
    EventType.VERSION_RESTORED: Figure(FLIPS, label="rollback"),
}

TIMED = frozenset({EventType.VERSION_APPROVED, EventType.VERSION_REJECTED})
"""The events that end the wait of a version, which its record tells the beginning of."""


def figures_of(event: Event, version: Version | None) -> Iterator[Figure]:
    """Tell what an event counts for. `version` is the record of its version, where the event is one of `TIMED`."""
    counted = _COUNTED.get(event.type)
    if counted is None:
        return
    if event.type is EventType.VERSION_APPROVED and event.actor.startswith(POLICY):
        counted = Figure(DECISIONS, label="approved-by-policy")
    yield counted
    if version and event.type in TIMED:
        yield Figure(TIME_TO_DECISION, (event.at - version.queued_at).total_seconds())

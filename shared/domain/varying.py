"""What happens to a schema that varies: a newer document is served, or the publisher's own left the envelope.

Pure functions. Each gives the transition to write: the record of what is served, and the event that tells of it. No
pointer moves.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.events import Event, EventType
from shared.domain.identity import PluginId
from shared.domain.transition import Transition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.events import Occasion
    from shared.domain.plugin import CurrentDocument
    from shared.domain.version import Version


def refresh(version: Version, before: CurrentDocument, after: CurrentDocument, occasion: Occasion) -> Transition:
    """Serve a newer document of a version from now on. It is within the envelope, so that whatever left it is back."""
    current = replace(after, since=occasion.at, left_at=None, revision=before.revision + 1)
    detail = {"from": before.served, "to": after.served}
    return _transition(version, current, (EventType.SCHEMA_REFRESHED, detail), occasion)


def leave(
    version: Version, before: CurrentDocument, *, pointer: str, because: str, occasion: Occasion
) -> Transition | None:
    """Note that the publisher's document is outside the envelope, and where; None where that is known already."""
    if before.left_at:
        return None
    current = replace(before, left_at=occasion.at, revision=before.revision + 1)
    detail = {"pointer": pointer or "the top", "because": because}
    return _transition(version, current, (EventType.ENVELOPE_LEFT, detail), occasion)


def reenter(version: Version, before: CurrentDocument, occasion: Occasion) -> Transition | None:
    """Note that the publisher's document is what is served again; None where it never was anything else."""
    if not before.left_at:
        return None
    current = replace(before, left_at=None, revision=before.revision + 1)
    return _transition(version, current, (EventType.ENVELOPE_REENTERED, {}), occasion)


def _transition(
    version: Version, current: CurrentDocument, told: tuple[EventType, Mapping[str, str]], occasion: Occasion
) -> Transition:
    kind, detail = told
    event = Event(
        event_id=occasion.named(0),
        type=kind,
        plugin_id=PluginId(version.plugin_id),
        actor=occasion.actor,
        at=occasion.at,
        version=version.number,
        digest=version.digest,
        detail=detail,
    )
    return Transition(current=current, events=(event,))

"""What a look at an origin writes: its record, and an event where there is news."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain import lifecycle
from shared.domain.drift import OriginState
from shared.domain.events import Event, EventType, Occasion
from shared.domain.transition import Transition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.documents import Part
    from shared.domain.drift import Drift, Origin
    from shared.domain.identity import Digest
    from shared.domain.plugin import OnDrift, Plugin, Pointer
    from shared.domain.version import Dynamic, Version

NEWS: Mapping[OriginState, EventType] = {
    OriginState.IN_SYNC: EventType.ORIGIN_CAME_BACK,
    OriginState.DRIFTED: EventType.ORIGIN_DRIFTED,
    OriginState.UNREACHABLE: EventType.ORIGIN_BECAME_UNREACHABLE,
    OriginState.GONE: EventType.ORIGIN_VANISHED,
}
"""What is told of an origin that comes into a state."""

_MOST_REASONS = 5
_LONGEST_REASON = 400


def looked(before: Origin, after: Origin, occasion: Occasion) -> Transition:
    """Store what a look found, and tell it where it is news."""
    events: tuple[Event, ...] = ()
    if is_news(before, after):
        event = Event(
            event_id=occasion.named(0),
            type=NEWS[after.state],
            plugin_id=after.plugin_id,
            actor=occasion.actor,
            at=occasion.at,
            version=after.version,
            digest=after.digest,
            detail=_detail(after),
        )
        events = (event,)
    return Transition(origin=after, events=events)


def is_news(before: Origin, after: Origin) -> bool:
    """Tell whether there is anything to tell: another state, or a drift that says something else than before.

    That an origin which nobody has looked at is in sync is no news.
    """
    if before.revision == 0 and after.state is OriginState.IN_SYNC:
        return False
    return before.revision == 0 or before.state is not after.state or _content(before) != _content(after)


def _content(origin: Origin) -> Digest | None:
    return origin.drift.content if origin.drift else None


def _detail(origin: Origin) -> dict[str, str]:
    if origin.state is OriginState.DRIFTED and origin.drift:
        return _drift_detail(origin.drift)
    return {"failure": origin.failure} if origin.failure else {}


def _drift_detail(drift: Drift) -> dict[str, str]:
    lanes = ", ".join(f"{lane} {count}" for lane, count in drift.lanes.items() if count)
    told = {f"change.{place}": text[:_LONGEST_REASON] for place, text in enumerate(drift.reasons[:_MOST_REASONS], 1)}
    dangers = ", ".join(drift.dangers)
    return {"risk": drift.risk, "lanes": lanes, "dangers": dangers, "content": drift.content, **told}


def submitted(
    plugin: Plugin, newest: Version, pointer: Pointer, origin: Origin, *, dynamic: Dynamic | None, occasion: Occasion
) -> Transition:
    """Submit what an origin says now as its owner would, and note in its record that this is done.

    Raises PluginBannedError.
    """
    transition = lifecycle.submit_upgrade(
        plugin, newest, pointer, manifest_url=plugin.manifest_url, occasion=occasion, dynamic=dynamic
    )
    return replace(transition, origin=settled(origin, transition.versions[0].number), unmoved_pointer=pointer)


def settled(origin: Origin, number: int | None) -> Origin:
    """Return the record of an origin whose drift became a version, or was one before (None)."""
    drift = replace(origin.drift, submitted=number, is_settled=True) if origin.drift else None
    return replace(origin, drift=drift, revision=origin.revision + 1)


def wished(plugin: Plugin, on_drift: OnDrift, occasion: Occasion) -> Transition:
    """Set what a publisher wants done on drift."""
    event = Event(
        event_id=occasion.named(0),
        type=EventType.PLUGIN_DRIFT_WISH_SET,
        plugin_id=plugin.plugin_id,
        actor=occasion.actor,
        at=occasion.at,
        detail={"on_drift": on_drift},
    )
    return Transition(plugin=replace(plugin, on_drift=on_drift, revision=plugin.revision + 1), events=(event,))


def is_made_of(version: Version, parts: tuple[Part, ...]) -> bool:
    """Tell whether a version, whatever became of it, has these very documents."""
    pinned = {(part.role, part.digest) for part in version.snapshot.parts} if version.snapshot else set()
    return bool(parts) and {(part.role, part.digest) for part in parts} <= pinned

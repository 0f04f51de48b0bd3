"""The public history of the store: what mirrors and feed readers may know, and nothing of what never was public."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.events import EventType
from shared.domain.identity import Digest, EventId, PluginId

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.events import Event


class Publicity(StrEnum):
    """When an event of a type is public."""

    ALWAYS = "always"
    OF_A_PUBLIC_PLUGIN = "of a public plugin"
    """Where the plugin was live before: a ban of what nobody saw is nobody's business."""
    OF_A_RELEASED_VERSION = "of a released version"


PUBLIC: Mapping[EventType, Publicity] = {
    EventType.VERSION_RELEASED: Publicity.ALWAYS,
    EventType.VERSION_RESTORED: Publicity.ALWAYS,
    EventType.VERSION_REVOKED: Publicity.OF_A_RELEASED_VERSION,
    EventType.SCHEMA_REFRESHED: Publicity.OF_A_PUBLIC_PLUGIN,
    EventType.PLUGIN_BANNED: Publicity.OF_A_PUBLIC_PLUGIN,
    EventType.PLUGIN_BAN_LIFTED: Publicity.OF_A_PUBLIC_PLUGIN,
}
"""The events that change what the public gets. Every other one is private."""

TOMBSTONES = frozenset({EventType.PLUGIN_BANNED, EventType.VERSION_REVOKED})
"""After one of these a mirror serves the plugin, or the version, no more."""


@dataclass(frozen=True, slots=True)
class Change:
    """One public event. `sequence` is its place in the history of the whole store: 1, 2, 3 … without a gap."""

    sequence: int
    event_id: EventId
    type: EventType
    plugin_id: PluginId
    at: datetime
    version: int | None = None
    digest: Digest | None = None


def change_of(event: Event, sequence: int) -> Change:
    """Return what the public learns of an event: not who, and not why."""
    return Change(
        sequence=sequence,
        event_id=event.event_id,
        type=event.type,
        plugin_id=event.plugin_id,
        at=event.at,
        version=event.version,
        digest=event.digest,
    )

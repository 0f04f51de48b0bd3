"""What happened: one event for each move of a version, and for each change of a plugin.

An event is the audit entry and the outbox entry at once: it is written with the state, in the same transaction, and
never touched again. The stream of the table delivers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.identity import Digest, EventId, PluginId, Subject, event_id
from shared.domain.version import Action


class EventType(StrEnum):
    """The names of what can happen, in the past tense."""

    PLUGIN_REGISTERED = "PluginRegistered"
    VERSION_SUBMITTED = "VersionSubmitted"
    VERSION_PINNED = "VersionPinned"
    VERSION_INVALIDATED = "VersionInvalidated"
    VERSION_APPROVAL_PROPOSED = "VersionApprovalProposed"
    VERSION_APPROVED = "VersionApproved"
    VERSION_RELEASE_DROPPED = "VersionReleaseDropped"
    VERSION_RELEASED = "VersionReleased"
    VERSION_REJECTED = "VersionRejected"
    VERSION_WITHDRAWN = "VersionWithdrawn"
    VERSION_SUPERSEDED = "VersionSuperseded"
    VERSION_RESTORED = "VersionRestored"
    VERSION_REVOKED = "VersionRevoked"
    SCHEMA_REFRESHED = "SchemaRefreshed"
    ENVELOPE_LEFT = "EnvelopeLeft"
    ENVELOPE_REENTERED = "EnvelopeReentered"
    PLUGIN_BAN_PROPOSED = "PluginBanProposed"
    PLUGIN_BANNED = "PluginBanned"
    PLUGIN_BAN_LIFTED = "PluginBanLifted"
    PLUGIN_DRIFT_WISH_SET = "PluginDriftWishSet"
    PLUGIN_PUBLISHER_TRUSTED = "PluginPublisherTrusted"
    PLUGIN_PUBLISHER_DISTRUSTED = "PluginPublisherDistrusted"
    ORIGIN_DRIFTED = "OriginDrifted"
    ORIGIN_BECAME_UNREACHABLE = "OriginBecameUnreachable"
    ORIGIN_VANISHED = "OriginVanished"
    ORIGIN_CAME_BACK = "OriginCameBack"


EVENT_OF_ACTION: Mapping[Action, EventType] = {
    Action.PIN: EventType.VERSION_PINNED,
    Action.INVALIDATE: EventType.VERSION_INVALIDATED,
    Action.APPROVE: EventType.VERSION_APPROVED,
    Action.RELEASE: EventType.VERSION_RELEASED,
    Action.REJECT: EventType.VERSION_REJECTED,
    Action.WITHDRAW: EventType.VERSION_WITHDRAWN,
    Action.SUPERSEDE: EventType.VERSION_SUPERSEDED,
    Action.RESTORE: EventType.VERSION_RESTORED,
    Action.REVOKE: EventType.VERSION_REVOKED,
}


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, to which version and digest, when, and why. `detail` holds the rest, by name."""

    event_id: EventId
    type: EventType
    plugin_id: PluginId
    actor: Subject
    at: datetime
    version: int | None = None
    digest: Digest | None = None
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Occasion:
    """The who and when of one transaction, and the random bytes that its events are named with."""

    actor: Subject
    at: datetime
    entropy: bytes

    def named(self, sequence: int) -> EventId:
        """Return the id of this transaction's event number `sequence`, from 0."""
        return event_id(self.at, self.entropy, sequence)

"""The decisions, as pure functions: from what was read to the transition that must be written.

None of them reads a clock or a store. Each raises a ConflictError where the state forbids it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain.documents import MANIFEST, SCHEMA
from shared.domain.errors import DigestMismatchError, IllegalMoveError, IntegrityError, PluginBannedError
from shared.domain.events import EVENT_OF_ACTION, Event, EventType, Occasion
from shared.domain.identity import PluginId
from shared.domain.plugin import Ban, Live, Plugin, Pointer, ReleasedSchema
from shared.domain.transition import Transition
from shared.domain.version import Action, Decision, Reason, Release, ReleaseMode, Snapshot, State, Version

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.documents import Part
    from shared.domain.identity import Digest


@dataclass(frozen=True, slots=True)
class Standing:
    """A plugin's pointer with the version it names: what a release or a rollback starts from."""

    pointer: Pointer
    live: Version | None


@dataclass(frozen=True, slots=True)
class _Chronicle:
    """Numbers the events of one transition."""

    occasion: Occasion
    plugin_id: PluginId

    def events(self, *told: tuple[EventType, Version | None, Mapping[str, str]]) -> tuple[Event, ...]:
        return tuple(
            Event(
                event_id=self.occasion.named(sequence),
                type=kind,
                plugin_id=self.plugin_id,
                actor=self.occasion.actor,
                at=self.occasion.at,
                version=version.number if version else None,
                digest=version.digest if version else None,
                detail=detail,
            )
            for sequence, (kind, version, detail) in enumerate(told)
        )


def _moves(version: Version, *actions: Action, **detail: str) -> list[tuple[EventType, Version, Mapping[str, str]]]:
    return [(EVENT_OF_ACTION[action], version, detail) for action in actions]


def register(plugin: Plugin, occasion: Occasion) -> Transition:
    """Register a plugin and submit its first version."""
    version = _submitted(plugin, occasion)
    events = _Chronicle(occasion, plugin.plugin_id).events(
        (EventType.PLUGIN_REGISTERED, None, {"manifest_url": plugin.manifest_url}),
        (EventType.VERSION_SUBMITTED, version, {"manifest_url": version.manifest_url}),
    )
    return Transition(plugin=plugin, versions=(version,), events=events)


def submit_upgrade(
    plugin: Plugin, newest: Version, pointer: Pointer, *, manifest_url: str, occasion: Occasion
) -> Transition:
    """Submit the next version; the newest one is withdrawn in its favour if it is still a candidate.

    An undecided candidate hands on its place in the queue. Raises PluginBannedError.
    """
    if pointer.ban:
        raise PluginBannedError(plugin.plugin_id)
    grown = replace(
        plugin, manifest_url=manifest_url, last_version=plugin.last_version + 1, revision=plugin.revision + 1
    )
    version = _submitted(grown, occasion)
    told: list[tuple[EventType, Version | None, Mapping[str, str]]] = []
    replaced: tuple[Version, ...] = ()
    if newest.is_candidate:
        if newest.state is not State.APPROVED:
            version = replace(version, queued_at=newest.queued_at)
        replaced = (newest.moved(Action.WITHDRAW),)
        told.append((EventType.VERSION_WITHDRAWN, newest, {"replaced_by": str(version.number)}))
    told.append((EventType.VERSION_SUBMITTED, version, {"manifest_url": manifest_url}))
    return Transition(
        plugin=grown,
        versions=(version, *replaced),
        events=_Chronicle(occasion, plugin.plugin_id).events(*told),
    )


def _submitted(plugin: Plugin, occasion: Occasion) -> Version:
    return Version(
        plugin_id=plugin.plugin_id,
        number=plugin.last_version,
        kind=plugin.kind,
        state=State.SUBMITTED,
        manifest_url=plugin.manifest_url,
        submitted_by=occasion.actor,
        submitted_at=occasion.at,
        queued_at=occasion.at,
    )


def settle(version: Version, snapshot: Snapshot, action: Action, occasion: Occasion) -> Transition:
    """Record what the snapshot found: `pin` puts the version into review, `invalidate` sends it back."""
    after = replace(version.moved(action), snapshot=snapshot)
    counts = {severity.value: str(count) for severity, count in sorted(snapshot.counts.items())}
    detail = {"profile": snapshot.profile, **counts}
    events = _Chronicle(occasion, version.plugin_id).events((EVENT_OF_ACTION[action], after, detail))
    return Transition(versions=(after,), events=events)


def approve(
    version: Version, standing: Standing, *, digest: Digest, note: str, release: Release, occasion: Occasion
) -> Transition:
    """Approve exactly the content that `digest` names, and release it in the same write unless told otherwise.

    Raises DigestMismatchError, IllegalMoveError, PluginBannedError.
    """
    _require_unbanned(standing.pointer)
    _require_seen(version, digest)
    decision = Decision(by=occasion.actor, at=occasion.at, note=note, release=release)
    if release.mode is ReleaseMode.IMMEDIATE:
        decided = replace(version.moved(Action.APPROVE, Action.RELEASE), decision=decision)
        told = [*_moves(decided, Action.APPROVE, note=note), *_moves(decided, Action.RELEASE)]
        return _made_live(decided, standing, told, occasion)
    decided = replace(version.moved(Action.APPROVE), decision=decision)
    detail = {"note": note, "release": release.mode, "at": release.at.isoformat() if release.at else ""}
    events = _Chronicle(occasion, version.plugin_id).events((EventType.VERSION_APPROVED, decided, detail))
    # The pointer is not written, but a ban that commits between reading and writing must still win.
    return Transition(versions=(decided,), unmoved_pointer=standing.pointer, events=events)


def release(version: Version, standing: Standing, occasion: Occasion) -> Transition:
    """Make an approved version live. Raises IllegalMoveError, PluginBannedError."""
    _require_unbanned(standing.pointer)
    released = version.moved(Action.RELEASE)
    return _made_live(released, standing, _moves(released, Action.RELEASE), occasion)


def roll_back(version: Version, standing: Standing, *, reason: str, occasion: Occasion) -> Transition:
    """Make an earlier version live again. Raises IllegalMoveError where it never was or was revoked."""
    _require_unbanned(standing.pointer)
    restored = version.moved(Action.RESTORE)
    return _made_live(restored, standing, _moves(restored, Action.RESTORE, reason=reason), occasion)


def reject(
    version: Version, *, digest: Digest, reasons: tuple[Reason, ...], note: str, occasion: Occasion
) -> Transition:
    """Reject exactly the content that `digest` names. Raises DigestMismatchError, IllegalMoveError."""
    _require_seen(version, digest)
    decision = Decision(by=occasion.actor, at=occasion.at, note=note, reasons=reasons)
    rejected = replace(version.moved(Action.REJECT), decision=decision)
    detail = {"note": note, **{f"reason.{index}.{r.code}": r.detail for index, r in enumerate(reasons, 1)}}
    events = _Chronicle(occasion, version.plugin_id).events((EventType.VERSION_REJECTED, rejected, detail))
    return Transition(versions=(rejected,), events=events)


def withdraw(version: Version, *, reason: str, occasion: Occasion) -> Transition:
    """Take a candidate back. Raises IllegalMoveError once it is live or out of the way."""
    withdrawn = version.moved(Action.WITHDRAW)
    events = _Chronicle(occasion, version.plugin_id).events(*_moves(withdrawn, Action.WITHDRAW, reason=reason))
    return Transition(versions=(withdrawn,), events=events)


def ban(pointer: Pointer, *, reason: str, occasion: Occasion) -> Transition:
    """Ban a plugin. Raises PluginBannedError if it is banned already."""
    _require_unbanned(pointer)
    banned = replace(pointer, ban=Ban(occasion.actor, occasion.at, reason), revision=pointer.revision + 1)
    told = (EventType.PLUGIN_BANNED, None, {"reason": reason})
    return Transition(pointer=banned, events=_Chronicle(occasion, pointer.plugin_id).events(told))


def lift_ban(pointer: Pointer, *, reason: str, occasion: Occasion) -> Transition:
    """Lift a ban: whatever was live is live again. Raises IllegalMoveError if there is none."""
    if not pointer.ban:
        raise IllegalMoveError(state=pointer.status, action="lift-ban")
    lifted = replace(pointer, ban=None, revision=pointer.revision + 1)
    told = (EventType.PLUGIN_BAN_LIFTED, None, {"reason": reason})
    return Transition(pointer=lifted, events=_Chronicle(occasion, pointer.plugin_id).events(told))


def _require_unbanned(pointer: Pointer) -> None:
    if pointer.ban:
        raise PluginBannedError(pointer.plugin_id)


def _require_seen(version: Version, digest: Digest) -> None:
    if version.digest != digest:
        raise DigestMismatchError(state=version.state)


def _made_live(
    version: Version, standing: Standing, told: list[tuple[EventType, Version, Mapping[str, str]]], occasion: Occasion
) -> Transition:
    """Point at `version`, which is live by now, and supersede the one that was."""
    released = replace(version, released_at=occasion.at)
    replaced: tuple[Version, ...] = ()
    if standing.live:
        superseded = standing.live.moved(Action.SUPERSEDE)
        replaced = (superseded,)
        told = [*told, *_moves(superseded, Action.SUPERSEDE, superseded_by=str(version.number))]
    return Transition(
        versions=(released, *replaced),
        pointer=_pointing_at(released, standing.pointer),
        events=_Chronicle(occasion, version.plugin_id).events(*told),
    )


def _pointing_at(version: Version, pointer: Pointer) -> Pointer:
    manifest, schema = _part(version, MANIFEST), _part(version, SCHEMA)
    snapshot = version.snapshot
    if not (snapshot and snapshot.digest and snapshot.listing and version.released_at):
        raise IntegrityError(f"Version {version.number} of {version.plugin_id!r} is live without a snapshot.")
    live = Live(
        number=version.number,
        digest=snapshot.digest,
        manifest_name=manifest.name,
        manifest_digest=manifest.digest,
        listing=snapshot.listing,
        since=version.released_at,
    )
    released = {**pointer.released, version.number: ReleasedSchema(schema.name, schema.served_digest)}
    return replace(pointer, live=live, released=released, revision=pointer.revision + 1)


def _part(version: Version, role: str) -> Part:
    for part in version.snapshot.parts if version.snapshot else ():
        if part.role == role:
            return part
    raise IntegrityError(f"Version {version.number} of {version.plugin_id!r} has no {role}.")

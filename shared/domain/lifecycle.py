"""The decisions, as pure functions: from what was read to the transition that must be written.

None of them reads a clock or a store. Each raises a ConflictError where the state forbids it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.domain.confirmations import ONE_REVIEWER, is_second_approval, is_second_ban, why_people
from shared.domain.differences import differences
from shared.domain.documents import LOGO, MANIFEST, SCHEMA
from shared.domain.errors import (
    DigestMismatchError,
    IllegalMoveError,
    IntegrityError,
    InvalidValueError,
    LiveVersionError,
    PeopleNeededError,
    PluginBannedError,
    ReleaseNotDueError,
    StaleStateError,
)
from shared.domain.events import EVENT_OF_ACTION, Event, EventType, Occasion
from shared.domain.forecasting import Wait, slot_of
from shared.domain.identity import PluginId, format_moment
from shared.domain.plugin import Ban, Live, Plugin, Pointer
from shared.domain.transition import Transition
from shared.domain.version import (
    Action,
    Decision,
    Dynamic,
    Proposal,
    Reason,
    Release,
    ReleaseMode,
    Snapshot,
    State,
    Version,
    moved,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from shared.domain.confirmations import FourEyes
    from shared.domain.documents import Part
    from shared.domain.identity import Digest

FARTHEST_RELEASE = timedelta(days=366)
"""Beyond this, nobody remembers what was approved."""


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


def register(plugin: Plugin, occasion: Occasion, *, dynamic: Dynamic | None = None) -> Transition:
    """Register a plugin and submit its first version; `dynamic` is set where its schema may vary."""
    version = replace(_submitted(plugin, occasion), dynamic=dynamic)
    events = _Chronicle(occasion, plugin.plugin_id).events(
        (EventType.PLUGIN_REGISTERED, None, {"manifest_url": plugin.manifest_url}),
        (EventType.VERSION_SUBMITTED, version, _submission(version)),
    )
    return Transition(plugin=plugin, versions=(version,), events=events)


def submit_upgrade(
    plugin: Plugin,
    newest: Version,
    pointer: Pointer,
    *,
    manifest_url: str,
    occasion: Occasion,
    dynamic: Dynamic | None = None,
    detail: Mapping[str, str] = MappingProxyType({}),
) -> Transition:
    """Submit the next version; the newest one is withdrawn in its favour if it is still a candidate.

    An undecided candidate hands on its place in the queue. `dynamic` is set where the schema may vary: an upgrade of a
    version whose schema does says so again. `detail` is what else the audit says of it. Raises PluginBannedError.
    """
    if pointer.ban:
        raise PluginBannedError(plugin.plugin_id)
    grown = replace(
        plugin, manifest_url=manifest_url, last_version=plugin.last_version + 1, revision=plugin.revision + 1
    )
    version = replace(_submitted(grown, occasion), dynamic=dynamic)
    told: list[tuple[EventType, Version | None, Mapping[str, str]]] = []
    replaced: tuple[Version, ...] = ()
    if newest.is_candidate:
        if newest.state is not State.APPROVED:
            version = replace(version, queued_at=newest.queued_at)
        replaced = (newest.moved(Action.WITHDRAW),)
        told.append((EventType.VERSION_WITHDRAWN, newest, {"replaced_by": str(version.number)}))
    told.append((EventType.VERSION_SUBMITTED, version, {**_submission(version), **detail}))
    return Transition(
        plugin=grown,
        versions=(version, *replaced),
        events=_Chronicle(occasion, plugin.plugin_id).events(*told),
    )


def _submission(version: Version) -> Mapping[str, str]:
    mode = {"schema_mode": version.schema_mode.value} if version.dynamic else {}
    return {"manifest_url": version.manifest_url, **mode}


def _submitted(plugin: Plugin, occasion: Occasion) -> Version:
    return Version(
        plugin_id=plugin.plugin_id,
        number=plugin.last_version,
        kind=plugin.kind,
        state=State.SUBMITTED,
        manifest_url=plugin.manifest_url,
        # Whoever or whatever sends it in: it is the owner's, in limits, in proofs of domains, in who may not decide.
        submitted_by=plugin.owner,
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
    version: Version,
    standing: Standing,
    *,
    digest: Digest,
    note: str,
    release: Release,
    occasion: Occasion,
    policy: FourEyes = ONE_REVIEWER,
) -> Transition:
    """Approve exactly the content that `digest` names, and release it in the same write unless told otherwise.

    Where `policy` wants two people, the first approval is noted and decides nothing.
    Raises DigestMismatchError, IllegalMoveError, PluginBannedError, SecondReviewerNeededError, and InvalidValueError
    for a release that is not to come.
    """
    _require_to_come(release, occasion)
    _require_unbanned(standing.pointer)
    _require_seen(version, digest)
    moved(version.state, Action.APPROVE)  # an illegal move is refused before anything is noted
    detail = {"note": note, "release": release.mode, "at": format_moment(release.at) if release.at else ""}
    if policy.wants_two_for_approval(differences(standing.live, version)):
        against = standing.live.digest if standing.live else None
        proposal = Proposal(occasion.actor, occasion.at, digest, release, against)
        first = version.proposal
        if first is None or not is_second_approval(first, proposal, state=version.state):
            return _proposed(version, proposal, standing.pointer, detail=detail, occasion=occasion)
        detail["proposed_by"] = first.by
    decision = Decision(by=occasion.actor, at=occasion.at, note=note, release=release)
    return _approved(version, standing, decision, detail=detail, occasion=occasion)


def approve_by_policy(
    version: Version,
    standing: Standing,
    *,
    digest: Digest,
    trace: Mapping[str, str],
    occasion: Occasion,
    policy: FourEyes = ONE_REVIEWER,
) -> Transition:
    """Approve and release exactly the content that `digest` names, without a person; `trace` says by which rules.

    Raises DigestMismatchError, IllegalMoveError, PeopleNeededError, PluginBannedError.
    """
    _require_unbanned(standing.pointer)
    _require_seen(version, digest)
    moved(version.state, Action.APPROVE)
    if why := why_people(version, standing.live, occasion.at, policy):
        raise PeopleNeededError(why, state=version.state)
    release = Release()
    decision = Decision(by=occasion.actor, at=occasion.at, release=release)
    approved = _approved(version, standing, decision, detail={"release": release.mode, **trace}, occasion=occasion)
    # How long machines take says nothing of how long people will.
    return replace(approved, wait=None)


def _proposed(
    version: Version, proposal: Proposal, pointer: Pointer, *, detail: Mapping[str, str], occasion: Occasion
) -> Transition:
    noted = replace(version, proposal=proposal, revision=version.revision + 1)
    told = (EventType.VERSION_APPROVAL_PROPOSED, noted, detail)
    events = _Chronicle(occasion, version.plugin_id).events(told)
    return Transition(versions=(noted,), unmoved_pointer=pointer, events=events)


def _approved(
    version: Version, standing: Standing, decision: Decision, *, detail: Mapping[str, str], occasion: Occasion
) -> Transition:
    wait = _wait(version, occasion)
    if decision.release and decision.release.mode is ReleaseMode.IMMEDIATE:
        released = replace(version.moved(Action.APPROVE, Action.RELEASE), decision=decision)
        told = [*_moves(released, Action.APPROVE, **detail), *_moves(released, Action.RELEASE)]
        return replace(_made_live(released, standing, told, occasion), wait=wait)
    decided = replace(version.moved(Action.APPROVE), decision=decision)
    events = _Chronicle(occasion, version.plugin_id).events(*_moves(decided, Action.APPROVE, **detail))
    # The pointer is not written, but a ban that commits between reading and writing must still win.
    return Transition(versions=(decided,), unmoved_pointer=standing.pointer, events=events, wait=wait)


def _wait(version: Version, occasion: Occasion) -> Wait:
    return Wait(slot_of(occasion.entropy), version.queued_at, occasion.at)


def release(version: Version, standing: Standing, occasion: Occasion) -> Transition:
    """Make an approved version live, once the moment that its approval set has come, if it set one.

    Raises IllegalMoveError, PluginBannedError, ReleaseNotDueError.
    """
    _require_unbanned(standing.pointer)
    released = version.moved(Action.RELEASE)
    pending_at = version.release.pending_at if version.release else None
    if pending_at and occasion.at < pending_at:
        raise ReleaseNotDueError(format_moment(pending_at))
    return _made_live(released, standing, _moves(released, Action.RELEASE), occasion)


def release_at_its_moment(
    version: Version, standing: Standing, moment: datetime, occasion: Occasion
) -> Transition | None:
    """Make a version live at the moment that its approval set, or note why that is not possible any more.

    None where nothing waits for this moment: the version was released or dropped before, or its approval never came.
    """
    planned = version.release
    if planned is None or planned.pending_at != moment or version.released_at:
        return None
    if version.state is State.APPROVED and not standing.pointer.ban:
        released = version.moved(Action.RELEASE)
        return _made_live(released, standing, _moves(released, Action.RELEASE, at=format_moment(moment)), occasion)
    hindrance = "the plugin is banned" if standing.pointer.ban else f"the version is {version.state}"
    return _dropped(version, planned, hindrance, occasion)


def _dropped(version: Version, planned: Release, hindrance: str, occasion: Occasion) -> Transition:
    """Note that a planned release does not take place, so that a repetition finds nothing to do."""
    decision = replace(version.decision, release=replace(planned, dropped=hindrance)) if version.decision else None
    kept = replace(version, decision=decision, revision=version.revision + 1)
    told = (EventType.VERSION_RELEASE_DROPPED, kept, {"reason": hindrance})
    return Transition(versions=(kept,), events=_Chronicle(occasion, version.plugin_id).events(told))


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
    return Transition(versions=(rejected,), events=events, wait=_wait(version, occasion))


def withdraw(version: Version, *, reason: str, occasion: Occasion) -> Transition:
    """Take a candidate back. Raises IllegalMoveError once it is live or out of the way."""
    withdrawn = version.moved(Action.WITHDRAW)
    events = _Chronicle(occasion, version.plugin_id).events(*_moves(withdrawn, Action.WITHDRAW, reason=reason))
    return Transition(versions=(withdrawn,), events=events)


def revoke(
    version: Version, standing: Standing, *, fallback: Version | None, reason: str, occasion: Occasion
) -> Transition:
    """Take an approved version out of the way for good; its schema is not served any more.

    A live one goes together with the pointer's move to `fallback`, an earlier version, so that there is no gap. While
    the plugin is banned nobody is served anyway, and no fallback is needed.
    Raises IllegalMoveError, LiveVersionError, InvalidValueError for a fallback that nothing is to fall back from.
    """
    revoked = version.moved(Action.REVOKE)
    told = _moves(revoked, Action.REVOKE, reason=reason)
    pointer = _without(revoked, standing.pointer)
    if version.state is State.LIVE:
        return _revoked_live(revoked, pointer, fallback, told=told, occasion=occasion)
    if fallback:
        message = f"Version {version.number} is {version.state}, not live: nothing is rolled back with it."
        raise InvalidValueError(message, field="rollback_to")
    events = _Chronicle(occasion, version.plugin_id).events(*told)
    if version.state is State.APPROVED:
        return Transition(versions=(revoked,), events=events)
    return Transition(versions=(revoked,), pointer=pointer, events=events)


def _revoked_live(
    revoked: Version,
    pointer: Pointer,
    fallback: Version | None,
    *,
    told: list[tuple[EventType, Version, Mapping[str, str]]],
    occasion: Occasion,
) -> Transition:
    chronicle = _Chronicle(occasion, revoked.plugin_id)
    if fallback:
        restored = replace(fallback.moved(Action.RESTORE), released_at=occasion.at)
        told = [*told, *_moves(restored, Action.RESTORE, reason=f"version {revoked.number} is revoked")]
        moved_back = replace(_pointing_at(restored, pointer), revision=pointer.revision)
        return Transition(versions=(restored, revoked), pointer=moved_back, events=chronicle.events(*told))
    if not pointer.ban:
        raise LiveVersionError(revoked.number)
    return Transition(versions=(revoked,), pointer=replace(pointer, live=None), events=chronicle.events(*told))


def _without(version: Version, pointer: Pointer) -> Pointer:
    released = {number: public for number, public in pointer.released.items() if number != version.number}
    dynamic = {number: name for number, name in pointer.dynamic.items() if number != version.number}
    return replace(pointer, released=released, dynamic=dynamic, revision=pointer.revision + 1)


def ban(pointer: Pointer, *, reason: str, occasion: Occasion, plugin: Plugin | None = None) -> Transition:
    """Ban a plugin. Raises PluginBannedError if it is banned already.

    `plugin` is given where a proposal to ban it is settled by this.
    """
    _require_unbanned(pointer)
    banned = replace(pointer, ban=Ban(occasion.actor, occasion.at, reason), revision=pointer.revision + 1)
    proposed = plugin.proposed_ban if plugin else None
    settled = replace(plugin, proposed_ban=None, revision=plugin.revision + 1) if plugin and proposed else None
    detail = {"reason": reason, **({"proposed_by": proposed.by} if proposed else {})}
    events = _Chronicle(occasion, pointer.plugin_id).events((EventType.PLUGIN_BANNED, None, detail))
    return Transition(plugin=settled, pointer=banned, events=events)


def ban_by_two(plugin: Plugin, pointer: Pointer, *, reason: str, occasion: Occasion) -> Transition:
    """Ban a plugin if somebody else proposed it before; otherwise propose it, which bans nothing.

    Raises PluginBannedError, SecondReviewerNeededError.
    """
    _require_unbanned(pointer)
    proposed = Ban(occasion.actor, occasion.at, reason)
    if is_second_ban(plugin.proposed_ban, proposed, state=pointer.status):
        return ban(pointer, reason=reason, occasion=occasion, plugin=plugin)
    noted = replace(plugin, proposed_ban=proposed, revision=plugin.revision + 1)
    told = (EventType.PLUGIN_BAN_PROPOSED, None, {"reason": reason})
    events = _Chronicle(occasion, plugin.plugin_id).events(told)
    return Transition(plugin=noted, unmoved_pointer=pointer, events=events)


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


def _require_to_come(release: Release, occasion: Occasion) -> None:
    if release.at and not occasion.at < release.at <= occasion.at + FARTHEST_RELEASE:
        message = f"A release is scheduled for a moment to come, within {FARTHEST_RELEASE.days} days."
        raise InvalidValueError(message, field="release/at")


def _require_seen(version: Version, digest: Digest) -> None:
    if version.digest != digest:
        raise DigestMismatchError(state=version.state)


def _made_live(
    version: Version, standing: Standing, told: list[tuple[EventType, Version, Mapping[str, str]]], occasion: Occasion
) -> Transition:
    """Point at `version`, which is live by now, and supersede the one that was. Raises StaleStateError."""
    _require_one_moment(version, standing.live)
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


def _require_one_moment(version: Version, live: Version | None) -> None:
    """Raise StaleStateError where somebody wrote between two of the reads.

    The pointer then names the very version that is to be released, or one that is live no more: the guards would refuse
    the write, but what the caller is told has to come from a state that was.
    """
    if live and (live.number == version.number or live.state is not State.LIVE):
        raise StaleStateError("the live version is as it was read")


def _pointing_at(version: Version, pointer: Pointer) -> Pointer:
    manifest = _part(version, MANIFEST)
    snapshot = version.snapshot
    if not (snapshot and snapshot.digest and snapshot.listing and version.released_at):
        raise IntegrityError(f"Version {version.number} of {version.plugin_id!r} is live without a snapshot.")
    live = Live(
        number=version.number,
        digest=snapshot.digest,
        manifest_name=manifest.name,
        manifest_digest=manifest.digest,
        schema_name=_part(version, SCHEMA).name,
        listing=snapshot.listing,
        since=version.released_at,
        logo_name=next((part.name for part in snapshot.parts if part.role == LOGO), ""),
        host=urlsplit(manifest.url).hostname or "",
        refresh_minutes=version.dynamic.refresh_minutes if version.dynamic else 0,
    )
    public = {part.name: part.served_digest for part in snapshot.parts if part.role != MANIFEST}
    released = {**pointer.released, version.number: public}
    dynamic = {**pointer.dynamic, version.number: live.schema_name} if version.dynamic else pointer.dynamic
    return replace(pointer, live=live, released=released, dynamic=dynamic, revision=pointer.revision + 1)


def _part(version: Version, role: str) -> Part:
    for part in version.snapshot.parts if version.snapshot else ():
        if part.role == role:
            return part
    raise IntegrityError(f"Version {version.number} of {version.plugin_id!r} has no {role}.")

"""What may be left over or lost between records, objects, queues and schedules; pure judgements of each.

Nothing here is needed while all goes well: every transition is one transaction, and what cannot be in it is asked for
first. It is for what comes from outside: a table that was restored to an earlier moment, a store that was moved, a hand
that reached in, a dead letter that nobody replayed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.events import Event, EventType
from shared.domain.identity import EventId, PluginId, Subject
from shared.domain.plugin import Pointer, object_key
from shared.domain.transition import Transition
from shared.domain.version import Action, State, Version
from shared.domain.webhooks import Delivery, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.events import Occasion
    from shared.domain.plugin import CurrentDocument, Plugin

STUCK_AFTER = timedelta(hours=1)
"""Longer than every retry of a queue takes: what waits still is not under way any more."""

MOST_KEPT = 100
"""Discrepancies that a run remembers word for word; it counts all of them."""

RECONCILER = Subject("standfast:reconcile")
SCHEDULE = Subject("standfast:schedule")
OBJECTS = "plugins/"
"""The prefix of the objects' keys."""

_VERSIONED = re.compile(r"plugins/([^/]+)/versions/([1-9][0-9]{0,7})/.+")


class Kind(StrEnum):
    """What can be wrong."""

    ORPHAN_OBJECT = "orphan-object"
    """Stored, and named by no record. Reported: it costs its bytes, and Object Lock keeps it for a while anyway."""
    MISSING_OBJECT = "missing-object"
    """Named by a version's record, and not stored. Reported: nobody can make its bytes again."""
    DANGLING_POINTER = "dangling-pointer"
    """Named by a pointer, and not stored: the public gets errors. Reported, and an alarm."""
    STUCK_SUBMISSION = "stuck-submission"
    """Submitted long ago, with no snapshot. Mended by asking for one."""
    UNSCHEDULED_RELEASE = "unscheduled-release"
    """Approved for a moment, with no schedule for it. Mended by setting one, or by asking for the release at once."""
    STUCK_DELIVERY = "stuck-delivery"
    """Due long ago, with no attempt. Mended by asking for one."""
    PLACES_MISCOUNTED = "places-miscounted"
    """A plugin's counter of places differs from the installs that hold one. Mended by the difference."""
    REUSED_NUMBER = "reused-number"
    """Objects of a version that the records do not know, beyond the last one: its number was taken once, and would be
    taken again. Mended by taking all numbers up to it."""


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """One thing that is wrong: what it is about, in one sentence what, and whether it was mended."""

    kind: Kind
    subject: str
    detail: str
    mended: bool = False


class Phase(StrEnum):
    """How far a run has come."""

    RECORDS = "records"
    OBJECTS = "objects"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StepResult:
    """What one step of a run looked at and found; `cursor` says where the phase goes on, None that it is over."""

    looked_at: int
    discrepancies: tuple[Discrepancy, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A run through everything, one step after the other. `mends` is False for one that reports and changes nothing."""

    run_id: EventId
    mends: bool
    asked_by: Subject
    started_at: datetime
    updated_at: datetime
    phase: Phase = Phase.RECORDS
    cursor: str = ""
    records: int = 0
    objects: int = 0
    found: Mapping[str, int] = field(default_factory=dict)
    mended: Mapping[str, int] = field(default_factory=dict)
    discrepancies: tuple[Discrepancy, ...] = ()
    finished_at: datetime | None = None
    revision: int = 1

    def is_under_way(self, now: datetime) -> bool:
        """Tell whether its steps follow one another still; one that stopped is given up after an hour."""
        return self.phase is not Phase.DONE and now - self.updated_at < STUCK_AFTER

    def after(self, step: StepResult, at: datetime) -> Reconciliation:
        """Return the run after a step."""
        phase = _NEXT[self.phase] if step.cursor is None else self.phase
        is_of_records = self.phase is Phase.RECORDS
        return replace(
            self,
            updated_at=at,
            phase=phase,
            cursor=step.cursor or "",
            records=self.records + step.looked_at * is_of_records,
            objects=self.objects + step.looked_at * (not is_of_records),
            found=_counted(self.found, step.discrepancies),
            mended=_counted(self.mended, (each for each in step.discrepancies if each.mended)),
            discrepancies=(*self.discrepancies, *step.discrepancies)[:MOST_KEPT],
            finished_at=at if phase is Phase.DONE else None,
            revision=self.revision + 1,
        )


_NEXT = {Phase.RECORDS: Phase.OBJECTS, Phase.OBJECTS: Phase.DONE, Phase.DONE: Phase.DONE}


def _counted(counts: Mapping[str, int], discrepancies: Iterable[Discrepancy]) -> Mapping[str, int]:
    total = dict(counts)
    for each in discrepancies:
        total[each.kind] = total.get(each.kind, 0) + 1
    return total


@dataclass(frozen=True, slots=True)
class StepRequest:
    """Asks for the step of a run that stands at a revision; at any later one the request is out of date."""

    run_id: EventId
    revision: int


@dataclass(frozen=True, slots=True)
class Places:
    """The counter of a plugin's places, by its plugin."""

    plugin_id: PluginId


type Inspected = Version | Pointer | Delivery | Places
"""The records that something can be wrong with by themselves."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Some records out of all: those to inspect, how many there were altogether, and where the next ones are."""

    records: tuple[Inspected, ...]
    looked_at: int
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object's key, and when it was stored."""

    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """Some objects in the order of their keys, and whether there are more."""

    objects: tuple[StoredObject, ...]
    is_all: bool


def version_of_key(key: str) -> tuple[PluginId, int] | None:
    """Tell which version an object belongs to by its key; None for a key of another form."""
    found = _VERSIONED.fullmatch(key)
    return (PluginId(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class InUse:
    """The objects of a version that records name: they must be stored.

    Whatever was stored of it since it was decided on is evidence of its origin, and may be there: what a look at the
    origin found, and what was served of a schema that may vary. Not all of that is named for ever.
    """

    keys: frozenset[str]
    decided_at: datetime | None = None

    def covers(self, found: StoredObject) -> bool:
        """Tell whether an object may be there."""
        return found.key in self.keys or (self.decided_at is not None and found.at >= self.decided_at)


def in_use(version: Version, current: CurrentDocument | None) -> InUse:
    """Return the objects of a version that its record names, and the record of what is served of it now."""
    snapshot = version.snapshot
    if snapshot is None:
        return InUse(frozenset())
    parts = {key for part in snapshot.parts for key in (part.key, part.served_key)}
    named = frozenset({snapshot.report_key, *parts})
    forms = ((current.fetched, current.name), (current.served, current.name)) if current else ()
    served = {object_key(version.plugin_id, version.number, digest, name) for digest, name in forms}
    return InUse(named | served, version.decision.at if version.decision else None)


def served_by(pointer: Pointer) -> tuple[str, ...]:
    """Return the keys of the objects that the public gets of a live version; none while a plugin is banned."""
    live = pointer.live
    if live is None or pointer.ban:
        return ()
    documents = pointer.released.get(live.number, {})
    keys = (object_key(pointer.plugin_id, live.number, digest, name) for name, digest in documents.items())
    manifest = object_key(pointer.plugin_id, live.number, live.manifest_digest, live.manifest_name)
    return (manifest, *keys)


def is_stuck(version: Version, now: datetime) -> bool:
    """Tell whether a version waits for a snapshot that is not under way any more."""
    return version.state is State.SUBMITTED and now - version.submitted_at > STUCK_AFTER


def is_overdue(delivery: Delivery, now: datetime) -> bool:
    """Tell whether a delivery waits for an attempt that is not under way any more."""
    return delivery.state is DeliveryState.PENDING and now - delivery.due_at > STUCK_AFTER


def pending_release(version: Version) -> datetime | None:
    """Return the moment that an approved version waits for."""
    return version.release.pending_at if version.release and version.state is State.APPROVED else None


def take_numbers(plugin: Plugin, newest: Version, *, up_to: int, occasion: Occasion) -> Transition:
    """Take the numbers up to one that was taken before, so that no later version gets any of them.

    A version without documents stands at its end, withdrawn. An open candidate is withdrawn with it, as by any newer
    submission: the newest version is the only one that may be decided on.
    """
    grown = replace(plugin, last_version=up_to, revision=plugin.revision + 1)
    lost = Version(
        plugin_id=plugin.plugin_id,
        number=up_to,
        kind=plugin.kind,
        state=State.WITHDRAWN,
        manifest_url=plugin.manifest_url,
        submitted_by=plugin.owner,
        submitted_at=occasion.at,
        queued_at=occasion.at,
    )
    why = {"reason": f"The records of versions up to {up_to} were lost. Submit again what is missing."}
    told: list[tuple[EventType, Version, Mapping[str, str]]] = [
        (EventType.VERSION_SUBMITTED, lost, {"manifest_url": lost.manifest_url}),
        (EventType.VERSION_WITHDRAWN, lost, why),
    ]
    replaced: tuple[Version, ...] = ()
    if newest.is_candidate:
        replaced = (newest.moved(Action.WITHDRAW),)
        told.append((EventType.VERSION_WITHDRAWN, newest, {"replaced_by": str(up_to)}))
    events = tuple(
        Event(occasion.named(place), kind, plugin.plugin_id, occasion.actor, occasion.at, each.number, None, detail)
        for place, (kind, each, detail) in enumerate(told)
    )
    return Transition(plugin=grown, versions=(lost, *replaced), events=events)

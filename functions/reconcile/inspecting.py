"""Looking at records and at objects, each a bounded number at a time, and mending what can be mended.

Whatever is mended is asked for in the way that the store itself would have asked, so that doing it for nothing, or
twice, does no harm.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from shared.domain.errors import ConflictError, PluginNotFoundError
from shared.domain.events import Occasion
from shared.domain.identity import format_moment
from shared.domain.plugin import Pointer
from shared.domain.ports import (
    DeliveryQueue,
    DueReleases,
    Entropy,
    Inventory,
    ObjectListing,
    PlaceCounting,
    Records,
    ReleaseCalendar,
    SnapshotQueue,
)
from shared.domain.reconciling import (
    RECONCILER,
    STUCK_AFTER,
    Discrepancy,
    Kind,
    Places,
    StepResult,
    is_overdue,
    is_stuck,
    pending_release,
    served_by,
    take_numbers,
    version_of_key,
)
from shared.domain.version import Version
from shared.domain.webhooks import DeliveryRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from shared.domain.identity import PluginId
    from shared.domain.reconciling import Inspected, StoredObject
    from shared.domain.webhooks import Delivery

RECORDS_A_STEP = 500
OBJECTS_A_STEP = 1000
_ENTROPY_BYTES = 8

type Mend = Callable[[], None]


@dataclass(frozen=True, slots=True)
class RecordInspection:
    """Looks at the records: what waits for something that does not come, and what names what is not there."""

    inventory: Inventory
    listing: ObjectListing
    snapshots: SnapshotQueue
    calendar: ReleaseCalendar
    releases: DueReleases
    deliveries: DeliveryQueue
    places: PlaceCounting

    def step(self, cursor: str, now: datetime, *, mends: bool) -> StepResult:
        """Look at the next records."""
        shelf = self.inventory.shelf(cursor, RECORDS_A_STEP)
        found = tuple(
            _mended(each, mend) if mends and mend else each
            for record in shelf.records
            for each, mend in self._wrong_with(record, now)
        )
        return StepResult(shelf.looked_at, found, shelf.next_cursor)

    def _wrong_with(self, record: Inspected, now: datetime) -> Iterator[tuple[Discrepancy, Mend | None]]:
        match record:
            case Version():
                yield from self._wrong_with_version(record, now)
            case Pointer():
                yield from ((each, None) for each in self._dangling(record))
            case Places():
                yield from self._miscounted(record.plugin_id)
            case _ if is_overdue(record, now):
                yield self._overdue(record)

    def _wrong_with_version(self, version: Version, now: datetime) -> Iterator[tuple[Discrepancy, Mend | None]]:
        plugin, number = version.plugin_id, version.number
        if is_stuck(version, now):
            detail = f"Submitted at {format_moment(version.submitted_at)}, and no snapshot was taken."
            yield _of(Kind.STUCK_SUBMISSION, version, detail), lambda: self.snapshots.ask(plugin, number)
        moment = pending_release(version)
        if moment is None or self.calendar.is_set(moment, plugin, number):
            return
        detail = f"Approved for {format_moment(moment)}, and nothing is scheduled."
        if moment > now:
            yield _of(Kind.UNSCHEDULED_RELEASE, version, detail), lambda: self.calendar.at(moment, plugin, number)
        elif now - moment > _PATIENCE:
            yield _of(Kind.UNSCHEDULED_RELEASE, version, detail), lambda: self.releases.ask(moment, plugin, number)

    def _dangling(self, pointer: Pointer) -> Iterator[Discrepancy]:
        for key in served_by(pointer):
            if not self.listing.has(key):
                yield Discrepancy(Kind.DANGLING_POINTER, pointer.plugin_id, f"The public is to get {key}.")

    def _miscounted(self, plugin: PluginId) -> Iterator[tuple[Discrepancy, Mend]]:
        if by := self.places.miscount(plugin):
            detail = f"The counter says {abs(by)} {'more' if by > 0 else 'fewer'} than hold a place."
            yield Discrepancy(Kind.PLACES_MISCOUNTED, plugin, detail), lambda: self.places.correct(plugin, -by)

    def _overdue(self, delivery: Delivery) -> tuple[Discrepancy, Mend]:
        request = DeliveryRequest(delivery.webhook_id, delivery.delivery_id, delivery.revision)
        subject = f"{delivery.webhook_id} {delivery.delivery_id}"
        detail = f"Due at {format_moment(delivery.due_at)}, and not attempted."
        found = Discrepancy(Kind.STUCK_DELIVERY, subject, detail)
        return found, lambda: self.deliveries.ask(request, delay=timedelta())


_PATIENCE = timedelta(minutes=5)
"""A schedule is gone as soon as its message is sent, and the release takes a moment."""


@dataclass(frozen=True, slots=True)
class ObjectInspection:
    """Looks at the objects: what no record names, what a record names beside it, and whose version is unknown."""

    inventory: Inventory
    listing: ObjectListing
    records: Records
    entropy: Entropy

    def step(self, cursor: str, now: datetime, *, mends: bool) -> StepResult:
        """Look at the next objects, whole versions at a time."""
        listed = self.listing.listed(cursor, OBJECTS_A_STEP)
        groups = [(version, tuple(each)) for version, each in groupby(listed.objects, lambda o: version_of_key(o.key))]
        if not listed.is_all and len(groups) > 1:
            groups.pop()  # the rest of it is on the next page, where it is looked at as a whole
        found: list[Discrepancy] = []
        for version, objects in groups:
            if version:
                found += self._wrong_with(*version, objects, now, mends=mends)
        seen = [each.key for _, objects in groups for each in objects]
        return StepResult(len(seen), tuple(found), None if listed.is_all else seen[-1])

    def _wrong_with(
        self, plugin: PluginId, number: int, objects: tuple[StoredObject, ...], now: datetime, *, mends: bool
    ) -> Iterator[Discrepancy]:
        used = self.inventory.in_use(plugin, number)
        # A snapshot stores its objects before its record.
        settled = [each for each in objects if now - each.at > STUCK_AFTER]
        if used is None and settled:
            yield from self._unknown(plugin, number, now, mends=mends)
        for each in settled:
            if used is None or not used.covers(each):
                yield Discrepancy(Kind.ORPHAN_OBJECT, f"{plugin} {number}", f"No record names {each.key}.")
        missing = used.keys - {each.key for each in objects} if used else ()
        for key in sorted(missing):
            yield Discrepancy(Kind.MISSING_OBJECT, f"{plugin} {number}", f"The version's record names {key}.")

    def _unknown(self, plugin_id: PluginId, number: int, now: datetime, *, mends: bool) -> Iterator[Discrepancy]:
        try:
            plugin = self.records.plugin(plugin_id)
        except PluginNotFoundError:
            return  # nobody can take a number of it; whoever registers it anew begins at 1, under other digests
        if number <= plugin.last_version:
            return
        detail = f"Its objects are here, and the last version on record is {plugin.last_version}."
        found = Discrepancy(Kind.REUSED_NUMBER, f"{plugin_id} {number}", detail)
        newest = self.records.version(plugin_id, plugin.last_version)
        occasion = Occasion(RECONCILER, now, self.entropy(_ENTROPY_BYTES))
        taken = take_numbers(plugin, newest, up_to=number, occasion=occasion)
        yield _mended(found, lambda: self.records.commit(taken)) if mends else found


def _of(kind: Kind, version: Version, detail: str) -> Discrepancy:
    return Discrepancy(kind, f"{version.plugin_id} {version.number}", detail)


def _mended(found: Discrepancy, mend: Mend) -> Discrepancy:
    """Mend something, unless it moved meanwhile: then the next run looks at it anew."""
    try:
        mend()
    except ConflictError:
        return found
    return replace(found, mended=True)

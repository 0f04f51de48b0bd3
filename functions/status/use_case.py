"""Reading where plugins and versions stand, and how they came there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared.contracts.permissions import Permissions, permissions_of
from shared.domain import audit
from shared.domain.access import require_owner
from shared.domain.differences import Differences, differences
from shared.domain.drift import Origin
from shared.domain.errors import DocumentNotFoundError, ForbiddenError, PluginNotFoundError, VersionNotFoundError
from shared.domain.findings import Finding
from shared.domain.forecasting import Forecast, forecast
from shared.domain.identity import Subject
from shared.domain.plugin import Live, Plugin, Pointer
from shared.domain.ports import Clock, ObjectStore, Origins, Page, PageRequest, Records
from shared.domain.report import Report
from shared.domain.searching import answers
from shared.domain.sightings import Sighting
from shared.domain.transition import Transition
from shared.domain.version import State, Version
from shared.reporting.comparing import Against, Comparing, Comparison
from shared.reporting.documents import UnreadableDocumentsError, pinned_documents
from shared.reporting.origins import compare_origin
from shared.reporting.reports import VersionReport
from shared.reporting.summing import summarise
from shared.storage.reports import read_report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.audit import Entry
    from shared.domain.documents import Part
    from shared.domain.identity import PluginId

_LONGEST_EXPORT = 1000
_EXPORT_STEP = 100


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a reviewer may read every plugin, a publisher their own."""

    subject: Subject
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """When a candidate may be decided: its place in the queue from 1, and what to expect. None is unknown."""

    place: int | None
    forecast: Forecast | None
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class PluginView:
    """A plugin and where it stands; `outlook` is that of a candidate that waits for a decision."""

    reader: Reader
    plugin: Plugin
    pointer: Pointer
    live: Version | None
    candidate: Version | None
    outlook: Outlook | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version, its report (an empty one until the snapshot has been taken), and how it differs from the live one."""

    reader: Reader
    version: Version
    report: Report
    live: Version | None
    differences: Differences
    now: datetime
    origin: Origin | None = None


@dataclass(frozen=True, slots=True)
class DriftView:
    """What a plugin's publisher wants done on drift, what is known of the origin, and how it differs from what is live.

    `comparison` and `findings` are those of the drifted documents, where there are any.
    """

    plugin: Plugin
    origin: Origin | None
    comparison: Comparison | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class SignIn:
    """Where people sign in, and what programs on their machines are known as there; "" where nobody can."""

    origin: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """The reads. Whoever may not read a plugin is told that there is none."""

    records: Records
    objects: ObjectStore
    clock: Clock
    origins: Origins
    sign_in: SignIn = SignIn()

    def plugins(self, reader: Reader, page: PageRequest, *, owner: Subject | None = None) -> Page[Plugin]:
        """Return the reader's own plugins, or those of another owner. Raises ForbiddenError."""
        if owner not in {None, reader.subject} and not reader.reads_all:
            message = "Only reviewers see whose plugins are whose."
            raise ForbiddenError(message)
        return self.records.owned_by(owner or reader.subject, page)

    def plugin(self, reader: Reader, plugin_id: PluginId) -> PluginView:
        """Return a plugin with its live version and its candidate. Raises PluginNotFoundError."""
        plugin = self._readable(reader, plugin_id)
        pointer = self.records.pointer(plugin_id)
        newest = self.records.version(plugin_id, plugin.last_version)
        candidate = newest if newest.is_candidate else None
        outlook = self._outlook(candidate) if candidate and candidate.state is not State.APPROVED else None
        origin = self._origin(pointer)
        return PluginView(reader, plugin, pointer, self._live(pointer), candidate, outlook, origin)

    def drift(self, reader: Reader, plugin_id: PluginId) -> DriftView:
        """Return how a plugin's origin differs from what is live. Raises PluginNotFoundError."""
        plugin, pointer = self._readable(reader, plugin_id), self.records.pointer(plugin_id)
        origin, live = self._origin(pointer), self._live(pointer)
        if origin is None or origin.drift is None or live is None:
            return DriftView(plugin, origin)
        comparison = compare_origin(live, origin.drift, self.objects)
        report = read_report(self.objects, origin.drift.report_key)
        return DriftView(plugin, origin, comparison, report.findings)

    def _origin(self, pointer: Pointer) -> Origin | None:
        """Return what is known of the origin of the live version; what was found beside another one tells nothing."""
        origin = self.origins.origin(pointer.plugin_id) if pointer.live else None
        return origin if origin and pointer.live and origin.version == pointer.live.number else None

    def versions(self, reader: Reader, plugin_id: PluginId, page: PageRequest) -> Page[Version]:
        """Return a plugin's versions, newest first. Raises PluginNotFoundError."""
        self._readable(reader, plugin_id)
        return self.records.versions(plugin_id, page)

    def version(self, reader: Reader, plugin_id: PluginId, number: int) -> VersionView:
        """Return a version and its report. Raises PluginNotFoundError, VersionNotFoundError."""
        self._readable(reader, plugin_id)
        version = self.records.version(plugin_id, number)
        snapshot = version.snapshot
        report = read_report(self.objects, snapshot.report_key) if snapshot else Report(profile="")
        pointer = self.records.pointer(plugin_id)
        live = self._live(pointer)
        origin = self._origin(pointer) if live and live.number == number else None
        return VersionView(reader, version, report, live, differences(live, version), self.clock(), origin)

    def report(self, reader: Reader, plugin_id: PluginId, number: int) -> VersionReport:
        """Return all that a version is decided on; a reviewer has seen it then.

        Raises PluginNotFoundError, VersionNotFoundError.
        """
        view = self.version(reader, plugin_id, number)
        seen = self._seen_before(reader, view.version)
        comparisons = tuple(self._comparisons(view, seen))
        report = VersionReport(
            version=view.version,
            report=view.report,
            summary=summarise(view.version, view.live, comparisons, view.report.findings),
            live=view.live,
            seen=seen,
            comparisons=comparisons,
            differences=view.differences,
            probes=self.origins.probes(plugin_id, number),
        )
        self._note_sighting(view)
        return report

    def permissions(self, reader: Reader, plugin_id: PluginId, number: int) -> tuple[Version, Permissions | str]:
        """Return a version with what it may do, or with why that cannot be told.

        Raises PluginNotFoundError, VersionNotFoundError.
        """
        return self._permissions(self._version(reader, plugin_id, number))

    def _permissions(self, version: Version) -> tuple[Version, Permissions | str]:
        try:
            documents = pinned_documents(version, self.objects)
        except UnreadableDocumentsError as error:
            return version, str(error)
        return version, permissions_of(documents.values, documents.urls)

    def document(self, reader: Reader, plugin_id: PluginId, number: int, name: str) -> tuple[Part, bytes]:
        """Return a pinned document as it was fetched.

        Raises PluginNotFoundError, VersionNotFoundError, DocumentNotFoundError.
        """
        version = self._version(reader, plugin_id, number)
        for part in version.snapshot.parts if version.snapshot else ():
            if part.name == name:
                return part, self.objects.get(part.key)
        raise DocumentNotFoundError(plugin_id, number, name)

    def _version(self, reader: Reader, plugin_id: PluginId, number: int) -> Version:
        self._readable(reader, plugin_id)
        return self.records.version(plugin_id, number)

    def _seen_before(self, reader: Reader, version: Version) -> Version | None:
        if not reader.reads_all:
            return None
        seen = self.records.last_seen(version.plugin_id, reader.subject, up_to=version.number - 1)
        return self.records.version(version.plugin_id, seen) if seen else None

    def _comparisons(self, view: VersionView, seen: Version | None) -> Iterator[Comparison]:
        """Compare a version that has been fetched with the live one, and with the one seen last if that is another."""
        if view.version.snapshot is None:
            return
        comparing = Comparing(view.version, self.objects)
        live = view.live
        if live and live.number != view.version.number:
            yield comparing.against(Against.LIVE, live)
        if seen and (live is None or seen.number != live.number):
            yield comparing.against(Against.SEEN, seen)

    def _note_sighting(self, view: VersionView) -> None:
        """Note that a reviewer has seen what could be approved, once: what is noted twice is a write for nothing."""
        version, reader = view.version, view.reader
        if not reader.reads_all or version.digest is None:
            return
        if self.records.last_seen(version.plugin_id, reader.subject, up_to=version.number) != version.number:
            sighting = Sighting(version.plugin_id, version.number, reader.subject, view.now)
            self.records.commit(Transition(events=(), sighting=sighting))

    def audit(self, reader: Reader, plugin_id: PluginId, page: PageRequest) -> Page[Entry]:
        """Return who did what to a plugin, newest first, as the reader may know it. Raises PluginNotFoundError."""
        plugin = self._readable(reader, plugin_id)
        if reader.reads_all:
            found, told = self.records.events(plugin_id, page), audit.in_full
        else:
            found, told = self.records.events(plugin_id, page, audit.is_the_owners_business), audit.for_owner
        return Page(tuple(told(event, plugin) for event in found.records), found.next_cursor)

    def export(self, reader: Reader, plugin_id: PluginId, cursor: str) -> Page[Entry]:
        """Return a long page of the audit, for keeping elsewhere. Raises PluginNotFoundError."""
        entries: list[Entry] = []
        while True:
            page = self.audit(reader, plugin_id, PageRequest(cursor, _EXPORT_STEP))
            entries += page.records
            if page.next_cursor is None or len(entries) >= _LONGEST_EXPORT:
                return Page(tuple(entries), page.next_cursor)
            cursor = page.next_cursor

    def catalogue(self, page: PageRequest, query: str = "") -> Page[Pointer]:
        """Return what everybody may see, or what of it a query asks for."""
        return self.records.catalogue(page, (lambda pointer: answers(pointer, query)) if query else None)

    def live_plugin(self, plugin_id: PluginId) -> tuple[Pointer, Version, Permissions | str, Origin | None]:
        """Return a plugin as everybody may see it: its live version and what is known of its origin.

        With it comes what the version may do, or why that cannot be told.

        Raises PluginNotFoundError for one that is not live.
        """
        pointer, live = self._public(plugin_id)
        version = self.records.version(plugin_id, live.number)
        return pointer, *self._permissions(version), self._origin(pointer)

    def released_changes(self, plugin_id: PluginId, number: int) -> Comparison:
        """Return what a released version of a live plugin changed since the released one before it.

        Raises PluginNotFoundError, VersionNotFoundError for one that never was public, or has none before it.
        """
        pointer, _ = self._public(plugin_id)
        before = max((each for each in pointer.released if each < number), default=0)
        if number not in pointer.released or not before:
            raise VersionNotFoundError(plugin_id, number)
        later, earlier = (self.records.version(plugin_id, each) for each in (number, before))
        return Comparing(later, self.objects).against(Against.RELEASED, earlier)

    def _public(self, plugin_id: PluginId) -> tuple[Pointer, Live]:
        """Return the pointer of a plugin that is public, with what is live. Raises PluginNotFoundError."""
        pointer = self.records.pointer(plugin_id)
        if pointer.live is None or pointer.ban:
            raise PluginNotFoundError(plugin_id)
        return pointer, pointer.live

    def _outlook(self, candidate: Version) -> Outlook:
        now = self.clock()
        usual = forecast(self.records.waits(), now)
        expected_at = usual.expected_at(candidate.queued_at, now) if usual else None
        return Outlook(self.records.place_in_queue(candidate), usual, expected_at)

    def _live(self, pointer: Pointer) -> Version | None:
        return self.records.version(pointer.plugin_id, pointer.live.number) if pointer.live else None

    def _readable(self, reader: Reader, plugin_id: PluginId) -> Plugin:
        plugin = self.records.plugin(plugin_id)
        if not reader.reads_all:
            require_owner(plugin, reader.subject)
        return plugin

"""Reading where plugins and versions stand, and how they came there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from shared.domain import audit
from shared.domain.access import require_owner
from shared.domain.differences import Differences, differences
from shared.domain.forecasting import Forecast, forecast
from shared.domain.identity import Subject
from shared.domain.plugin import Plugin, Pointer
from shared.domain.ports import Clock, ObjectStore, Page, PageRequest, Records
from shared.domain.report import Report
from shared.domain.version import State, Version
from shared.storage.reports import read_report

if TYPE_CHECKING:
    from shared.domain.audit import Entry
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


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version, its report (an empty one until the snapshot has been taken), and how it differs from the live one."""

    reader: Reader
    version: Version
    report: Report
    differences: Differences
    now: datetime


@dataclass(frozen=True, slots=True)
class Status:
    """The reads. Whoever may not read a plugin is told that there is none."""

    records: Records
    objects: ObjectStore
    clock: Clock

    def plugins(self, reader: Reader, page: PageRequest) -> Page[Plugin]:
        """Return the reader's own plugins."""
        return self.records.owned_by(reader.subject, page)

    def plugin(self, reader: Reader, plugin_id: PluginId) -> PluginView:
        """Return a plugin with its live version and its candidate. Raises PluginNotFoundError."""
        plugin = self._readable(reader, plugin_id)
        pointer = self.records.pointer(plugin_id)
        newest = self.records.version(plugin_id, plugin.last_version)
        candidate = newest if newest.is_candidate else None
        outlook = self._outlook(candidate) if candidate and candidate.state is not State.APPROVED else None
        return PluginView(reader, plugin, pointer, self._live(pointer), candidate, outlook)

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
        found = differences(self._live(self.records.pointer(plugin_id)), version)
        return VersionView(reader, version, report, found, self.clock())

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

    def catalogue(self, page: PageRequest) -> Page[Pointer]:
        """Return what everybody may see."""
        return self.records.catalogue(page)

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

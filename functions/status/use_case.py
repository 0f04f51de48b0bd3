"""Reading where plugins and versions stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.access import require_owner
from shared.domain.identity import Subject
from shared.domain.plugin import Plugin, Pointer
from shared.domain.ports import ObjectStore, Records
from shared.domain.report import Report
from shared.domain.version import Version
from shared.storage.reports import read_report

if TYPE_CHECKING:
    from shared.domain.identity import PluginId
    from shared.domain.ports import Page, PageRequest


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: a reviewer may read every plugin, a publisher their own."""

    subject: Subject
    reads_all: bool


@dataclass(frozen=True, slots=True)
class PluginView:
    """A plugin and where it stands."""

    plugin: Plugin
    pointer: Pointer
    live: Version | None
    candidate: Version | None


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version and its report; an empty one until the snapshot has been taken."""

    version: Version
    report: Report


@dataclass(frozen=True, slots=True)
class Status:
    """The reads. Whoever may not read a plugin is told that there is none."""

    records: Records
    objects: ObjectStore

    def plugins(self, reader: Reader, page: PageRequest) -> Page[Plugin]:
        """Return the reader's own plugins."""
        return self.records.owned_by(reader.subject, page)

    def plugin(self, reader: Reader, plugin_id: PluginId) -> PluginView:
        """Return a plugin with its live version and its candidate. Raises PluginNotFoundError."""
        plugin = self._readable(reader, plugin_id)
        pointer = self.records.pointer(plugin_id)
        newest = self.records.version(plugin_id, plugin.last_version)
        live = self.records.version(plugin_id, pointer.live.number) if pointer.live else None
        return PluginView(plugin, pointer, live, newest if newest.is_candidate else None)

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
        return VersionView(version, report)

    def catalogue(self, page: PageRequest) -> Page[Pointer]:
        """Return what everybody may see."""
        return self.records.catalogue(page)

    def _readable(self, reader: Reader, plugin_id: PluginId) -> Plugin:
        plugin = self.records.plugin(plugin_id)
        if not reader.reads_all:
            require_owner(plugin, reader.subject)
        return plugin

"""Installs, what they entitle to, and previews of what is not approved yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.serving import served_manifest
from shared.domain import installs
from shared.domain.access import PLACES, Kind, Person, require_owner
from shared.domain.attempts import until_settled
from shared.domain.documents import MANIFEST, SCHEMA
from shared.domain.drift import suspended_by
from shared.domain.errors import (
    AccessDeniedError,
    InstallsSuspendedError,
    NoPlaceLeftError,
    StaleStateError,
    VersionNotFoundError,
)
from shared.domain.figures import INSTALLS_REFUSED, Figure
from shared.domain.installs import Channel, Entitlement, Install
from shared.domain.ports import Clock, Installs, Metrics, ObjectStore, Origins, Records

if TYPE_CHECKING:
    from shared.domain.documents import Part
    from shared.domain.identity import PluginId, Subject
    from shared.domain.plugin import Pointer
    from shared.domain.version import Version


@dataclass(frozen=True, slots=True)
class Preview:
    """A document of a candidate."""

    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class AccessControl:
    """The access table at work."""

    records: Records
    installs: Installs
    objects: ObjectStore
    clock: Clock
    metrics: Metrics
    origins: Origins
    suspends_on_drift: bool = False

    def install(self, person: Person, plugin: PluginId, wish: Channel) -> Install:
        """Install a plugin; once more changes nothing.

        Raises AccessDeniedError, InstallsSuspendedError, NoPlaceLeftError, and PluginNotFoundError for a developer who
        names no plugin.
        """
        now = self.clock()

        def attempt() -> Install:
            pointer = self._pointer(person, plugin)
            held = self.installs.install(plugin, person.subject)
            wanted = installs.install(pointer, person, held, wish=wish, at=now)
            if held is None:
                self._require_sound_origin(pointer)
            if wanted != held:
                self._add(wanted, held, pointer)
            return wanted

        try:
            return until_settled(attempt)
        except (AccessDeniedError, NoPlaceLeftError) as error:
            reason = error.reason if isinstance(error, AccessDeniedError) else "no-place-left"
            self.metrics.record(Figure(INSTALLS_REFUSED, label=reason))
            raise

    def places_taken(self, reader: Subject, plugin: PluginId, *, reads_all: bool) -> int:
        """Return how many of a plugin's places for trying candidates are taken.

        Raises PluginNotFoundError, also for whoever may not know.
        """
        known = self.records.plugin(plugin)
        if not reads_all:
            require_owner(known, reader)
        return self.installs.places_taken(plugin)

    def uninstall(self, person: Person, plugin: PluginId) -> None:
        """Uninstall a plugin, whatever its status; what is not installed needs nothing done."""

        def attempt() -> None:
            if held := self.installs.install(plugin, person.subject):
                self.installs.remove(held)

        until_settled(attempt)

    def entitlement(self, person: Person, plugin: PluginId) -> Entitlement:
        """Tell what the person may use. Raises PluginNotFoundError for a developer who names no plugin."""
        pointer = self._pointer(person, plugin)
        held = self.installs.install(plugin, person.subject)
        candidate = self._candidate(plugin) if held and held.channel is Channel.PREVIEW else None
        return installs.entitlement(pointer, person, held, candidate.number if candidate else None)

    def manifest(self, person: Person, plugin: PluginId, number: int, *, base_url: str) -> Preview:
        """Return the candidate's manifest, naming the candidate's schema as it is previewed.

        Raises AccessDeniedError, PluginNotFoundError, VersionNotFoundError for any version but the candidate.
        """
        candidate = self._shown(person, plugin, number)
        schema_url = f"{base_url}/v1/plugins/{plugin}/versions/{number}/{_part(candidate, SCHEMA).name}"
        manifest = _part(candidate, MANIFEST)
        return Preview("application/json", served_manifest(self.objects.get(manifest.key), schema_url=schema_url))

    def schema(self, person: Person, plugin: PluginId, number: int, name: str) -> Preview:
        """Return the candidate's schema in its served form. Raises what `manifest` raises."""
        part = _part(self._shown(person, plugin, number), SCHEMA)
        if part.name != name:
            raise VersionNotFoundError(plugin, number)
        media_type = "application/json" if name.endswith(".json") else "application/yaml"
        return Preview(media_type, self.objects.get(part.served_key))

    def _add(self, install: Install, held: Install | None, pointer: Pointer) -> None:
        # A crowd at a full plugin is sent away by a read: each of its transactions would be in the others' way.
        if install.channel is Channel.PREVIEW and self.installs.places_taken(install.plugin_id) >= PLACES:
            if self.installs.install(install.plugin_id, install.subject) != held:
                # The same person twice at once: the place that was the last one is theirs.
                raise StaleStateError("the install is as it was read")
            raise NoPlaceLeftError(PLACES)
        self.installs.add(install, pointer)

    def _require_sound_origin(self, pointer: Pointer) -> None:
        """Raise InstallsSuspendedError where the operator wants nobody new to install what drifted dangerously."""
        if not (self.suspends_on_drift and pointer.live):
            return
        if danger := suspended_by(self.origins.origin(pointer.plugin_id), pointer.live.number):
            raise InstallsSuspendedError(danger)

    def _pointer(self, person: Person, plugin: PluginId) -> Pointer:
        """Return the pointer. Whether a plugin without one exists is for developers alone to know."""
        pointer = self.records.pointer(plugin)
        if pointer.revision == 0 and Kind.DEVELOPER in person.kinds:
            self.records.plugin(plugin)
        return pointer

    def _shown(self, person: Person, plugin: PluginId, number: int) -> Version:
        installs.require_place(self._pointer(person, plugin), person, self.installs.install(plugin, person.subject))
        candidate = self._candidate(plugin)
        if candidate is None or candidate.number != number:
            raise VersionNotFoundError(plugin, number)
        return candidate

    def _candidate(self, plugin: PluginId) -> Version | None:
        """Return the candidate once its documents are pinned."""
        newest = self.records.version(plugin, self.records.plugin(plugin).last_version)
        return newest if newest.is_candidate and newest.digest else None


def _part(version: Version, role: str) -> Part:
    for part in version.snapshot.parts if version.snapshot else ():
        if part.role == role:
            return part
    raise VersionNotFoundError(version.plugin_id, version.number)

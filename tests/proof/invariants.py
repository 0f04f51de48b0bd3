"""The invariants of the store, asked of what is stored and of what the public gets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.domain.access import PLACES
from shared.domain.documents import MANIFEST, SCHEMA
from shared.domain.identity import digest_of_bytes
from shared.domain.ports import PageRequest
from shared.domain.version import State
from shared.storage.installs import INSTALL_PREFIX, installs_partition
from tests.proof.composition import BASE_URL
from tests.proof.ledger import Ledger, PluginLedger, ViolationError
from tests.proof.world import Public, World

if TYPE_CHECKING:
    from shared.domain.documents import Part
    from shared.domain.plugin import Pointer
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Version

_PLACES_HELD = "SELECT count(*) FROM items WHERE pk = ? AND sk LIKE ? AND attributes ->> 'channel' = 'preview'"
_FOUND, _UNKNOWN, _GONE = 200, 404, 410
_ABSENT = frozenset({_UNKNOWN, _GONE})
_EVERYTHING = PageRequest(limit=100)


@dataclass(slots=True)
class Watch:
    """Looks at a world after each step. `seen` has, for each reviewer of a schedule, the digest that they looked at."""

    world: World
    ledger: Ledger = field(default_factory=Ledger)
    seen: Mapping[str, str] = field(default_factory=dict)

    def look(self) -> bool:
        """Check everything, if anything was written since. Returns whether it was. Raises ViolationError."""
        if not self.ledger.read(self.world.database):
            return False
        for plugin_id, told in self.ledger.plugins.items():
            self._check(plugin_id, told)
        if self.ledger.lost_updates:
            raise ViolationError("no lost update", "; ".join(self.ledger.lost_updates))
        return True

    def _check(self, plugin_id: str, told: PluginLedger) -> None:
        store = self.world.store
        versions = {version.number: version for version in store.versions(plugin_id, _EVERYTHING).records}
        pointer = store.pointer(plugin_id)
        self._check_records(told, versions, pointer)
        if store.plugin(plugin_id).last_version != len(versions):
            raise ViolationError("numbers are never reused", f"{sorted(versions)} are stored")
        _check_places(self.world, plugin_id)
        _check_public(self.world, told, pointer, versions)

    def _check_records(self, told: PluginLedger, versions: Mapping[int, Version], pointer: Pointer) -> None:
        states = {number: version.state for number, version in versions.items()}
        if bool(pointer.ban) != told.is_banned:
            raise ViolationError("ban wins", f"the last word was banned={told.is_banned}; recorded is {pointer.ban}")
        _check_live(told, versions, pointer)
        self._check_seen(told, versions)
        candidates = [number for number, version in versions.items() if version.is_candidate]
        if candidates not in ([], [max(versions)]):
            raise ViolationError("at most one candidate", f"{candidates} of {sorted(versions)}")
        if states != told.states:
            raise ViolationError("events replay to states", f"they tell {told.states}; recorded are {states}")

    def _check_seen(self, told: PluginLedger, versions: Mapping[int, Version]) -> None:
        for number, approval in told.approvals.items():
            digest = versions[number].digest
            if not digest == approval.digest == self.seen.get(approval.actor, digest):
                raise ViolationError("approved means seen", f"{approval} of version {number}, which is {digest}")
        for proposal in told.proposals:
            if proposal.digest != self.seen.get(proposal.actor, proposal.digest):
                raise ViolationError("approved means seen", f"{proposal}")


def _check_places(world: World, plugin_id: str) -> None:
    with world.database.reading() as connection:
        (held,) = connection.execute(_PLACES_HELD, (installs_partition(plugin_id), f"{INSTALL_PREFIX}%")).fetchone()
    taken = world.installs.places_taken(plugin_id)
    if held > PLACES or taken != held:
        raise ViolationError("never 101", f"{held} developers hold a place, and {taken} places are taken")


def _check_live(told: PluginLedger, versions: Mapping[int, Version], pointer: Pointer) -> None:
    live = [number for number, version in versions.items() if version.state is State.LIVE]
    if len(live) > 1:
        raise ViolationError("at most one live version", f"{live}")
    named = pointer.live.number if pointer.live else None
    if named != told.live:
        raise ViolationError("no gap", f"the events made {told.live} live; the pointer names {named}")
    if live != ([named] if named else []):
        raise ViolationError("live means approved", f"{live} say that they are live; the pointer names {named}")
    if named and pointer.live and not _is_approved(told, versions[named], pointer.live.digest):
        raise ViolationError("live means approved", f"version {named} was approved as {told.approvals.get(named)}")


def _is_approved(told: PluginLedger, version: Version, digest: str) -> bool:
    return version.number in told.approvals and told.approvals[version.number].digest == version.digest == digest


def _check_public(world: World, told: PluginLedger, pointer: Pointer, versions: Mapping[int, Version]) -> None:
    """Ask the public routes, with nothing remembered from before."""
    public = Public(world.ports)
    status, body = public(f"/plugins/{pointer.plugin_id}/.well-known/ai-plugin.json")
    if status in _ABSENT:
        _check_absence(told, status)
        return
    if status != _FOUND:
        raise ViolationError("no dangling pointer", f"the public was told {status} {body}")
    if told.is_banned or not told.live:
        raise ViolationError("ban wins" if told.is_banned else "live means approved", f"{pointer.plugin_id} is served")
    _check_served(public, world.ports.objects, versions[told.live], body)


def _check_absence(told: PluginLedger, status: int) -> None:
    if told.live and not told.is_banned:
        raise ViolationError("no gap", f"version {told.live} is live, and the public was told {status}")
    if status != (_GONE if told.is_banned and told.is_public else _UNKNOWN):
        raise ViolationError("ban wins", f"the public was told {status}")


def _check_served(public: Public, objects: ObjectStore, version: Version, served: str) -> None:
    """Follow the served manifest to its schema, and compare both with what was approved."""
    manifest, schema = (_part(version, role) for role in (MANIFEST, SCHEMA))
    told, pinned = json.loads(served), json.loads(objects.get(manifest.key))
    path = f"/plugins/{version.plugin_id}/versions/{version.number}/{schema.name}"
    if told != {**pinned, "api": {**pinned["api"], "url": BASE_URL + path}}:
        raise ViolationError("no mix", f"the manifest of version {version.number} is served as {told}")
    status, body = public(path)
    if status != _FOUND:
        raise ViolationError("no dangling pointer", f"{path} is {status} {body}")
    hashes = digest_of_bytes(objects.get(manifest.key)), digest_of_bytes(body.encode())
    if hashes != (manifest.digest, schema.served_digest):
        raise ViolationError("served bytes hash to what was approved", f"version {version.number}: {hashes}")


def _part(version: Version, role: str) -> Part:
    (found,) = (part for part in (version.snapshot.parts if version.snapshot else ()) if part.role == role)
    return found

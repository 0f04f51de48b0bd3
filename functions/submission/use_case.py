"""Registering plugins, submitting versions, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain import drifting, lifecycle
from shared.domain.access import require_owner
from shared.domain.commands import Command, carry_out
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.errors import PluginIdTakenError, PluginNotFoundError
from shared.domain.events import Occasion
from shared.domain.identity import PluginId, plugin_id, plugin_id_from_host
from shared.domain.limits import Limits, quota_of, require_place
from shared.domain.plugin import OnDrift, Plugin
from shared.domain.ports import Clock, Entropy, ObjectStore, Records, SnapshotQueue
from shared.domain.transition import Outcome, Transition
from shared.domain.version import Dynamic, State
from shared.envelope.storing import lay_down
from shared.fetching.urls import parse_publisher_url

if TYPE_CHECKING:
    from shared.envelope.document import Envelope

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Submission:
    """The publisher's writes.

    The snapshot is asked for before the version is committed. A crash in between leaves a request that finds no version
    and is dropped; the other order would leave a version that nobody ever fetches. An envelope is stored as an object
    before both, where the snapshot will look for it: a crash leaves an orphan.
    """

    records: Records
    objects: ObjectStore
    queue: SnapshotQueue
    clock: Clock
    entropy: Entropy
    limits: Limits

    def register(
        self, command: Command, *, manifest_url: str, wished_id: str | None, envelope: Envelope | None = None
    ) -> Outcome:
        """Register a plugin and submit its first version; `envelope` says what may vary in its schema.

        Raises PluginIdTakenError, InvalidValueError, RateLimitedError.
        """
        url = parse_publisher_url(manifest_url, field="manifest_url")
        chosen = plugin_id(wished_id) if wished_id else plugin_id_from_host(url.host)
        occasion = self._occasion(command)
        plugin = Plugin(chosen, command.caller, AI_PLUGIN_V1, str(url), occasion.at)

        def decide() -> tuple[Transition, Outcome]:
            self._require_place(command)
            if envelope:
                self._require_free(chosen)
            dynamic = self._laid_down(chosen, 1, envelope)
            return self._asked(lifecycle.register(plugin, occasion, dynamic=dynamic), occasion)

        return carry_out(self.records, command, occasion.at, decide)

    def submit(
        self, command: Command, plugin: PluginId, *, manifest_url: str | None, envelope: Envelope | None = None
    ) -> Outcome:
        """Submit an upgrade, from the last manifest URL unless another one is given.

        `envelope` says what may vary in its schema; without one nothing may, whatever the version before said.
        Raises PluginNotFoundError for anybody but the owner, PluginBannedError, InvalidValueError, RateLimitedError.
        """
        moved_to = str(parse_publisher_url(manifest_url, field="manifest_url")) if manifest_url else None
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            known = self.records.plugin(plugin)
            require_owner(known, command.caller)
            newest = self.records.version(plugin, known.last_version)
            pointer, url = self.records.pointer(plugin), moved_to or known.manifest_url
            dynamic = self._laid_down(plugin, known.last_version + 1, envelope)
            transition = lifecycle.submit_upgrade(
                known, newest, pointer, manifest_url=url, occasion=occasion, dynamic=dynamic
            )
            if not newest.is_candidate:  # otherwise it takes the place of one that is open already
                self._require_place(command)
            return self._asked(transition, occasion)

        return carry_out(self.records, command, occasion.at, decide)

    def withdraw(self, command: Command, plugin: PluginId, number: int, *, reason: str) -> Outcome:
        """Take a candidate back. What is live stays live.

        Raises PluginNotFoundError for anybody but the owner, VersionNotFoundError, IllegalMoveError.
        """
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            require_owner(self.records.plugin(plugin), command.caller)
            version = self.records.version(plugin, number)
            transition = lifecycle.withdraw(version, reason=reason, occasion=occasion)
            return transition, Outcome(plugin, number, transition.versions[0].state)

        return carry_out(self.records, command, occasion.at, decide)

    def _laid_down(self, plugin: PluginId, number: int, envelope: Envelope | None) -> Dynamic | None:
        return lay_down(self.objects, plugin, number, envelope) if envelope else None

    def _require_free(self, plugin: PluginId) -> None:
        """Raise PluginIdTakenError before anything is stored among the objects of another publisher's plugin."""
        try:
            self.records.plugin(plugin)
        except PluginNotFoundError:
            return
        raise PluginIdTakenError(plugin)

    def wish_on_drift(self, command: Command, plugin: PluginId, on_drift: OnDrift) -> OnDrift:
        """Set what is to happen when the documents at their origin change; setting it to what it is changes nothing.

        Raises PluginNotFoundError for anybody but the owner.
        """
        occasion = self._occasion(command)

        def decide() -> tuple[Transition | None, Outcome]:
            known = self.records.plugin(plugin)
            require_owner(known, command.caller)
            transition = None if known.on_drift is on_drift else drifting.wished(known, on_drift, occasion)
            return transition, Outcome(plugin)

        # It is idempotent by nature: a key would have nothing to add.
        carry_out(self.records, replace(command, key=""), occasion.at, decide)
        return on_drift

    def _require_place(self, command: Command) -> None:
        most = self.limits.open_candidates
        require_place(self.limits, self.records.open_candidates(command.caller, up_to=most) if most else 0)

    def _asked(self, transition: Transition, occasion: Occasion) -> tuple[Transition, Outcome]:
        quota = quota_of(self.limits, occasion.actor, occasion.at)
        # The transaction counts; looking first keeps requests for versions that will not be written out of the queue.
        if quota and self.records.used(quota) >= quota.at_most:
            raise quota.exceeded()
        version = transition.versions[0]
        self.queue.ask(version.plugin_id, version.number)
        return replace(transition, quota=quota), Outcome(version.plugin_id, version.number, State.SUBMITTED)

    def _occasion(self, command: Command) -> Occasion:
        return Occasion(command.caller, self.clock(), self.entropy(_ENTROPY_BYTES))

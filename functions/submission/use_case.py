"""Registering plugins, submitting versions, and taking them back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from shared.domain import lifecycle
from shared.domain.access import require_owner
from shared.domain.commands import Command, carry_out
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.events import Occasion
from shared.domain.identity import PluginId, plugin_id, plugin_id_from_host
from shared.domain.limits import Limits, quota_of, require_place
from shared.domain.plugin import Plugin
from shared.domain.ports import Clock, Entropy, Records, SnapshotQueue
from shared.domain.transition import Outcome, Transition
from shared.domain.version import State
from shared.fetching.urls import parse_publisher_url

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Submission:
    """The publisher's writes.

    The snapshot is asked for before the version is committed. A crash in between leaves a request that finds no version
    and is dropped; the other order would leave a version that nobody ever fetches.
    """

    records: Records
    queue: SnapshotQueue
    clock: Clock
    entropy: Entropy
    limits: Limits

    def register(self, command: Command, *, manifest_url: str, wished_id: str | None) -> Outcome:
        """Register a plugin and submit its first version.

        Raises PluginIdTakenError, InvalidValueError, RateLimitedError.
        """
        url = parse_publisher_url(manifest_url, field="manifest_url")
        chosen = plugin_id(wished_id) if wished_id else plugin_id_from_host(url.host)
        occasion = self._occasion(command)
        plugin = Plugin(chosen, command.caller, AI_PLUGIN_V1, str(url), occasion.at)

        def decide() -> tuple[Transition, Outcome]:
            self._require_place(command)
            return self._asked(lifecycle.register(plugin, occasion), occasion)

        return carry_out(self.records, command, occasion.at, decide)

    def submit(self, command: Command, plugin: PluginId, *, manifest_url: str | None) -> Outcome:
        """Submit an upgrade, from the last manifest URL unless another one is given.

        Raises PluginNotFoundError for anybody but the owner, PluginBannedError, InvalidValueError, RateLimitedError.
        """
        moved_to = str(parse_publisher_url(manifest_url, field="manifest_url")) if manifest_url else None
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            known = self.records.plugin(plugin)
            require_owner(known, command.caller)
            newest = self.records.version(plugin, known.last_version)
            pointer, url = self.records.pointer(plugin), moved_to or known.manifest_url
            transition = lifecycle.submit_upgrade(known, newest, pointer, manifest_url=url, occasion=occasion)
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

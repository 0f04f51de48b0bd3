"""Registering plugins and submitting versions."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain import lifecycle
from shared.domain.access import require_owner
from shared.domain.commands import Command, carry_out
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.events import Occasion
from shared.domain.identity import PluginId, plugin_id, plugin_id_from_host
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

    def register(self, command: Command, *, manifest_url: str, wished_id: str | None) -> Outcome:
        """Register a plugin and submit its first version. Raises PluginIdTakenError, InvalidValueError."""
        url = parse_publisher_url(manifest_url, field="manifest_url")
        chosen = plugin_id(wished_id) if wished_id else plugin_id_from_host(url.host)
        occasion = self._occasion(command)
        plugin = Plugin(chosen, command.caller, AI_PLUGIN_V1, str(url), occasion.at)

        def decide() -> tuple[Transition, Outcome]:
            return self._asked(lifecycle.register(plugin, occasion))

        return carry_out(self.records, command, occasion.at, decide)

    def submit(self, command: Command, plugin: PluginId, *, manifest_url: str | None) -> Outcome:
        """Submit an upgrade, from the last manifest URL unless another one is given.

        Raises PluginNotFoundError for anybody but the owner, PluginBannedError, InvalidValueError.
        """
        moved_to = str(parse_publisher_url(manifest_url, field="manifest_url")) if manifest_url else None
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            known = self.records.plugin(plugin)
            require_owner(known, command.caller)
            transition = lifecycle.submit_upgrade(
                known,
                self.records.version(plugin, known.last_version),
                self.records.pointer(plugin),
                manifest_url=moved_to or known.manifest_url,
                occasion=occasion,
            )
            return self._asked(transition)

        return carry_out(self.records, command, occasion.at, decide)

    def _asked(self, transition: Transition) -> tuple[Transition, Outcome]:
        version = transition.versions[0]
        self.queue.ask(version.plugin_id, version.number)
        return transition, Outcome(version.plugin_id, version.number, State.SUBMITTED)

    def _occasion(self, command: Command) -> Occasion:
        return Occasion(command.caller, self.clock(), self.entropy(_ENTROPY_BYTES))

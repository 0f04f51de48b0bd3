"""Deciding about versions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain import lifecycle
from shared.domain.commands import Command, carry_out
from shared.domain.events import Occasion
from shared.domain.lifecycle import Standing
from shared.domain.ports import Clock, Entropy, Records
from shared.domain.transition import Outcome, Transition
from shared.domain.version import Release

if TYPE_CHECKING:
    from shared.domain.identity import Digest, PluginId
    from shared.domain.ports import Page, PageRequest
    from shared.domain.version import Reason, Version

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Review:
    """The reviewer's reads and writes."""

    records: Records
    clock: Clock
    entropy: Entropy

    def queue(self, page: PageRequest) -> Page[Version]:
        """Return the versions in review, the longest waiting first."""
        return self.records.queue(page)

    def approve(self, command: Command, plugin: PluginId, number: int, *, digest: Digest, note: str) -> Outcome:
        """Approve exactly what `digest` names, and make it live in the same write.

        Raises DigestMismatchError, IllegalMoveError, PluginBannedError, VersionNotFoundError.
        """
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            version = self.records.version(plugin, number)
            transition = lifecycle.approve(
                version, self._standing(plugin), digest=digest, note=note, release=Release(), occasion=occasion
            )
            return transition, _outcome(transition)

        return carry_out(self.records, command, occasion.at, decide)

    def reject(
        self, command: Command, plugin: PluginId, number: int, *, digest: Digest, reasons: tuple[Reason, ...], note: str
    ) -> Outcome:
        """Reject exactly what `digest` names. Raises DigestMismatchError, IllegalMoveError, VersionNotFoundError."""
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            version = self.records.version(plugin, number)
            transition = lifecycle.reject(version, digest=digest, reasons=reasons, note=note, occasion=occasion)
            return transition, _outcome(transition)

        return carry_out(self.records, command, occasion.at, decide)

    def _standing(self, plugin: PluginId) -> Standing:
        pointer = self.records.pointer(plugin)
        return Standing(pointer, self.records.version(plugin, pointer.live.number) if pointer.live else None)

    def _occasion(self, command: Command) -> Occasion:
        return Occasion(command.caller, self.clock(), self.entropy(_ENTROPY_BYTES))


def _outcome(transition: Transition) -> Outcome:
    version = transition.versions[0]
    return Outcome(version.plugin_id, version.number, version.state)

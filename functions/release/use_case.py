"""Releasing what is due, if that is still possible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain import lifecycle
from shared.domain.commands import Command, carry_out
from shared.domain.errors import StandfastError, VersionNotFoundError
from shared.domain.events import Occasion
from shared.domain.identity import PluginId, Subject, digest_of_bytes
from shared.domain.lifecycle import Standing
from shared.domain.ports import Clock, Entropy, Records
from shared.domain.transition import Outcome, Transition
from shared.domain.version import State

if TYPE_CHECKING:
    from datetime import datetime

CLOCK = Subject("standfast:clock")
_ENTROPY_BYTES = 8
_ORPHAN_AFTER = timedelta(seconds=30)
"""Well above the longest time that an approval can take between asking for its release and committing."""


class ApprovalNotYetCommittedError(StandfastError):
    """The moment came before the approval that set it: the message must be delivered again."""


@dataclass(frozen=True, slots=True)
class ScheduledReleases:
    """The clock's use case. It re-checks everything: a ban, a withdrawal or a newer version may have come meanwhile."""

    records: Records
    clock: Clock
    entropy: Entropy

    def release(self, plugin_id: str, number: int, *, moment: datetime) -> None:
        """Release a version at its moment, or note in the audit why not. Does nothing the second time.

        Raises ApprovalNotYetCommittedError while the moment is a few seconds ago, UnavailableError: both mean to try
        again.
        """
        occasion = Occasion(CLOCK, self.clock(), self.entropy(_ENTROPY_BYTES))

        def decide() -> tuple[Transition | None, Outcome]:
            return self._due(PluginId(plugin_id), number, moment, occasion)

        command = Command(CLOCK, digest_of_bytes(f"{plugin_id} {number} {moment}".encode()))
        try:
            carry_out(self.records, command, occasion.at, decide)
        except VersionNotFoundError:
            return  # nobody can ask for the release of what never was; a message that says so is nobody's loss

    def _due(
        self, plugin: PluginId, number: int, moment: datetime, occasion: Occasion
    ) -> tuple[Transition | None, Outcome]:
        version = self.records.version(plugin, number)
        if version.state is State.IN_REVIEW and occasion.at - moment <= _ORPHAN_AFTER:
            message = f"Version {number} of {plugin!r} is not approved yet."
            raise ApprovalNotYetCommittedError(message)
        pointer = self.records.pointer(plugin)
        live = self.records.version(plugin, pointer.live.number) if pointer.live else None
        transition = lifecycle.release_at_its_moment(version, Standing(pointer, live), moment, occasion)
        state = transition.versions[0].state if transition else version.state
        return transition, Outcome(plugin, number, state)

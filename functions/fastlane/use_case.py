"""Letting an upgrade through without a reviewer, if the policy says so and no person has to decide.

The candidate is looked at as it is now, against what is live now: at least once, and any number of times. Whoever
decides first has decided; the policy then finds nothing to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.domain import lifecycle
from shared.domain.commands import Command, carry_out
from shared.domain.confirmations import FourEyes, why_people
from shared.domain.errors import StandfastError, VersionNotFoundError
from shared.domain.events import Occasion
from shared.domain.identity import PluginId, digest_of_bytes
from shared.domain.lifecycle import Standing
from shared.domain.ports import Clock, Entropy, ObjectStore, Records
from shared.domain.transition import Outcome
from shared.domain.version import State
from shared.envelope.pinned import candidate_verdict
from shared.policies.evaluating import evaluate
from shared.policies.policy import Case, Policy
from shared.reporting.comparing import Against, Comparing
from shared.storage.reports import read_report

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.transition import Transition
    from shared.domain.version import Version
    from shared.policies.evaluating import Trace

_ENTROPY_BYTES = 8
_ORPHAN_AFTER = timedelta(minutes=2)
"""Well above the longest time that a snapshot can take between asking and committing."""


class SnapshotNotYetCommittedError(StandfastError):
    """The request came before its version was in review: it must be delivered again."""


@dataclass(frozen=True, slots=True)
class FastLane:
    """The policy's use case. Without a policy, everything is for people."""

    records: Records
    objects: ObjectStore
    clock: Clock
    entropy: Entropy
    policy: Policy | None
    four_eyes: FourEyes

    def consider(self, plugin_id: str, number: int, *, asked_at: datetime) -> None:
        """Approve a version that the policy lets through. Does nothing for one that has moved on.

        Raises SnapshotNotYetCommittedError while the request is young, StaleStateError, IntegrityError,
        UnavailableError: all mean to try again.
        """
        if self.policy is None:
            return
        policy = self.policy
        occasion = Occasion(policy.subject, self.clock(), self.entropy(_ENTROPY_BYTES))

        def decide() -> tuple[Transition | None, Outcome]:
            version = self.records.version(plugin_id, number)
            if version.state is State.SUBMITTED and occasion.at - asked_at <= _ORPHAN_AFTER:
                message = f"Version {number} of {plugin_id!r} is not in review yet."
                raise SnapshotNotYetCommittedError(message)
            return self._decided(policy, version, occasion), Outcome(PluginId(plugin_id), number, version.state)

        command = Command(policy.subject, digest_of_bytes(f"{plugin_id} {number}".encode()))
        try:
            carry_out(self.records, command, occasion.at, decide)
        except VersionNotFoundError:
            return  # nobody can ask about what never was; a message that says so is nobody's loss

    def _decided(self, policy: Policy, version: Version, occasion: Occasion) -> Transition | None:
        """Return the approval of a version that may go without a reviewer, None for any other."""
        standing = self._standing(version.plugin_id)
        is_for_people = why_people(version, standing.live, occasion.at, self.four_eyes)
        if version.state is not State.IN_REVIEW or standing.pointer.ban or is_for_people:
            return None
        trace = self._asked(policy, version, standing.live)
        if trace is None or trace.rule is None or version.digest is None:
            return None
        return lifecycle.approve_by_policy(
            version, standing, digest=version.digest, trace=trace.detail(), occasion=occasion, policy=self.four_eyes
        )

    def _asked(self, policy: Policy, version: Version, live: Version | None) -> Trace | None:
        """Ask the policy; None where there is nothing to ask it about."""
        if live is None or live.snapshot is None or version.snapshot is None:
            return None
        compared = Comparing(version, self.objects).against(Against.LIVE, live).compared
        if compared is None:
            return None
        case = Case(
            changes=compared.changes,
            findings=read_report(self.objects, version.snapshot.report_key).findings,
            is_same_content=version.snapshot.content_digest == live.snapshot.content_digest,
            outside_envelope=lambda: self._outside_envelope(live, version),
        )
        return evaluate(policy, case)

    def _outside_envelope(self, live: Version, version: Version) -> str:
        verdict = candidate_verdict(self.objects, live, version)
        reasons = dict.fromkeys(reason.code for reason in verdict.reasons)
        return "" if verdict.contained else f"outside the envelope: {', '.join(reasons)}"

    def _standing(self, plugin: PluginId) -> Standing:
        pointer = self.records.pointer(plugin)
        return Standing(pointer, self.records.version(plugin, pointer.live.number) if pointer.live else None)

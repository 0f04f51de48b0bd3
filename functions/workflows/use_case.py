"""Trusting workflows, and what a trusted one may do: submit an upgrade, and see what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from shared.domain import lifecycle, trusting
from shared.domain.access import require_owner
from shared.domain.commands import Command, carry_out
from shared.domain.events import Occasion
from shared.domain.limits import Limits, quota_of, require_place
from shared.domain.ports import Clock, Entropy, KeySets, ObjectStore, Publishers, Records, SnapshotQueue
from shared.domain.publishers import TrustedPublisher, TrustedPublishers, WorkflowRun, pinned, require_trusted
from shared.domain.report import Report
from shared.domain.transition import Outcome, Transition
from shared.domain.version import State, Version
from shared.edge.workflow_tokens import read_token
from shared.envelope.pinned import carry_over
from shared.fetching.urls import parse_publisher_url
from shared.storage.reports import read_report

if TYPE_CHECKING:
    from shared.domain.identity import Digest, PluginId
    from shared.domain.plugin import Plugin

_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Bearer:
    """What a workflow sent: its token, and the store that it thinks it talks to."""

    authorization: str
    audience: str


@dataclass(frozen=True, slots=True)
class Workflows:
    """Trusted publishing.

    A token's own id is its idempotency key: it submits once, and whoever repeats it is told what came of it.
    """

    records: Records
    objects: ObjectStore
    publishers: Publishers
    queue: SnapshotQueue
    key_sets: KeySets
    clock: Clock
    entropy: Entropy
    limits: Limits

    def trusted(self, command: Command, plugin: PluginId) -> TrustedPublishers:
        """Return what a plugin trusts. Raises PluginNotFoundError for anybody but the owner."""
        require_owner(self.records.plugin(plugin), command.caller)
        return self.publishers.trusted(plugin)

    def trust(self, command: Command, plugin: PluginId, publisher: TrustedPublisher) -> TrustedPublisher:
        """Let a workflow submit, or change which. Raises PluginNotFoundError, TooManyPublishersError."""
        occasion = self._occasion(command)
        wanted = replace(publisher, added_at=occasion.at)

        def decide() -> tuple[Transition, Outcome]:
            return trusting.trust(self.trusted(command, plugin), wanted, occasion), Outcome(plugin)

        carry_out(self.records, command, occasion.at, decide)
        return wanted

    def distrust(self, command: Command, plugin: PluginId, name: str) -> None:
        """Let a workflow submit no more. Raises PluginNotFoundError, PublisherNotFoundError."""
        occasion = self._occasion(command)

        def decide() -> tuple[Transition, Outcome]:
            return trusting.distrust(self.trusted(command, plugin), name, occasion), Outcome(plugin)

        carry_out(self.records, command, occasion.at, decide)

    def submit(self, bearer: Bearer, request: Digest, plugin: PluginId, *, manifest_url: str | None) -> Outcome:
        """Submit an upgrade as a workflow that the plugin trusts.

        Raises WorkflowTokenRefusedError, UntrustedWorkflowError, PluginNotFoundError, PluginBannedError,
        InvalidValueError, RateLimitedError, and IdempotencyMismatchError where the token submitted something else.
        """
        run = self._run(bearer)
        moved_to = str(parse_publisher_url(manifest_url, field="manifest_url")) if manifest_url else None
        occasion = Occasion(run.subject, self.clock(), self.entropy(_ENTROPY_BYTES))

        def decide() -> tuple[Transition, Outcome]:
            known = self.records.plugin(plugin)
            return self._asked(self._upgrade(known, run, moved_to or known.manifest_url, occasion))

        return carry_out(self.records, Command(run.subject, request, run.token_id), occasion.at, decide)

    def look(self, bearer: Bearer, plugin: PluginId, number: int) -> tuple[Version, Report]:
        """Return a version and its report, to a workflow that the plugin trusts. Looking does not use the token up.

        Raises WorkflowTokenRefusedError, UntrustedWorkflowError, VersionNotFoundError.
        """
        require_trusted(self.publishers.trusted(plugin), self._run(bearer))
        version = self.records.version(plugin, number)
        snapshot = version.snapshot
        return version, read_report(self.objects, snapshot.report_key) if snapshot else Report(profile="")

    def _run(self, bearer: Bearer) -> WorkflowRun:
        return read_token(bearer.authorization, audience=bearer.audience, keys=self.key_sets, now=self.clock())

    def _upgrade(self, known: Plugin, run: WorkflowRun, manifest_url: str, occasion: Occasion) -> Transition:
        trusted = self.publishers.trusted(known.plugin_id)
        publisher = require_trusted(trusted, run)
        newest = self.records.version(known.plugin_id, known.last_version)
        if not newest.is_candidate:  # otherwise it takes the place of one that is open already
            self._require_place(known)
        transition = lifecycle.submit_upgrade(
            known,
            newest,
            self.records.pointer(known.plugin_id),
            manifest_url=manifest_url,
            occasion=occasion,
            # What may vary stays what it was: a workflow sends documents, and no envelope.
            dynamic=carry_over(self.objects, newest, known.last_version + 1),
            detail=run.detail(publisher),
        )
        quota = quota_of(self.limits, known.owner, occasion.at)
        return replace(transition, quota=quota, trusted=pinned(trusted, publisher, run))

    def _require_place(self, known: Plugin) -> None:
        most = self.limits.open_candidates
        require_place(self.limits, self.records.open_candidates(known.owner, up_to=most) if most else 0)

    def _asked(self, transition: Transition) -> tuple[Transition, Outcome]:
        """Ask for the snapshot before the commit: a request for a version that never came is dropped."""
        quota = transition.quota
        if quota and self.records.used(quota) >= quota.at_most:
            raise quota.exceeded()
        version = transition.versions[0]
        self.queue.ask(version.plugin_id, version.number)
        return transition, Outcome(version.plugin_id, version.number, State.SUBMITTED)

    def _occasion(self, command: Command) -> Occasion:
        return Occasion(command.caller, self.clock(), self.entropy(_ENTROPY_BYTES))

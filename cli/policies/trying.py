"""What a policy would have done: every upgrade of a history, against what was live before it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cli.policies.history import Edition, editions, judged
from shared.diff.versions import compare
from shared.policies.evaluating import Trace, evaluate
from shared.policies.policy import Case, Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from cli.policies.history import Judged

_NO_ENVELOPE = "no version of a history has an envelope"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What would have become of one version: `trace` is None for a first one, which no policy is asked about."""

    edition: Edition
    trace: Trace | None

    @property
    def rule(self) -> str:
        """The name of the rule that lets it through, "" where it is for people."""
        rule = self.trace.rule if self.trace else None
        return rule.name if rule else ""


@dataclass(frozen=True, slots=True)
class BackTest:
    """A policy, and what it would have done. `refused` counts the versions that nobody could have approved."""

    policy: Policy
    outcomes: tuple[Outcome, ...]
    refused: int

    @property
    def first_versions(self) -> int:
        """How many plugins there were."""
        return sum(outcome.trace is None for outcome in self.outcomes)

    @property
    def upgrades(self) -> tuple[Outcome, ...]:
        """The versions that the policy was asked about."""
        return tuple(outcome for outcome in self.outcomes if outcome.trace)

    @property
    def approved(self) -> tuple[Outcome, ...]:
        """The upgrades that would have gone without a reviewer."""
        return tuple(outcome for outcome in self.upgrades if outcome.rule)

    @property
    def for_people(self) -> tuple[Outcome, ...]:
        """The upgrades that people would have decided."""
        return tuple(outcome for outcome in self.upgrades if not outcome.rule)

    @property
    def approved_by_rule(self) -> Mapping[str, int]:
        """How many upgrades each rule would have let through, in the order of the rules."""
        counts = Counter(outcome.rule for outcome in self.approved)
        return {rule.name: counts[rule.name] for rule in self.policy.rules}


def tried(policy: Policy, history: Path) -> BackTest:
    """Ask a policy about every upgrade of a history. Raises HistoryError.

    Each version that the store would have accepted is live afterwards, whoever would have approved it.
    """
    live: dict[str, Judged] = {}
    outcomes: list[Outcome] = []
    refused = 0
    for version in _accepted_or_not(history):
        edition = version.edition
        if version.documents is None:
            refused += 1
            continue
        before = live.get(edition.host)
        outcomes.append(Outcome(edition, evaluate(policy, _case(before, version)) if before else None))
        live[edition.host] = version
    return BackTest(policy, tuple(outcomes), refused)


def _accepted_or_not(history: Path) -> Iterator[Judged]:
    return (judged(edition) for edition in editions(history))


def _case(before: Judged, version: Judged) -> Case:
    changes = compare(before.documents, version.documents) if before.documents and version.documents else ()
    return Case(
        changes=changes,
        findings=version.findings,
        is_same_content=before.content_digest == version.content_digest,
        outside_envelope=lambda: _NO_ENVELOPE,
    )

"""Asking a policy about a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.findings import Severity
from shared.policies.kinds import KINDS
from shared.policies.policy import Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.policies.policy import Case

_LONGEST = 300
"""Characters of what one rule says: an event holds what all of them say."""
_MOST_CODES = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one rule says: `hindrance` is why not, "" where it lets the case through."""

    rule: Rule
    hindrance: str

    @property
    def passes(self) -> bool:
        """Whether the rule lets the case through."""
        return not self.hindrance


@dataclass(frozen=True, slots=True)
class Trace:
    """What every rule of a policy says of one case. The first one that lets it through counts."""

    policy: Policy
    verdicts: tuple[Verdict, ...]

    @property
    def rule(self) -> Rule | None:
        """The rule that lets the case through; None where it is for people."""
        return next((verdict.rule for verdict in self.verdicts if verdict.passes), None)

    def detail(self) -> Mapping[str, str]:
        """Return the trace as an event holds it."""
        told = {
            f"rule.{place}.{verdict.rule.name}": "yes" if verdict.passes else f"no: {verdict.hindrance[:_LONGEST]}"
            for place, verdict in enumerate(self.verdicts, 1)
        }
        named = {"rule": self.rule.name} if self.rule else {}
        return {"policy": self.policy.name, "policy_digest": self.policy.digest, **named, **told}


def evaluate(policy: Policy, case: Case) -> Trace:
    """Ask every rule, also those after the first one that lets the case through: the trace is for people."""
    return Trace(policy, tuple(Verdict(rule, _hindrance(rule, case)) for rule in policy.rules))


def _hindrance(rule: Rule, case: Case) -> str:
    return _untolerated(rule, case) or KINDS[rule.allow].check(rule, case)


def _untolerated(rule: Rule, case: Case) -> str:
    """Name the errors and warnings that the rule does not tolerate."""
    codes = {finding.code for finding in case.findings if finding.severity is not Severity.NOTICE} - rule.tolerates
    if not codes:
        return ""
    named = sorted(codes)
    return f"findings: {', '.join(named[:_MOST_CODES])}{' and others' if len(named) > _MOST_CODES else ''}"

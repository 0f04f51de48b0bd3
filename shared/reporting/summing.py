"""How much a version asks of a reviewer: what changed since the live version, and what was found."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.diff.changes import Risk
from shared.domain.findings import Severity
from shared.reporting.comparing import Against

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.findings import Finding
    from shared.domain.version import Version
    from shared.reporting.comparing import Comparison

_WEIGHTS = {Severity.ERROR: Risk.HIGH, Severity.WARNING: Risk.MEDIUM, Severity.NOTICE: Risk.NONE}
_MOST_CODES = 5
_NOTHING_LIVE = "Nothing is live to compare it with: all of it is new."


@dataclass(frozen=True, slots=True)
class Summary:
    """The risk of a version and the sentences that say why, the gravest first. None where it cannot be told."""

    risk: Risk | None
    reasons: tuple[str, ...]


def summarise(
    version: Version, live: Version | None, comparisons: Sequence[Comparison], findings: Sequence[Finding]
) -> Summary:
    """Sum up what is known of a version. Without a comparison there is no risk to tell, whatever was found."""
    found = _found(findings)
    if version.snapshot is None:
        return Summary(None, (f"Version {version.number} has not been fetched yet.",))
    if live and live.number == version.number:
        return Summary(None, ("This version is live.", *found))
    comparison = next((each for each in comparisons if each.against is Against.LIVE), None)
    if comparison is None:
        return Summary(None, (_NOTHING_LIVE, *found))
    if comparison.compared is None:
        return Summary(None, (comparison.problem, *found))
    assessment = comparison.compared.assessment
    weights = (_WEIGHTS[finding.severity] for finding in findings)
    risk = max((assessment.risk, *weights), key=lambda each: each.rank)
    return Summary(risk, (*assessment.reasons, *found))


def _found(findings: Sequence[Finding]) -> tuple[str, ...]:
    """Say in a sentence for each severity what was found."""
    return tuple(
        _sentence(severity, [finding.code for finding in findings if finding.severity is severity])
        for severity in Severity
        if any(finding.severity is severity for finding in findings)
    )


def _sentence(severity: Severity, codes: list[str]) -> str:
    kinds = [code for code, _ in Counter(codes).most_common()]
    named = ", ".join(kinds[:_MOST_CODES]) + (" and others" if len(kinds) > _MOST_CODES else "")
    return f"{len(codes)} {severity}{'' if len(codes) == 1 else 's'} among the findings: {named}."

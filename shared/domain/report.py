"""What the snapshot worker saw and found, kept whole beside the version."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.findings import Finding
from shared.domain.ports import Hop


@dataclass(frozen=True, slots=True)
class Evidence:
    """How one document was come by, or why it was not: `failure` is a finding code, "" where it came."""

    role: str
    url: str
    hops: tuple[Hop, ...]
    failure: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Findings and fetch evidence of one version, under the rules of one profile.

    `varies` says in sentences what may vary in its schema; none where nothing does.
    """

    profile: str
    findings: tuple[Finding, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    varies: tuple[str, ...] = ()

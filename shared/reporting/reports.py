"""The report on a version: what was found in it, how it was come by, and what it changes."""

from __future__ import annotations

from dataclasses import dataclass

from shared.domain.differences import Differences
from shared.domain.probing import Probes
from shared.domain.report import Report
from shared.domain.version import Version
from shared.reporting.comparing import Comparison
from shared.reporting.summing import Summary


@dataclass(frozen=True, slots=True)
class VersionReport:
    """A version and all that a reviewer decides it on.

    `live` is what is live now; `seen` the newest earlier version that the reader saw as a reviewer, if there is one.
    `differences` are those in whom users talk to. `probes` tells which servers answered, once they were asked.
    """

    version: Version
    report: Report
    summary: Summary
    live: Version | None
    seen: Version | None
    comparisons: tuple[Comparison, ...]
    differences: Differences
    probes: Probes | None = None

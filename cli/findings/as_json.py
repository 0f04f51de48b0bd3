"""Findings as JSON. ASCII alone: no terminal takes it for anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from cli.sources import Checked
    from shared.domain.findings import Finding


def write(checked: Checked, out: TextIO) -> None:
    """Write one JSON object."""
    value = {
        "accepted": checked.is_accepted,
        "profile": checked.profile,
        "digest": checked.digest,
        "findings": [_finding(finding) for finding in checked.findings],
    }
    json.dump(value, out, indent=2)
    out.write("\n")


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "document": finding.document,
        "pointer": finding.pointer,
        "line": finding.line,
        "column": finding.column,
        "message": finding.message,
        "fix": finding.fix,
    }

"""Findings as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.json_text import write_json

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
    write_json(value, out)


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

"""The last line of a check for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shared.domain.findings import Severity

if TYPE_CHECKING:
    from cli.sources import Checked


def closing_line(checked: Checked) -> str:
    """Say what came of it: "Refused: 1 error, 2 warnings (profile enforced@1)."."""
    count = Counter(finding.severity for finding in checked.findings)
    found = [
        f"{count[severity]} {severity}{'' if count[severity] == 1 else 's'}" for severity in Severity if count[severity]
    ]
    word = "Accepted" if checked.is_accepted else "Refused"
    return f"{word}: {', '.join(found) or 'no findings'} (profile {checked.profile})."

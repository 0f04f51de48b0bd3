"""Changes as JSON. ASCII alone: no terminal takes it for anything else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from cli.comparing import Compared
    from shared.diff.changes import Change


def write(compared: Compared, out: TextIO) -> None:
    """Write one JSON object."""
    value = {"risk": compared.assessment.risk, "changes": [_change(change) for change in compared.changes]}
    json.dump(value, out, indent=2)
    out.write("\n")


def _change(change: Change) -> dict[str, object]:
    return {
        "code": change.code,
        "lane": change.lane,
        "severity": change.severity,
        "old_pointer": change.old_pointer,
        "new_pointer": change.new_pointer,
        "before": change.before,
        "after": change.after,
        "message": change.message,
    }

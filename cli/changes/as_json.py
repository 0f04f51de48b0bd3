"""Changes as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.json_text import write_json

if TYPE_CHECKING:
    from typing import TextIO

    from shared.diff.changes import Change
    from shared.reporting.comparing import Compared


def write(compared: Compared, out: TextIO) -> None:
    """Write one JSON object."""
    value = {"risk": compared.assessment.risk, "changes": [_change(change) for change in compared.changes]}
    write_json(value, out)


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

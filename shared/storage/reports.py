"""Reports as objects."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.domain.report import Report
from shared.storage.codec import decode, encode

if TYPE_CHECKING:
    from shared.domain.ports import ObjectStore

REPORT_NAME = "report.json"


def write_report(report: Report) -> bytes:
    """Return a report's object."""
    return json.dumps(encode(report), ensure_ascii=False, separators=(",", ":")).encode()


def read_report(objects: ObjectStore, key: str) -> Report:
    """Read a report. Raises IntegrityError, UnavailableError."""
    return decode(Report, json.loads(objects.get(key)))

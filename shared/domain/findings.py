"""What is wrong with a document, where, and how to mend it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error makes a version `invalid`; a warning is for the reviewer; a notice is for whoever cares."""

    ERROR = "error"
    WARNING = "warning"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement about one place in one document.

    `document` is the part's role (`manifest`, `schema`, `logo`); `pointer` an RFC 6901 JSON pointer ("" is the whole
    document); `line` and `column` count from 1, None where the place has no text, as with a failed fetch.
    """

    code: str
    severity: Severity
    document: str
    message: str
    fix: str
    pointer: str = ""
    line: int | None = None
    column: int | None = None


def is_acceptable(findings: tuple[Finding, ...]) -> bool:
    """Tell whether a version with these findings may be reviewed."""
    return not any(finding.severity is Severity.ERROR for finding in findings)

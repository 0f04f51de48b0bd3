"""What a rule says of a place, and how remarks become findings: weighed by a profile, placed in the text, bounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.catalogue import CATALOGUE
from shared.contracts.parsing import Parsed
from shared.domain.findings import Finding, Severity

if TYPE_CHECKING:
    from shared.contracts.parsing import ParseError
    from shared.contracts.policy import Profile

MAX_FINDINGS = 200
"""Findings of one judgement, the last of which may say how many more there are."""
MAX_MESSAGE = 600
"""Characters of one message: a publisher's text that is quoted must not become a document of its own."""

_GRAVEST_FIRST = (Severity.ERROR, Severity.WARNING, Severity.NOTICE)


@dataclass(frozen=True, slots=True)
class Remark:
    """What a rule says of one place. `pointer` is RFC 6901; `fix` is "" where the catalogue's own advice is enough."""

    code: str
    message: str
    pointer: str = ""
    fix: str = ""
    line: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Examined:
    """One document's remarks, and its text where it could be read. Remarks may be lazy; they are taken once."""

    role: str
    remarks: Iterable[Remark]
    parsed: Parsed | None = None


def remark_of(error: ParseError) -> Remark:
    """Turn a document that cannot be read into a remark."""
    return Remark(error.code, error.message, fix=error.fix, line=error.line, column=error.column)


def pointer_to(*tokens: str | int) -> str:
    """Return the RFC 6901 pointer that some tokens spell."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def findings_of(examined: Iterable[Examined], profile: Profile) -> tuple[Finding, ...]:
    """Return the findings of some documents, document by document and in the order of their text.

    Of too many the gravest are kept, so that cutting them never turns a refusal into a pass.
    """
    documents = list(examined)
    kept: dict[Severity, dict[tuple[int, Remark], None]] = {severity: {} for severity in _GRAVEST_FIRST}
    more = 0
    for order, document in enumerate(documents):
        for remark in document.remarks:
            severity = profile.severity(remark.code)
            if severity is None:
                continue
            if len(kept[severity]) <= MAX_FINDINGS:
                kept[severity][order, remark] = None
            else:
                more += 1
    gravest = [(severity, *entry) for severity in _GRAVEST_FIRST for entry in kept[severity]]
    listed = gravest if len(gravest) + more <= MAX_FINDINGS else gravest[: MAX_FINDINGS - 1]
    placed = [(order, _placed(severity, remark, documents[order])) for severity, order, remark in listed]
    placed.sort(key=_reading_order)
    more += len(gravest) - len(listed)
    return (*(finding for _, finding in placed), *([_more(more, documents[0].role)] if more else []))


def _placed(severity: Severity, remark: Remark, document: Examined) -> Finding:
    line, column = remark.line, remark.column
    if line is None and document.parsed is not None:
        line, column = document.parsed.position(remark.pointer)
    return Finding(
        code=remark.code,
        severity=severity,
        document=document.role,
        message=_shortened(remark.message),
        fix=remark.fix or CATALOGUE[remark.code].fix,
        pointer=remark.pointer,
        line=line,
        column=column,
    )


def _reading_order(entry: tuple[int, Finding]) -> tuple[int, int, int, str, str, str]:
    order, finding = entry
    return (order, finding.line or 0, finding.column or 0, finding.pointer, finding.code, finding.message)


def _more(count: int, role: str) -> Finding:
    rule = CATALOGUE["findings.more"]
    message = f"There are {count:,} more findings."
    return Finding(code=rule.code, severity=Severity.NOTICE, document=role, message=message, fix=rule.fix)


def _shortened(message: str) -> str:
    return message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 1] + "…"

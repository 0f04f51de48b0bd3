"""What more than one function tells: outcomes, findings, decisions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel

if TYPE_CHECKING:
    from shared.domain.findings import Finding
    from shared.domain.transition import Outcome
    from shared.domain.version import Decision


class OutcomeOut(BaseModel):
    """Which version it was about, and how that stands now."""

    plugin_id: str
    version: int
    state: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(plugin_id=outcome.plugin_id, version=outcome.version or 0, state=outcome.state)


class Accepted(OutcomeOut):
    """What was submitted. Its documents are being fetched; `Location` tells how that went."""


class FoundOut(BaseModel):
    """One finding: what is wrong, where, and how to mend it. Lines and columns count from 1."""

    code: str
    severity: str
    document: str
    pointer: str
    line: int | None
    column: int | None
    message: str
    fix: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Tell a finding."""
        return cls(
            code=finding.code,
            severity=finding.severity,
            document=finding.document,
            pointer=finding.pointer,
            line=finding.line,
            column=finding.column,
            message=finding.message,
            fix=finding.fix,
        )


class ReasonOut(BaseModel):
    """Why a version was rejected."""

    code: str
    detail: str


class DecisionOut(BaseModel):
    """What was decided about a version, when, and why."""

    at: datetime
    note: str
    reasons: list[ReasonOut]

    @classmethod
    def of(cls, decision: Decision) -> Self:
        """Tell a decision."""
        reasons = [ReasonOut(code=reason.code, detail=reason.detail) for reason in decision.reasons]
        return cls(at=decision.at, note=decision.note, reasons=reasons)

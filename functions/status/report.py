"""The report on a version, as JSON. What is told and how much of it, `shared.reporting` decides."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self, cast

from pydantic import BaseModel, JsonValue

from functions.status.schema import ChangesOut, EvidenceOut, FindingOut, OriginOut
from shared.diff.texts import Happened
from shared.reporting.showing import is_text_change
from shared.reporting.telling import tell

if TYPE_CHECKING:
    from functions.status.use_case import DriftView
    from shared.diff.texts import Piece
    from shared.domain.probing import Endpoint
    from shared.domain.version import Version
    from shared.reporting.comparing import Comparison
    from shared.reporting.reports import VersionReport
    from shared.reporting.summing import Summary
    from shared.reporting.telling import Told, ToldChange

_OPERATIONS = {Happened.KEPT: "equal", Happened.REMOVED: "delete", Happened.ADDED: "insert"}


class WordsOut(BaseModel):
    """A run of words that is `equal` in both texts, or that the new one has to `delete` or `insert`."""

    op: str
    text: str

    @classmethod
    def of(cls, piece: Piece) -> Self:
        """Tell a piece, in which hidden characters are written out."""
        return cls(op=_OPERATIONS[piece.happened], text=piece.text)


class ChangedOut(BaseModel):
    """One change of one place.

    Pointers lead into `{role: document}`. `before` and `after` are the publisher's own values; `shortened` says that a
    long one is the beginning of its text. `words` compares texts by the word and is null for everything else.
    """

    code: str
    lane: str
    severity: str
    direction: str | None
    old_pointer: str | None
    new_pointer: str | None
    before: JsonValue
    after: JsonValue
    shortened: bool
    message: str
    words: list[WordsOut] | None

    @classmethod
    def of(cls, told: ToldChange) -> Self:
        """Tell a change."""
        change = told.change
        return cls(
            code=change.code,
            lane=change.lane,
            severity=change.severity,
            direction=change.direction,
            old_pointer=change.old_pointer,
            new_pointer=change.new_pointer,
            before=cast("JsonValue", told.before),
            after=cast("JsonValue", told.after),
            shortened=told.is_shortened,
            message=change.message,
            words=[WordsOut.of(piece) for piece in told.pieces] if is_text_change(change) else None,
        )


class ComparisonOut(BaseModel):
    """What changed since an earlier version.

    That is the `live` one, the one that the asking reviewer has `seen` last, or the one that was `released` before.
    `changes` come lane by lane, the gravest first in each, and `left_out` says how many are not among them; `counts`
    has all of them by lane. Where no comparison was possible `problem` says why.
    """

    against: str
    version: int
    digest: str | None
    problem: str | None
    risk: str | None
    reasons: list[str]
    counts: dict[str, int]
    left_out: int
    changes: list[ChangedOut]

    @classmethod
    def of(cls, comparison: Comparison) -> Self:
        """Tell a comparison."""
        compared = comparison.compared
        told: Told = tell(compared.changes if compared else ())
        return cls(
            against=comparison.against,
            version=comparison.earlier.number,
            digest=comparison.earlier.digest,
            problem=comparison.problem or None,
            risk=compared.assessment.risk if compared else None,
            reasons=list(compared.assessment.reasons) if compared else [],
            counts={lane.value: count for lane, count in told.counts.items()},
            left_out=told.left_out,
            changes=[ChangedOut.of(each) for each in told.changes],
        )


class RiskOut(BaseModel):
    """How much a version asks of a reviewer, and why, the gravest reason first.

    `level` is `none`, `low`, `medium` or `high`, and null where there is nothing to compare with.
    """

    level: str | None
    reasons: list[str]

    @classmethod
    def of(cls, summary: Summary) -> Self:
        """Tell a summary."""
        return cls(level=summary.risk, reasons=list(summary.reasons))


class EndpointOut(BaseModel):
    """A server that the candidate or the live version names, and whether it answered when it was last asked.

    Any HTTP answer counts; `status` is null and `failure` says why where none came.
    """

    of: str
    url: str
    reachable: bool
    status: int | None
    failure: str
    at: datetime

    @classmethod
    def of_endpoint(cls, endpoint: Endpoint) -> Self:
        """Tell an endpoint."""
        return cls(
            of=endpoint.of,
            url=endpoint.url,
            reachable=endpoint.is_reachable,
            status=endpoint.status or None,
            failure=endpoint.failure,
            at=endpoint.at,
        )


class DriftDetail(BaseModel):
    """How a plugin's origin differs from what is live, change by change, and what is wrong with what it says now.

    `on_drift` is what its publisher wants done: `tell`, or `submit` as well.
    """

    plugin_id: str
    on_drift: str
    origin: OriginOut | None
    comparison: ComparisonOut | None
    findings: list[FindingOut]

    @classmethod
    def of(cls, view: DriftView) -> Self:
        """Tell a drift."""
        return cls(
            plugin_id=view.plugin.plugin_id,
            on_drift=view.plugin.on_drift,
            origin=OriginOut.of(view.origin),
            comparison=ComparisonOut.of(view.comparison) if view.comparison else None,
            findings=[FindingOut.of(finding) for finding in view.findings],
        )


class ReportOut(BaseModel):
    """What a reviewer decides a version on: what it changes, what was found in it, how its documents were come by.

    `changes` tells what it changes about whom users talk to, since the live version. `endpoints` tells which servers
    of both answered, none before they were asked. `varies` says in sentences what may vary in its schema without
    another review; none where `schema_mode` is `static`.
    """

    plugin_id: str
    version: int
    state: str
    digest: str | None
    schema_mode: str
    varies: list[str]
    profile: str
    risk: RiskOut
    live_version: int | None
    seen_version: int | None
    differences: list[ComparisonOut]
    findings: list[FindingOut]
    evidence: list[EvidenceOut]
    changes: ChangesOut
    endpoints: list[EndpointOut]

    @classmethod
    def of(cls, found: VersionReport) -> Self:
        """Tell a report."""
        version = found.version
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            state=version.state,
            digest=version.digest,
            schema_mode=version.schema_mode,
            varies=list(found.report.varies),
            profile=found.report.profile,
            risk=RiskOut.of(found.summary),
            live_version=_number(found.live),
            seen_version=_number(found.seen),
            differences=[ComparisonOut.of(comparison) for comparison in found.comparisons],
            findings=[FindingOut.of(finding) for finding in found.report.findings],
            evidence=[EvidenceOut.of(evidence) for evidence in found.report.evidence],
            changes=ChangesOut.of(found.differences),
            endpoints=[EndpointOut.of_endpoint(each) for each in found.probes.endpoints] if found.probes else [],
        )


def _number(version: Version | None) -> int | None:
    return version.number if version else None

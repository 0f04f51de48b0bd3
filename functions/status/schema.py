"""What publishers, reviewers and visitors read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel

from shared.domain.plugin import schema_path

if TYPE_CHECKING:
    from functions.status.use_case import PluginView, VersionView
    from shared.domain.documents import Listing, Part
    from shared.domain.findings import Finding
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.ports import Hop, Page
    from shared.domain.report import Evidence
    from shared.domain.version import Decision, Version


class FindingOut(BaseModel):
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


class PartOut(BaseModel):
    """One pinned document: its exact bytes by digest, and those of its served form."""

    role: str
    name: str
    url: str
    size: int
    digest: str
    served_digest: str

    @classmethod
    def of(cls, part: Part) -> Self:
        """Tell a part."""
        return cls(
            role=part.role,
            name=part.name,
            url=part.url,
            size=part.size,
            digest=part.digest,
            served_digest=part.served_digest,
        )


class ListingOut(BaseModel):
    """What a catalogue shows."""

    name_for_human: str
    name_for_model: str
    description_for_human: str
    logo_url: str
    auth_type: str

    @classmethod
    def of(cls, listing: Listing) -> Self:
        """Tell a listing."""
        return cls(
            name_for_human=listing.name_for_human,
            name_for_model=listing.name_for_model,
            description_for_human=listing.description_for_human,
            logo_url=listing.logo_url,
            auth_type=listing.auth_type,
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


class VersionSummary(BaseModel):
    """A version as a list shows it. `findings` counts them by severity."""

    plugin_id: str
    version: int
    state: str
    digest: str | None
    manifest_url: str
    submitted_at: datetime
    released_at: datetime | None
    findings_by_severity: dict[str, int]

    @classmethod
    def of(cls, version: Version) -> Self:
        """Tell a version."""
        snapshot = version.snapshot
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            state=version.state,
            digest=version.digest,
            manifest_url=version.manifest_url,
            submitted_at=version.submitted_at,
            released_at=version.released_at,
            findings_by_severity={s.value: count for s, count in snapshot.counts.items()} if snapshot else {},
        )


class VersionOut(VersionSummary):
    """A version with everything that was found about it."""

    content_digest: str | None
    profile: str | None
    findings: list[FindingOut]
    parts: list[PartOut]
    listing: ListingOut | None
    decision: DecisionOut | None

    @classmethod
    def of_view(cls, view: VersionView) -> Self:
        """Tell a version and its report."""
        version, snapshot = view.version, view.version.snapshot
        return cls(
            **VersionSummary.of(version).model_dump(),
            content_digest=snapshot.content_digest if snapshot else None,
            profile=snapshot.profile if snapshot else None,
            findings=[FindingOut.of(finding) for finding in view.report.findings],
            parts=[PartOut.of(part) for part in snapshot.parts] if snapshot else [],
            listing=ListingOut.of(snapshot.listing) if snapshot and snapshot.listing else None,
            decision=DecisionOut.of(version.decision) if version.decision else None,
        )


class VersionList(BaseModel):
    """A plugin's versions, newest first."""

    items: list[VersionSummary]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Version]) -> Self:
        """Tell a page."""
        return cls(items=[VersionSummary.of(version) for version in page.records], next_cursor=page.next_cursor)


class PluginSummary(BaseModel):
    """A plugin as a list shows it."""

    plugin_id: str
    kind: str
    manifest_url: str
    created_at: datetime
    last_version: int

    @classmethod
    def of(cls, plugin: Plugin) -> Self:
        """Tell a plugin."""
        return cls(
            plugin_id=plugin.plugin_id,
            kind=plugin.kind,
            manifest_url=plugin.manifest_url,
            created_at=plugin.created_at,
            last_version=plugin.last_version,
        )


class PluginList(BaseModel):
    """A publisher's plugins, oldest first."""

    items: list[PluginSummary]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Plugin]) -> Self:
        """Tell a page."""
        return cls(items=[PluginSummary.of(plugin) for plugin in page.records], next_cursor=page.next_cursor)


class PluginOut(PluginSummary):
    """A plugin: its status, and the live version and the candidate side by side."""

    status: str
    live: VersionSummary | None
    candidate: VersionSummary | None

    @classmethod
    def of_view(cls, view: PluginView) -> Self:
        """Tell a plugin and where it stands."""
        return cls(
            **PluginSummary.of(view.plugin).model_dump(),
            status=view.pointer.status,
            live=VersionSummary.of(view.live) if view.live else None,
            candidate=VersionSummary.of(view.candidate) if view.candidate else None,
        )


class HopOut(BaseModel):
    """One request of a fetch."""

    url: str
    address: str
    status: int
    headers: dict[str, str]
    certificate_sha256: str
    milliseconds: int

    @classmethod
    def of(cls, hop: Hop) -> Self:
        """Tell a hop."""
        return cls(
            url=hop.url,
            address=hop.address,
            status=hop.status,
            headers=dict(hop.headers),
            certificate_sha256=hop.certificate_sha256,
            milliseconds=hop.milliseconds,
        )


class EvidenceOut(BaseModel):
    """How one document was come by, or why it was not."""

    role: str
    url: str
    failure: str
    hops: list[HopOut]

    @classmethod
    def of(cls, evidence: Evidence) -> Self:
        """Tell a piece of evidence."""
        hops = [HopOut.of(hop) for hop in evidence.hops]
        return cls(role=evidence.role, url=evidence.url, failure=evidence.failure, hops=hops)


class ReportOut(BaseModel):
    """What the snapshot worker found and saw."""

    plugin_id: str
    version: int
    digest: str | None
    profile: str
    findings: list[FindingOut]
    evidence: list[EvidenceOut]

    @classmethod
    def of_view(cls, view: VersionView) -> Self:
        """Tell a version's report."""
        return cls(
            plugin_id=view.version.plugin_id,
            version=view.version.number,
            digest=view.version.digest,
            profile=view.report.profile,
            findings=[FindingOut.of(finding) for finding in view.report.findings],
            evidence=[EvidenceOut.of(evidence) for evidence in view.report.evidence],
        )


class CatalogueEntry(ListingOut):
    """An approved plugin, as everybody may see it."""

    plugin_id: str
    version: int
    digest: str
    since: datetime
    manifest_path: str
    schema_path: str


class Catalogue(BaseModel):
    """The approved plugins, by id."""

    items: list[CatalogueEntry]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Pointer]) -> Self:
        """Tell a page."""
        entries = [_entry(pointer) for pointer in page.records if pointer.live]
        return cls(items=entries, next_cursor=page.next_cursor)


def _entry(pointer: Pointer) -> CatalogueEntry:
    live = pointer.live
    assert live  # noqa: S101 - the caller has looked
    schema = pointer.released[live.number]
    return CatalogueEntry(
        **ListingOut.of(live.listing).model_dump(),
        plugin_id=pointer.plugin_id,
        version=live.number,
        digest=live.digest,
        since=live.since,
        manifest_path=f"/plugins/{pointer.plugin_id}/.well-known/ai-plugin.json",
        schema_path=schema_path(pointer.plugin_id, live.number, schema.name),
    )

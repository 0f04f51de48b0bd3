"""What publishers, reviewers and visitors read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.plugin import document_path

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.status.use_case import Outlook, PluginView, VersionView
    from shared.domain.audit import Entry
    from shared.domain.differences import Difference, Differences
    from shared.domain.documents import Listing, Part
    from shared.domain.findings import Finding
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.ports import Hop, Page
    from shared.domain.reasons import RejectionReason
    from shared.domain.report import Evidence
    from shared.domain.version import Decision, Release, Version


FINDINGS_PATH = "/v1/docs/findings"
"""Where every finding is explained, each under its code as the anchor."""


class FindingOut(BaseModel):
    """One finding: what is wrong, where, how to mend it, and where it is explained. Lines and columns count from 1."""

    code: str
    severity: str
    document: str
    pointer: str
    line: int | None
    column: int | None
    message: str
    fix: str
    page: str

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
            page=f"{FINDINGS_PATH}#{finding.code}",
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


class ReleaseOut(BaseModel):
    """How an approved version becomes live: `immediate`, `manual` or `scheduled`, the last one at a moment.

    `dropped` says why a scheduled release did not take place.
    """

    mode: str
    at: datetime | None
    dropped: str | None

    @classmethod
    def of(cls, release: Release) -> Self:
        """Tell a release."""
        return cls(mode=release.mode, at=release.at, dropped=release.dropped or None)


class DifferenceOut(BaseModel):
    """What something is in the live version, and what it is in this one."""

    model_config = ConfigDict(serialize_by_alias=True)

    before: str = Field(serialization_alias="from")
    after: str = Field(serialization_alias="to")

    @classmethod
    def of(cls, difference: Difference | None) -> Self | None:
        """Tell a difference."""
        return cls(before=difference.before, after=difference.after) if difference else None


class ChangesOut(BaseModel):
    """What differs from the live version in whom users talk to; null where nothing does."""

    host: DifferenceOut | None
    auth: DifferenceOut | None

    @classmethod
    def of(cls, found: Differences) -> Self:
        """Tell differences."""
        return cls(host=DifferenceOut.of(found.host), auth=DifferenceOut.of(found.auth))


class VersionSummary(BaseModel):
    """A version as a list shows it. `findings_by_severity` counts its findings."""

    plugin_id: str
    version: int
    state: str
    digest: str | None
    manifest_url: str
    submitted_at: datetime
    released_at: datetime | None
    release: ReleaseOut | None
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
            release=ReleaseOut.of(version.release) if version.release else None,
            findings_by_severity={s.value: count for s, count in snapshot.counts.items()} if snapshot else {},
        )


class ByOut(BaseModel):
    """Somebody, at a moment or until one."""

    by: str
    at: datetime


class VersionOut(VersionSummary):
    """A version with everything that was found about it.

    `claimed` (until when) and `proposed` (the first of two approvals) are for reviewers alone.
    """

    content_digest: str | None
    profile: str | None
    findings: list[FindingOut]
    parts: list[PartOut]
    listing: ListingOut | None
    decision: DecisionOut | None
    changes: ChangesOut
    claimed: ByOut | None
    proposed: ByOut | None

    @classmethod
    def of_view(cls, view: VersionView) -> Self:
        """Tell a version and its report."""
        version, snapshot = view.version, view.version.snapshot
        claim = version.claimed(view.now) if view.reader.reads_all else None
        proposal = version.proposal if view.reader.reads_all else None
        return cls(
            **dict(VersionSummary.of(version)),
            content_digest=snapshot.content_digest if snapshot else None,
            profile=snapshot.profile if snapshot else None,
            findings=[FindingOut.of(finding) for finding in view.report.findings],
            parts=[PartOut.of(part) for part in snapshot.parts] if snapshot else [],
            listing=ListingOut.of(snapshot.listing) if snapshot and snapshot.listing else None,
            decision=DecisionOut.of(version.decision) if version.decision else None,
            changes=ChangesOut.of(view.differences),
            claimed=ByOut(by=claim.by, at=claim.until) if claim else None,
            proposed=ByOut(by=proposal.by, at=proposal.at) if proposal else None,
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


class BanOut(BaseModel):
    """Since when a plugin is banned, and why. `by` is for reviewers alone."""

    at: datetime
    reason: str
    by: str | None


class OutlookOut(BaseModel):
    """When a candidate may be decided. Null is unknown.

    `place` in the queue counts from 1. `usual_seconds` is the median of the last `decisions` waits; `expected_at`
    follows from it, and is null once that moment has passed.
    """

    place: int | None
    expected_at: datetime | None
    usual_seconds: int | None
    decisions: int

    @classmethod
    def of(cls, outlook: Outlook) -> Self:
        """Tell an outlook."""
        found = outlook.forecast
        return cls(
            place=outlook.place,
            expected_at=outlook.expected_at,
            usual_seconds=int(found.usual.total_seconds()) if found else None,
            decisions=found.decisions if found else 0,
        )


class PluginOut(PluginSummary):
    """A plugin: its status, and the live version and the candidate side by side.

    `outlook` is that of a candidate which waits for its decision.
    """

    status: str
    ban: BanOut | None
    live: VersionSummary | None
    candidate: VersionSummary | None
    outlook: OutlookOut | None

    @classmethod
    def of_view(cls, view: PluginView) -> Self:
        """Tell a plugin and where it stands."""
        return cls(
            **dict(PluginSummary.of(view.plugin)),
            status=view.pointer.status,
            ban=_ban(view),
            live=VersionSummary.of(view.live) if view.live else None,
            candidate=VersionSummary.of(view.candidate) if view.candidate else None,
            outlook=OutlookOut.of(view.outlook) if view.outlook else None,
        )


def _ban(view: PluginView) -> BanOut | None:
    ban = view.pointer.ban
    return BanOut(at=ban.at, reason=ban.reason, by=ban.by if view.reader.reads_all else None) if ban else None


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
    """What the snapshot worker found and saw, and what the version changes about whom users talk to."""

    plugin_id: str
    version: int
    digest: str | None
    profile: str
    findings: list[FindingOut]
    evidence: list[EvidenceOut]
    changes: ChangesOut

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
            changes=ChangesOut.of(view.differences),
        )


class AuditEntry(BaseModel):
    """Who did what to which content, when and why. `actor` is null where it is a reviewer and an owner asks."""

    event_id: str
    type: str
    at: datetime
    author: str
    actor: str | None
    plugin_id: str
    version: int | None
    digest: str | None
    detail: dict[str, str]

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Tell an entry."""
        event = entry.event
        return cls(
            event_id=event.event_id,
            type=event.type,
            at=event.at,
            author=entry.author,
            actor=entry.actor,
            plugin_id=event.plugin_id,
            version=event.version,
            digest=event.digest,
            detail=dict(entry.detail),
        )


class Audit(BaseModel):
    """What happened to a plugin, newest first."""

    items: list[AuditEntry]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Entry]) -> Self:
        """Tell a page."""
        return cls(items=[AuditEntry.of(entry) for entry in page.records], next_cursor=page.next_cursor)

    def as_lines(self) -> str:
        """Write one JSON document a line (https://jsonlines.org)."""
        return "".join(entry.model_dump_json() + "\n" for entry in self.items)


class AuditQuery(BaseModel):
    """How the audit is to be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["json", "jsonl"] = "json"


class ReasonEntry(BaseModel):
    """A reason for a rejection: its stable code, and what it tells the publisher."""

    code: str
    title: str
    text: str


class Reasons(BaseModel):
    """The catalogue of reasons for a rejection."""

    items: list[ReasonEntry]

    @classmethod
    def of(cls, reasons: Iterable[RejectionReason]) -> Self:
        """Tell the catalogue."""
        return cls(items=[ReasonEntry(code=each.code, title=each.title, text=each.text) for each in reasons])


class CatalogueEntry(ListingOut):
    """An approved plugin, as everybody may see it."""

    plugin_id: str
    version: int
    digest: str
    since: datetime
    manifest_path: str
    schema_path: str
    logo_path: str | None


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
    return CatalogueEntry(
        **ListingOut.of(live.listing).model_dump(),
        plugin_id=pointer.plugin_id,
        version=live.number,
        digest=live.digest,
        since=live.since,
        manifest_path=f"/plugins/{pointer.plugin_id}/.well-known/ai-plugin.json",
        schema_path=document_path(pointer.plugin_id, live.number, live.schema_name),
        logo_path=document_path(pointer.plugin_id, live.number, live.logo_name) if live.logo_name else None,
    )

"""What publishers, reviewers and visitors read."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.permissions import Permissions
from shared.domain.documents import LOGO
from shared.domain.plugin import document_path
from shared.edge.callers import Scope
from shared.edge.told import DecisionOut, FoundOut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from functions.status.use_case import Outlook, PluginView, SignIn, VersionView
    from shared.domain.audit import Entry
    from shared.domain.differences import Difference, Differences
    from shared.domain.documents import Listing, Part
    from shared.domain.drift import Drift, Origin
    from shared.domain.findings import Finding
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.ports import Hop, Page
    from shared.domain.reasons import RejectionReason
    from shared.domain.report import Evidence
    from shared.domain.version import Release, Version


FINDINGS_PATH = "/v1/docs/findings"
"""Where every finding is explained, each under its code as the anchor."""

LED_BACK_TO = "http://localhost:8910/callback"
"""Where a sign-in leads back to a program on a person's machine: the default of the template's CallbackUrls."""

_MOST_OPERATIONS = 1000
_LONGEST_SUBJECT = 256
_LONGEST_QUERY = 100


class FindingOut(FoundOut):
    """One finding: what is wrong, where, how to mend it, and where it is explained. Lines and columns count from 1."""

    page: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Tell a finding."""
        return cls(**dict(FoundOut.of(finding)), page=f"{FINDINGS_PATH}#{finding.code}")


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
    """A version as a list shows it. `findings_by_severity` counts its findings.

    `schema_mode` is `dynamic` where its schema may vary within an envelope, `static` otherwise.
    """

    plugin_id: str
    version: int
    state: str
    schema_mode: str
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
            schema_mode=version.schema_mode,
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

    `last_verified_at` is when the origin last said what is live, null for a version that is not. `claimed` (until
    when) and `proposed` (the first of two approvals) are for reviewers alone. `varies` says in
    sentences what may vary in its schema, which is approved with it.
    """

    content_digest: str | None
    profile: str | None
    findings: list[FindingOut]
    parts: list[PartOut]
    listing: ListingOut | None
    decision: DecisionOut | None
    changes: ChangesOut
    varies: list[str]
    claimed: ByOut | None
    proposed: ByOut | None
    last_verified_at: datetime | None

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
            varies=list(view.report.varies),
            claimed=ByOut(by=claim.by, at=claim.until) if claim else None,
            proposed=ByOut(by=proposal.by, at=proposal.at) if proposal else None,
            last_verified_at=view.origin.verified_at if view.origin else None,
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


class DriftOut(BaseModel):
    """What an origin says in place of what is live.

    `lanes` counts the changes, `reasons` are the gravest in words. `dangers` are those of `host`, `authentication` and
    `domain` that differ. `submitted_version` is the version that it became, null where it became none.
    """

    risk: str
    lanes: dict[str, int]
    reasons: list[str]
    dangers: list[str]
    submitted_version: int | None

    @classmethod
    def of(cls, drift: Drift) -> Self:
        """Tell a drift."""
        return cls(
            risk=drift.risk,
            lanes=dict(drift.lanes),
            reasons=list(drift.reasons),
            dangers=[danger.value for danger in drift.dangers],
            submitted_version=drift.submitted,
        )


class OriginOut(BaseModel):
    """Whether a plugin's origin says what is live: `in_sync`, `drifted`, `unreachable` or `gone`, and since when.

    `last_verified_at` is when it last said so, `last_checked_at` when it was last asked. `failure` says why it did not
    answer; `difference` is what it said last in place of the live version.
    """

    state: str
    since: datetime
    last_verified_at: datetime | None
    last_checked_at: datetime
    failure: str
    difference: DriftOut | None

    @classmethod
    def of(cls, origin: Origin | None) -> Self | None:
        """Tell an origin, null before anybody looked at it."""
        if origin is None:
            return None
        return cls(
            state=origin.state,
            since=origin.since,
            last_verified_at=origin.verified_at,
            last_checked_at=origin.checked_at,
            failure=origin.failure,
            difference=DriftOut.of(origin.drift) if origin.drift else None,
        )


class PluginOut(PluginSummary):
    """A plugin: its status, and the live version and the candidate side by side.

    `origin` is what was found where its documents come from, null until somebody looked since this version is live.
    `outlook` is that of a candidate which waits for its decision; `owner` is for reviewers alone.
    """

    owner: str | None
    status: str
    ban: BanOut | None
    live: VersionSummary | None
    candidate: VersionSummary | None
    outlook: OutlookOut | None
    origin: OriginOut | None

    @classmethod
    def of_view(cls, view: PluginView) -> Self:
        """Tell a plugin and where it stands."""
        return cls(
            **dict(PluginSummary.of(view.plugin)),
            owner=view.plugin.owner if view.reader.reads_all else None,
            status=view.pointer.status,
            ban=_ban(view),
            live=VersionSummary.of(view.live) if view.live else None,
            candidate=VersionSummary.of(view.candidate) if view.candidate else None,
            outlook=OutlookOut.of(view.outlook) if view.outlook else None,
            origin=OriginOut.of(view.origin),
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


class DocumentOut(BaseModel):
    """One pinned document, exactly as it was fetched. `text` is null for a picture."""

    role: str
    name: str
    url: str
    media_type: str
    size: int
    digest: str
    text: str | None

    @classmethod
    def of(cls, part: Part, body: bytes) -> Self:
        """Tell a document."""
        return cls(
            role=part.role,
            name=part.name,
            url=part.url,
            media_type=part.media_type,
            size=part.size,
            digest=part.digest,
            text=body.decode(errors="replace") if part.role != LOGO else None,
        )


class OperationOut(BaseModel):
    """One call that the model may make. `consequential` is the publisher's mark, null where there is none."""

    method: str
    path: str
    operation_id: str
    summary: str
    consequential: bool | None


class PermissionsOut(BaseModel):
    """What a version may do: whom it signs users in with and for what, where calls go, and which there are.

    `problem` says why that cannot be told, where it cannot. `left_out` counts operations that are not listed.
    """

    plugin_id: str
    version: int
    problem: str | None
    auth_type: str
    scopes: list[str]
    sign_in_hosts: list[str]
    hosts: list[str]
    operations: list[OperationOut]
    left_out: int

    @classmethod
    def of(cls, version: Version, found: Permissions) -> Self:
        """Tell permissions."""
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            problem=None,
            auth_type=found.auth_type,
            scopes=list(found.scopes),
            sign_in_hosts=list(found.sign_in_hosts),
            hosts=list(found.hosts),
            operations=[OperationOut(**asdict(each)) for each in found.operations[:_MOST_OPERATIONS]],
            left_out=max(len(found.operations) - _MOST_OPERATIONS, 0),
        )

    @classmethod
    def of_view(cls, version: Version, found: Permissions | str) -> Self:
        """Tell permissions, or why there is nothing to tell."""
        return cls.unknown(version, found) if isinstance(found, str) else cls.of(version, found)

    @classmethod
    def unknown(cls, version: Version, problem: str) -> Self:
        """Tell why there is nothing to tell."""
        nothing = Permissions(auth_type="", scopes=(), sign_in_hosts=(), hosts=(), operations=())
        return cls.of(version, nothing).model_copy(update={"problem": problem})


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


class PluginQuery(BaseModel):
    """Whose plugins to list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    owner: str | None = Field(default=None, min_length=1, max_length=_LONGEST_SUBJECT)


class AuditQuery(BaseModel):
    """How the audit is to be written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["json", "jsonl"] = "json"


class SignInOut(BaseModel):
    """Where people sign in: the authorization code flow with PKCE, as the public client `client_id` (RFC 6749, 7636).

    All of it is null where nobody can. A program on a person's machine is led back to `redirect_uri` (RFC 8252).
    """

    authorization_endpoint: str | None
    token_endpoint: str | None
    client_id: str | None
    scopes: list[str]
    redirect_uri: str

    @classmethod
    def of(cls, sign_in: SignIn) -> Self:
        """Tell where."""
        is_there = bool(sign_in.origin and sign_in.client_id)
        return cls(
            authorization_endpoint=f"{sign_in.origin}/oauth2/authorize" if is_there else None,
            token_endpoint=f"{sign_in.origin}/oauth2/token" if is_there else None,
            client_id=sign_in.client_id if is_there else None,
            scopes=["openid", *(scope.value for scope in Scope)],
            redirect_uri=LED_BACK_TO,
        )


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


class CatalogueQuery(BaseModel):
    """What to look for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    q: str = Field(default="", max_length=_LONGEST_QUERY)


class LivePlugin(CatalogueEntry):
    """An approved plugin in full, as everybody may see it: with where its documents came from, and what it may do.

    `origin_state` says whether they are there still: `in_sync`, `drifted`, `unreachable` or `gone`; `last_verified_at`
    is when they last were. Null until somebody looked.
    """

    manifest_url: str
    submitted_at: datetime
    permissions: PermissionsOut
    origin_state: str | None
    last_verified_at: datetime | None

    @classmethod
    def of_view(cls, pointer: Pointer, version: Version, found: Permissions | str, origin: Origin | None) -> Self:
        """Tell a live plugin."""
        return cls(
            **dict(_entry(pointer)),
            manifest_url=version.manifest_url,
            submitted_at=version.submitted_at,
            permissions=PermissionsOut.of_view(version, found),
            origin_state=origin.state if origin else None,
            last_verified_at=origin.verified_at if origin else None,
        )


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

"""What reviewers and owners send, and what they are told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.domain.identity import DIGEST_FORM, PLUGIN_ID_FORM
from shared.domain.version import Release, ReleaseMode, planned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.glance import Glance
    from shared.domain.identity import PluginId, Subject
    from shared.domain.ports import Page
    from shared.domain.transition import Outcome
    from shared.domain.version import Claim, Version

_LONGEST_TEXT = 4000
_MOST_REASONS = 20
_HIGHEST_NUMBER = 99_999_999
# Moments beyond these cannot be written in UTC in every case. What is to come is for the decision to say.
_PAST, _FAR_FUTURE = datetime(2000, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class ScheduledAt(BaseModel):
    """A release at a moment to come, in whole seconds: `2026-11-21T12:00:00Z`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: AwareDatetime = Field(gt=_PAST, lt=_FAR_FUTURE)


class Approve(BaseModel):
    """An approval of exactly the content that the digest names.

    `release` says when it becomes live: at once, when its publisher releases it, or at a moment.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str = Field(pattern=DIGEST_FORM, description="The digest of the version that the reviewer saw.")
    note: str = Field(default="", max_length=_LONGEST_TEXT)
    release: Literal["immediate", "manual"] | ScheduledAt = "immediate"

    def plan(self) -> Release:
        """Return how the version is to become live."""
        return planned(self.release.at) if isinstance(self.release, ScheduledAt) else Release(ReleaseMode(self.release))


class GivenReason(BaseModel):
    """Why: a code of the catalogue at `/v1/reasons`, and the reviewer's own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=64, examples=["other"])
    detail: str = Field(default="", max_length=_LONGEST_TEXT)


class Reject(BaseModel):
    """A rejection of exactly the content that the digest names; the publisher reads the reasons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str = Field(pattern=DIGEST_FORM)
    reasons: tuple[GivenReason, ...] = Field(min_length=1, max_length=_MOST_REASONS)
    note: str = Field(default="", max_length=_LONGEST_TEXT)


class Because(BaseModel):
    """Why; the publisher reads it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(min_length=1, max_length=_LONGEST_TEXT)


class RollBack(Because):
    """The version to go back to, and why. With `dry_run`, the answer says what would happen, and nothing does."""

    version: int = Field(ge=1, le=_HIGHEST_NUMBER)
    dry_run: bool = False


class Revoke(Because):
    """Why the version is bad, and for a live one the version that takes its place in the same write."""

    rollback_to: int | None = Field(default=None, ge=1, le=_HIGHEST_NUMBER)


class QueueQuery(BaseModel):
    """Which part of the queue to show."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    mine: bool = False
    claimed: bool | None = None
    plugin: str | None = Field(default=None, pattern=PLUGIN_ID_FORM)


class Decided(BaseModel):
    """What a decision led to. `replaced` was live before; `awaiting` names who has to agree before it takes effect."""

    plugin_id: str
    version: int
    state: str
    replaced: int | None
    awaiting: str | None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(
            plugin_id=outcome.plugin_id,
            version=outcome.version or 0,
            state=outcome.state,
            replaced=outcome.replaced,
            awaiting=outcome.awaiting or None,
        )


class RolledBack(BaseModel):
    """The version that is live, or would be, and the one that was before."""

    plugin_id: str
    version: int
    state: str
    replaced: int | None
    dry_run: bool

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell what a rollback did."""
        return cls(
            plugin_id=outcome.plugin_id,
            version=outcome.version or 0,
            state=outcome.state,
            replaced=outcome.replaced,
            dry_run=False,
        )

    @classmethod
    def of_rehearsal(cls, outcome: Outcome) -> Self:
        """Tell what a rollback would do."""
        return cls.of(outcome).model_copy(update={"dry_run": True})


class Standing(BaseModel):
    """Where a plugin stands then. `awaiting` names who has to agree before a ban takes effect."""

    plugin_id: str
    status: str
    awaiting: str | None

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(plugin_id=outcome.plugin_id, status=outcome.status, awaiting=outcome.awaiting or None)


class ClaimOut(BaseModel):
    """Who is on it, and until when. It keeps nobody else from deciding."""

    by: str
    until: datetime

    @classmethod
    def of(cls, claim: Claim | None) -> Self | None:
        """Tell a claim."""
        return cls(by=claim.by, until=claim.until) if claim else None


class Claimed(BaseModel):
    """A version and the claim on it."""

    plugin_id: str
    version: int
    claim: ClaimOut | None

    @classmethod
    def of(cls, plugin_id: PluginId, version: int, claim: Claim | None) -> Self:
        """Tell a claim."""
        return cls(plugin_id=plugin_id, version=version, claim=ClaimOut.of(claim))


class ProposalOut(BaseModel):
    """Who approved it first, where it takes a second reviewer."""

    by: str
    at: datetime


class Waiting(BaseModel):
    """A version in the review queue. `is_mine` says that the claim is the caller's own.

    `risk` (`high`, `medium`, or null while it is not known) and `reason` are what can be told without comparing the
    documents, as the report does. `live_version` is what users get meanwhile; null before a plugin's first approval.
    """

    plugin_id: str
    version: int
    state: str
    digest: str | None
    name_for_human: str
    submitted_by: str
    submitted_at: datetime
    queued_at: datetime
    risk: str | None
    reason: str
    live_version: int | None
    findings: dict[str, int]
    claim: ClaimOut | None
    is_mine: bool
    proposed: ProposalOut | None

    @classmethod
    def of(cls, version: Version, glance: Glance, caller: Subject, now: datetime) -> Self:
        """Tell a version as the caller sees it."""
        snapshot, claim, proposal = version.snapshot, version.claimed(now), version.proposal
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            state=version.state,
            digest=version.digest,
            name_for_human=snapshot.listing.name_for_human if snapshot and snapshot.listing else "",
            submitted_by=version.submitted_by,
            submitted_at=version.submitted_at,
            queued_at=version.queued_at,
            risk=glance.risk,
            reason=glance.reason,
            live_version=glance.live,
            findings={severity.value: count for severity, count in snapshot.counts.items()} if snapshot else {},
            claim=ClaimOut.of(claim),
            is_mine=claim is not None and claim.by == caller,
            proposed=ProposalOut(by=proposal.by, at=proposal.at) if proposal else None,
        )


class Queue(BaseModel):
    """The review queue, the longest waiting first. A filtered page may be short or empty, and have a next one still."""

    items: list[Waiting]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Version], glances: Sequence[Glance], caller: Subject, now: datetime) -> Self:
        """Tell a page as the caller sees it; `glances` are those of its versions, in their order."""
        seen = zip(page.records, glances, strict=True)
        items = [Waiting.of(version, glance, caller, now) for version, glance in seen]
        return cls(items=items, next_cursor=page.next_cursor)

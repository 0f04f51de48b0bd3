"""What reviewers send, and what they are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import DIGEST_FORM

if TYPE_CHECKING:
    from shared.domain.ports import Page
    from shared.domain.transition import Outcome
    from shared.domain.version import Version

_LONGEST_TEXT = 4000
_MOST_REASONS = 20


class Approve(BaseModel):
    """An approval of exactly the content that the digest names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str = Field(pattern=DIGEST_FORM, description="The digest of the version that the reviewer saw.")
    note: str = Field(default="", max_length=_LONGEST_TEXT)


class GivenReason(BaseModel):
    """Why: a code, and the reviewer's own words."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(min_length=1, max_length=64, examples=["other"])
    detail: str = Field(default="", max_length=_LONGEST_TEXT)


class Reject(BaseModel):
    """A rejection of exactly the content that the digest names; the publisher reads the reasons."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    digest: str = Field(pattern=DIGEST_FORM)
    reasons: tuple[GivenReason, ...] = Field(min_length=1, max_length=_MOST_REASONS)
    note: str = Field(default="", max_length=_LONGEST_TEXT)


class Decided(BaseModel):
    """What a decision led to."""

    plugin_id: str
    version: int
    state: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(plugin_id=outcome.plugin_id, version=outcome.version or 0, state=outcome.state)


class Waiting(BaseModel):
    """A version in the review queue."""

    plugin_id: str
    version: int
    state: str
    digest: str | None
    name_for_human: str
    submitted_by: str
    submitted_at: datetime
    queued_at: datetime
    findings: dict[str, int]

    @classmethod
    def of(cls, version: Version) -> Self:
        """Tell a version."""
        snapshot = version.snapshot
        return cls(
            plugin_id=version.plugin_id,
            version=version.number,
            state=version.state,
            digest=version.digest,
            name_for_human=snapshot.listing.name_for_human if snapshot and snapshot.listing else "",
            submitted_by=version.submitted_by,
            submitted_at=version.submitted_at,
            queued_at=version.queued_at,
            findings={severity.value: count for severity, count in snapshot.counts.items()} if snapshot else {},
        )


class Queue(BaseModel):
    """The review queue, the longest waiting first."""

    items: list[Waiting]
    next_cursor: str | None

    @classmethod
    def of(cls, page: Page[Version]) -> Self:
        """Tell a page."""
        return cls(items=[Waiting.of(version) for version in page.records], next_cursor=page.next_cursor)

"""A version: one immutable snapshot of a plugin's documents, and the table of its states."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from shared.domain.documents import Listing, Part
from shared.domain.errors import IllegalMoveError
from shared.domain.findings import Severity
from shared.domain.identity import Digest, PluginId, Subject


class State(StrEnum):
    """Where a version stands."""

    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    LIVE = "live"
    SUPERSEDED = "superseded"
    INVALID = "invalid"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"


class Action(StrEnum):
    """What can be done to a version."""

    PIN = "pin"
    INVALIDATE = "invalidate"
    APPROVE = "approve"
    RELEASE = "release"
    REJECT = "reject"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"
    RESTORE = "restore"
    REVOKE = "revoke"


MOVES: Mapping[tuple[State, Action], State] = {
    (State.SUBMITTED, Action.PIN): State.IN_REVIEW,
    (State.SUBMITTED, Action.INVALIDATE): State.INVALID,
    (State.SUBMITTED, Action.WITHDRAW): State.WITHDRAWN,
    (State.IN_REVIEW, Action.APPROVE): State.APPROVED,
    (State.IN_REVIEW, Action.REJECT): State.REJECTED,
    (State.IN_REVIEW, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Action.RELEASE): State.LIVE,
    (State.APPROVED, Action.WITHDRAW): State.WITHDRAWN,
    (State.APPROVED, Action.REVOKE): State.REVOKED,
    (State.LIVE, Action.SUPERSEDE): State.SUPERSEDED,
    (State.LIVE, Action.REVOKE): State.REVOKED,
    (State.SUPERSEDED, Action.RESTORE): State.LIVE,
    (State.SUPERSEDED, Action.REVOKE): State.REVOKED,
}

CANDIDATE_STATES = frozenset({State.SUBMITTED, State.IN_REVIEW, State.APPROVED})
"""A version in one of these is its plugin's candidate: not yet decided, or not yet released."""

PUBLIC_STATES = frozenset({State.LIVE, State.SUPERSEDED})
"""A version in one of these is or was live, and nothing bad was found in it since."""


def moved(state: State, action: Action) -> State:
    """Return the state that `action` leads to. Raises IllegalMoveError where the table has no such move."""
    try:
        return MOVES[state, action]
    except KeyError:
        raise IllegalMoveError(state=state, action=action) from None


class ReleaseMode(StrEnum):
    """When an approved version becomes live."""

    IMMEDIATE = "immediate"
    MANUAL = "manual"
    SCHEDULED = "scheduled"


@dataclass(frozen=True, slots=True)
class Release:
    """How an approved version is to become live; `at` is set for a scheduled release alone.

    `dropped` says why a scheduled release did not take place at its moment.
    """

    mode: ReleaseMode = ReleaseMode.IMMEDIATE
    at: datetime | None = None
    dropped: str = ""

    @property
    def pending_at(self) -> datetime | None:
        """The moment that is still waited for, if there is one."""
        return None if self.dropped else self.at


def planned(at: datetime) -> Release:
    """Return a release at a moment, in whole seconds and never before it."""
    at = at.astimezone(UTC)
    whole = at.replace(microsecond=0)
    return Release(ReleaseMode.SCHEDULED, whole if whole == at else whole + timedelta(seconds=1))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a version was rejected: a code from the catalogue, and the reviewer's own words for the publisher."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's decision about a version. `reasons` is empty for an approval."""

    by: Subject
    at: datetime
    note: str = ""
    reasons: tuple[Reason, ...] = ()
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A reviewer's word that they are on it, good until a moment. It keeps nobody else from deciding."""

    by: Subject
    until: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """The first of two approvals: what the second one has to repeat before either takes effect.

    `against` names the content of the version that was live then (None for none), since what makes a second reviewer
    needed is the difference from it.
    """

    by: Subject
    at: datetime
    digest: Digest
    release: Release
    against: Digest | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What the snapshot worker found out about a version, once it has.

    `digest` and `listing` are None where the documents were too broken to pin; `report_key` names the object that
    holds the findings and the fetch evidence; `counts` has the number of findings by severity.
    """

    at: datetime
    profile: str
    report_key: str
    counts: Mapping[Severity, int]
    digest: Digest | None = None
    content_digest: Digest | None = None
    parts: tuple[Part, ...] = ()
    listing: Listing | None = None


class SchemaMode(StrEnum):
    """Whether what is served of a version ever changes."""

    STATIC = "static"
    DYNAMIC = "dynamic"


@dataclass(frozen=True, slots=True)
class Dynamic:
    """That the schema of a version may vary: the envelope that says how, and how often to look for a newer document."""

    envelope: Digest
    refresh_minutes: int


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a plugin. `revision` counts its writes; 1 is the first.

    `queued_at` is its place in the review queue: the moment of its submission, or that of the undecided candidate that
    it replaced. `claim` and `proposal` are what is pending about it while it is in review. `dynamic` is set where its
    schema may vary.
    """

    plugin_id: PluginId
    number: int
    kind: str
    state: State
    manifest_url: str
    submitted_by: Subject
    submitted_at: datetime
    queued_at: datetime
    snapshot: Snapshot | None = None
    decision: Decision | None = None
    released_at: datetime | None = None
    claim: Claim | None = None
    proposal: Proposal | None = None
    dynamic: Dynamic | None = None
    revision: int = 1

    @property
    def schema_mode(self) -> SchemaMode:
        """Whether its schema may vary."""
        return SchemaMode.DYNAMIC if self.dynamic else SchemaMode.STATIC

    @property
    def digest(self) -> Digest | None:
        """The name of its content, once it is pinned."""
        return self.snapshot.digest if self.snapshot else None

    @property
    def is_candidate(self) -> bool:
        """Whether it is not yet decided or not yet released."""
        return self.state in CANDIDATE_STATES

    @property
    def release(self) -> Release | None:
        """How it is to become live, once it is approved."""
        return self.decision.release if self.decision else None

    def claimed(self, now: datetime) -> Claim | None:
        """Return the claim that still holds."""
        return self.claim if self.claim and self.claim.until > now else None

    def moved(self, *actions: Action) -> Version:
        """Return the version after some actions, as one write; nothing is pending about it then.

        Raises IllegalMoveError.
        """
        state = self.state
        for action in actions:
            state = moved(state, action)
        return replace(self, state=state, claim=None, proposal=None, revision=self.revision + 1)

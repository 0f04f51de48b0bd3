"""Whether a plugin's origin still says what is live, and what is worth telling of it.

A look at an origin is a set of requests, one for each document that is watched. What came of it moves the origin's
record; the record is never the pointer, and no state of it takes anything off the shelf.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.documents import Part
from shared.domain.identity import Digest, PluginId

if TYPE_CHECKING:
    from shared.domain.version import Version

LONGEST_PAUSE = timedelta(hours=24)
"""However long an origin has not answered, it is asked so often."""

MOST_ON_TRUST = 24
"""A 304 is the publisher's word. After so many looks in a row that rest on it, the documents are read in full."""


class OriginState(StrEnum):
    """What the last look at an origin found."""

    IN_SYNC = "in_sync"
    DRIFTED = "drifted"
    UNREACHABLE = "unreachable"
    GONE = "gone"


class Danger(StrEnum):
    """A kind of drift after which somebody else may be at the other end. Stable: hosts match on these."""

    HOST = "host"
    AUTHENTICATION = "authentication"
    DOMAIN = "domain"


@dataclass(frozen=True, slots=True)
class Watched:
    """One document at its origin: where it is asked for, what is pinned of it, and what the origin said last.

    `etag` and `last_modified` belong to what was seen; "" where the origin gave none.
    """

    role: str
    url: str
    pinned: Digest
    seen: Digest
    etag: str = ""
    last_modified: str = ""

    @property
    def is_as_pinned(self) -> bool:
        """Whether the origin gives the very bytes that are live."""
        return self.seen == self.pinned


@dataclass(frozen=True, slots=True)
class Drift:
    """What an origin says in place of the live version. `content` names it as a version's digest would.

    `lanes` counts the changes, `reasons` are the gravest in words. `parts` are the drifted documents, stored whole, and
    `report_key` holds the findings about them. `is_settled` says that there is nothing to submit any more: it became
    the version `submitted`, or its content was submitted before.
    """

    content: Digest
    risk: str
    lanes: Mapping[str, int]
    reasons: tuple[str, ...]
    dangers: tuple[Danger, ...]
    parts: tuple[Part, ...]
    report_key: str
    submitted: int | None = None
    is_settled: bool = False


@dataclass(frozen=True, slots=True)
class Origin:
    """The record of a plugin's origin, beside the live `version`, whose content `digest` names.

    `since` is when its state began, `checked_at` when it was looked at last, `verified_at` when it last said what is
    live. `failures` counts the looks in a row that got no answer, and `failure` says why the last one did not;
    `absent_since` is when the host's name was first found not to exist, in an unbroken row of looks. Before
    `not_before` it is left alone. `on_trust` counts the looks in a row that rest on a 304. Where `varies` is set, what
    is served of the version follows its schema, so that even a return to what is pinned has to be taken in.
    """

    plugin_id: PluginId
    version: int
    digest: Digest
    state: OriginState
    since: datetime
    checked_at: datetime
    watched: tuple[Watched, ...]
    verified_at: datetime | None = None
    failures: int = 0
    failure: str = ""
    absent_since: datetime | None = None
    not_before: datetime | None = None
    on_trust: int = 0
    varies: bool = False
    drift: Drift | None = None
    revision: int = 1

    @property
    def dangers(self) -> tuple[Danger, ...]:
        """Why new installs may have to wait, if the operator wants that."""
        if self.state is OriginState.GONE:
            return (Danger.DOMAIN,)
        return self.drift.dangers if self.drift else ()

    def is_due(self, moment: datetime, *, by_hand: bool) -> bool:
        """Tell whether a round of looks that began at a moment still has to look here; `by_hand`, it does not wait."""
        is_left_alone = self.not_before is not None and self.not_before > moment and not by_hand
        return self.checked_at < moment and not is_left_alone


def suspended_by(origin: Origin | None, live: int | None) -> Danger | None:
    """Return why nobody new should install the version that is live, as far as its origin is concerned.

    What was found beside an earlier version counts no more: a reviewer has approved what is live now since.
    """
    if origin is None or origin.version != live:
        return None
    return next(iter(origin.dangers), None)


@dataclass(frozen=True, slots=True)
class Silence:
    """A look that got no answer: why, in words, and whether the host's name does not even exist."""

    failure: str
    is_absent: bool = False


def beside(version: Version, digest: Digest, before: Origin | None, watched: tuple[Watched, ...]) -> Origin:
    """Return the record to look at an origin by, once a version is live: a new one where there is none.

    What the origin was known to say in place of an earlier version counts no more; the state that this was goes on.
    """
    if before is None:
        at = version.released_at or version.submitted_at
        before = Origin(version.plugin_id, version.number, digest, OriginState.IN_SYNC, at, at, watched, revision=0)
    elif before.version == version.number:
        return before
    varies = version.dynamic is not None
    return replace(
        before, version=version.number, digest=digest, watched=watched, verified_at=None, varies=varies, drift=None
    )


def in_sync(before: Origin, watched: tuple[Watched, ...], at: datetime, *, on_trust: bool) -> Origin:
    """Return the record after a look at an origin that says what is live."""
    after = _answered(before, watched, at, on_trust=on_trust)
    return replace(_in_state(after, before, OriginState.IN_SYNC), verified_at=at, drift=None)


def drifted(before: Origin, watched: tuple[Watched, ...], drift: Drift, at: datetime) -> Origin:
    """Return the record after a look at an origin that says something else. What was settled stays so."""
    if before.drift and before.drift.content == drift.content:
        drift = replace(drift, submitted=before.drift.submitted, is_settled=before.drift.is_settled)
    after = _answered(before, watched, at, on_trust=False)
    return replace(_in_state(after, before, OriginState.DRIFTED), drift=drift)


def unchanged(before: Origin, watched: tuple[Watched, ...], at: datetime, *, on_trust: bool) -> Origin:
    """Return the record after a look at an origin that says what it said before: the live version, or its drift."""
    if before.drift:
        after = _answered(before, watched, at, on_trust=on_trust)
        return _in_state(after, before, OriginState.DRIFTED)
    return in_sync(before, watched, at, on_trust=on_trust)


def silent(before: Origin, silence: Silence, at: datetime, *, gone_after: timedelta, interval: timedelta) -> Origin:
    """Return the record after a look that got no answer, the next pause twice as long as the one before.

    A host whose name has not existed for `gone_after` is gone; its drift, if any, is what it last said. While that is
    being found out, and for as long as a look is due every `interval` anyway, nothing is put off.
    """
    absent_since = (before.absent_since or at) if silence.is_absent else None
    is_gone = absent_since is not None and at - absent_since >= gone_after
    failures = before.failures + 1
    is_undecided = silence.is_absent and not is_gone
    pause = interval if is_undecided else min(interval * 2 ** min(failures - 1, 16), LONGEST_PAUSE)
    after = replace(
        before,
        checked_at=at,
        failures=failures,
        failure=silence.failure,
        absent_since=absent_since,
        # A little less: the round that is due then may begin a moment earlier in its hour.
        not_before=at + pause - interval / 2,
        revision=before.revision + 1,
    )
    return _in_state(after, before, OriginState.GONE if is_gone else OriginState.UNREACHABLE)


def _answered(before: Origin, watched: tuple[Watched, ...], at: datetime, *, on_trust: bool) -> Origin:
    return replace(
        before,
        checked_at=at,
        watched=watched,
        failures=0,
        failure="",
        absent_since=None,
        not_before=None,
        on_trust=before.on_trust + 1 if on_trust else 0,
        revision=before.revision + 1,
    )


def _in_state(after: Origin, before: Origin, state: OriginState) -> Origin:
    goes_on = before.revision > 0 and state is before.state
    return replace(after, state=state, since=before.since if goes_on else after.checked_at)

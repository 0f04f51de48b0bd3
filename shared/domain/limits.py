"""How much the store takes of one publisher, so that nobody can bury the reviewers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.domain.errors import RateLimitedError
from shared.domain.identity import Subject

RETRY_AFTER_DECISION_SECONDS = 3600
"""When to look again for a place among the open candidates: nobody knows when the next decision falls."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits for each publisher. 0 is no limit."""

    open_candidates: int = 0
    submissions_per_day: int = 0


@dataclass(frozen=True, slots=True)
class Quota:
    """What a publisher may use up within a day of UTC. `ends` is when it counts from nothing again.

    `retry_after` is in seconds from the moment of the request.
    """

    subject: Subject
    day: str
    at_most: int
    ends: datetime
    retry_after: int

    def exceeded(self) -> RateLimitedError:
        """Return the error of one use too many."""
        message = f"This store takes {self.at_most} submissions a day of one publisher. A day begins at 00:00 UTC."
        return RateLimitedError(message, retry_after=self.retry_after)


def quota_of(limits: Limits, subject: Subject, now: datetime) -> Quota | None:
    """Return the quota that a submission at `now` (in UTC) uses up, or None where there is no limit."""
    if not limits.submissions_per_day:
        return None
    ends = now.replace(hour=0, minute=0, second=0, microsecond=0) + _DAY
    left = max(1, round((ends - now).total_seconds()))
    return Quota(subject, now.date().isoformat(), limits.submissions_per_day, ends, left)


def require_place(limits: Limits, open_candidates: int) -> None:
    """Raise RateLimitedError where a publisher has as many candidates open as may be."""
    if limits.open_candidates and open_candidates >= limits.open_candidates:
        message = (
            f"You have {open_candidates} candidates under review. This store takes no more of one publisher at a time:"
            " withdraw one, or wait for a decision."
        )
        raise RateLimitedError(message, retry_after=RETRY_AFTER_DECISION_SECONDS)

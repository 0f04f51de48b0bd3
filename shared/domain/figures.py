"""What is counted and measured of the store: one table of names, units and dimensions.

Nothing else may name a metric. What follows from events is derived from them as they are passed on, so that no function
has to remember to count: `figures_of`. An event that comes twice is counted twice, as it is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Unit(StrEnum):
    """Units, by the names that CloudWatch has for them."""

    COUNT = "Count"
    SECONDS = "Seconds"
    MILLISECONDS = "Milliseconds"


@dataclass(frozen=True, slots=True)
class Metric:
    """Something that is measured; `dimension` names what tells its series apart, "" where there is one series."""

    name: str
    unit: Unit
    meaning: str
    dimension: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One measurement. `label` is the value of the metric's dimension."""

    metric: Metric
    value: float = 1
    label: str = ""


SUBMISSIONS = Metric("Submissions", Unit.COUNT, "versions submitted")
SNAPSHOTS = Metric("Snapshots", Unit.COUNT, "snapshots, by what came of them", "Outcome", ("pinned", "invalid"))
DECISIONS = Metric(
    "Decisions",
    Unit.COUNT,
    "decisions, by kind",
    "Kind",
    ("approved", "approved-by-policy", "rejected", "withdrawn", "revoked", "banned", "ban-lifted"),
)
TIME_TO_DECISION = Metric(
    "TimeToDecision", Unit.SECONDS, "from a version's place in the queue to its approval or rejection"
)
FLIPS = Metric("Flips", Unit.COUNT, "moves of a pointer to another version", "Cause", ("release", "rollback"))
NOTIFICATIONS = Metric(
    "Notifications",
    Unit.COUNT,
    "what was passed on of events",
    "Channel",
    ("history", "webhook", "topic", "mail", "mail-refused"),
)
PURGE_LAG = Metric("PurgeLag", Unit.MILLISECONDS, "from the write of a pointer to the CDN's word that it will purge")
RESOLVES = Metric(
    "Resolves", Unit.COUNT, "answers of the public route", "Outcome", ("200", "304", "404", "410", "4xx", "5xx")
)
# Written out: the public route reads this module, and pays for what it imports. Tests compare them with their origins.
_REFUSALS = (
    "banned",
    "not_approved",
    "developers_only",
    "not_installed",
    "no_place",
    "no_candidate",
    "no-place-left",
    "origin_host",
    "origin_authentication",
    "origin_domain",
)
_KINDS = (
    "orphan-object",
    "missing-object",
    "dangling-pointer",
    "stuck-submission",
    "unscheduled-release",
    "stuck-delivery",
    "places-miscounted",
    "reused-number",
)

INSTALLS_REFUSED = Metric("InstallsRefused", Unit.COUNT, "installs refused, by reason", "Reason", _REFUSALS)
DELIVERIES = Metric(
    "Deliveries", Unit.COUNT, "attempts at webhooks, by outcome", "Outcome", ("delivered", "retried", "failed")
)
DRIFT_CHECKS = Metric(
    "DriftChecks",
    Unit.COUNT,
    "comparisons of an origin with what is live",
    "State",
    ("in_sync", "drifted", "unreachable", "gone"),
)
DISCREPANCIES = Metric("Discrepancies", Unit.COUNT, "what a reconciliation found, by kind", "Kind", _KINDS)
RECONCILIATIONS = Metric("Reconciliations", Unit.COUNT, "reconciliations that came to their end", "Outcome", ("done",))

METRICS = (
    SUBMISSIONS,
    SNAPSHOTS,
    DECISIONS,
    TIME_TO_DECISION,
    FLIPS,
    NOTIFICATIONS,
    PURGE_LAG,
    RESOLVES,
    INSTALLS_REFUSED,
    DELIVERIES,
    DRIFT_CHECKS,
    DISCREPANCIES,
    RECONCILIATIONS,
)

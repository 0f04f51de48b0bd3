"""Settings of the drift function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    Each origin is looked at every `interval_minutes`, in steps of a quarter of an hour; 0 is never by the clock. A host
    whose name has not existed for `gone_after_hours` is gone. `at_once` hosts are asked at a time. `profile` and
    `domain_proof` are those of the snapshots, the limits those of submissions.
    """

    table_name: str
    bucket_name: str
    drift_queue_url: str
    snapshot_queue_url: str
    open_candidates_limit: int
    submissions_per_day: int
    interval_minutes: int = 60
    gone_after_hours: int = 24
    at_once: int = 8
    profile: str = "enforced"
    domain_proof: str = "off"
    metrics_namespace: str = "Standfast"

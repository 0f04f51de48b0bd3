"""Settings of the submission function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    The limits are for each publisher; 0 is none.
    """

    table_name: str
    bucket_name: str
    snapshot_queue_url: str
    open_candidates_limit: int
    submissions_per_day: int

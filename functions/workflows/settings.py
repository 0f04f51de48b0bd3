"""Settings of the workflows function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `public_base_url` is whom tokens are to be for; empty means the host that was asked. The limits are those of
    submissions by hand, for each publisher; 0 is none.
    """

    table_name: str
    bucket_name: str
    snapshot_queue_url: str
    open_candidates_limit: int
    submissions_per_day: int
    public_base_url: str = ""

"""Settings of the envelopes function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables."""

    table_name: str
    bucket_name: str

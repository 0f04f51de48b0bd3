"""Settings of the feeds function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `public_base_url` is where the public routes are reached, without a slash at the end. Empty means the host that
    the client asked.
    """

    table_name: str
    public_base_url: str = ""

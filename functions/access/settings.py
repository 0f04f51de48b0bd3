"""Settings of the access function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `public_base_url` is where the API is reached, without a slash at the end. Empty means the domain that the request
    came to.
    """

    table_name: str
    bucket_name: str
    public_base_url: str = ""

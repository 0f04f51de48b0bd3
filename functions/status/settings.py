"""Settings of the status function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `login_url` is the origin of the sign-in pages, `client_id` what programs on people's machines are known as there.
    """

    table_name: str
    bucket_name: str
    login_url: str = ""
    client_id: str = ""

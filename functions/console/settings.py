"""Settings of the console function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `login_url` is the origin of the user pool's own pages, `client_id` the client that they know this store as.
    """

    public_base_url: str
    login_url: str
    client_id: str

"""Settings of the resolve function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `public_base_url` is where the public routes are reached, without a slash at the end. Empty means the host that
    the client asked, which a CDN in front tells. `metrics_namespace` is where figures are counted.
    """

    table_name: str
    bucket_name: str
    public_base_url: str = ""
    metrics_namespace: str = "Standfast"

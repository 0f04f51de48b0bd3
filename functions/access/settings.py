"""Settings of the access function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `public_base_url` is where the API is reached, without a slash at the end. Empty means the host that the client
    asked. `metrics_namespace` is where figures are counted. With `suspend_on_drift` "on", nobody new installs a
    plugin whose origin drifted dangerously.
    """

    table_name: str
    bucket_name: str
    public_base_url: str = ""
    suspend_on_drift: str = "off"
    metrics_namespace: str = "Standfast"

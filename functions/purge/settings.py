"""Settings of the purge function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `distribution_id` names the CloudFront distribution; empty means that there is none, and nothing to purge.
    `metrics_namespace` is where figures are counted.
    """

    purge_queue_url: str
    distribution_id: str = ""
    metrics_namespace: str = "Standfast"

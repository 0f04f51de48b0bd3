"""Settings of the delivery function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `metrics_namespace` is where figures are counted.
    """

    table_name: str
    delivery_queue_url: str
    metrics_namespace: str = "Standfast"

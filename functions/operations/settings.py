"""Settings of the operations function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `sources` is a JSON object of what feeds the functions that no request calls, each with its dead letters; see
    `shared.domain.operations.read_sources`. `metrics_namespace` is where figures are counted.
    """

    table_name: str
    reconcile_queue_url: str
    sources: str
    metrics_namespace: str = "Standfast"

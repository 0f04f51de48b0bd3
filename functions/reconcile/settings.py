"""Settings of the reconcile function."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment once; the fields are the template's variables.

    `reconcile_mends` says whether the runs of the schedule mend what they find ("on") or report alone ("off").
    `metrics_namespace` is where figures are counted.
    """

    table_name: str
    bucket_name: str
    reconcile_queue_url: str
    snapshot_queue_url: str
    delivery_queue_url: str
    release_queue_url: str
    release_queue_arn: str
    release_schedule_group: str
    release_schedule_role_arn: str
    reconcile_mends: str = "off"
    metrics_namespace: str = "Standfast"

"""Composition root of the reconcile function."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from functions.reconcile.inspecting import ObjectInspection, RecordInspection
from functions.reconcile.settings import Settings
from functions.reconcile.use_case import ReconcileSteps
from shared.domain.reconcile_runs import ReconcileRuns
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.installs import InstallStore
from shared.storage.inventory import InventoryStore
from shared.storage.listing import S3Listing
from shared.storage.reconcile_queue import SqsReconcileQueue
from shared.storage.reconciliations import ReconciliationStore
from shared.storage.scheduler import EventBridgeReleaseSchedule, SqsDueReleases
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import (
        Clock,
        DeliveryQueue,
        DueReleases,
        Entropy,
        Inventory,
        Metrics,
        ObjectListing,
        PlaceCounting,
        ReconcileQueue,
        Reconciliations,
        Records,
        ReleaseCalendar,
        SnapshotQueue,
    )


@dataclass(frozen=True, slots=True)
class Reconciling:
    """The use cases of the steps and of the schedule, and whether a run of the schedule mends."""

    steps: ReconcileSteps
    runs: ReconcileRuns
    mends: bool


def wire(  # noqa: PLR0913 - the one function that looks at everything
    settings: Settings,
    *,
    records: Records,
    inventory: Inventory,
    listing: ObjectListing,
    queue: SnapshotQueue,
    calendar: ReleaseCalendar,
    releases: DueReleases,
    deliveries: DeliveryQueue,
    places: PlaceCounting,
    reconciliations: Reconciliations,
    steps: ReconcileQueue,
    clock: Clock,
    entropy: Entropy,
    metrics: Metrics,
) -> Reconciling:
    """Put the use cases together from their ports."""
    of_records = RecordInspection(inventory, listing, queue, calendar, releases, deliveries, places)
    of_objects = ObjectInspection(inventory, listing, records, entropy)
    taking = ReconcileSteps(reconciliations, steps, of_records, of_objects, clock, metrics)
    runs = ReconcileRuns(reconciliations, steps, clock, entropy)
    return Reconciling(taking, runs, settings.reconcile_mends == "on")


@cache
def from_environment() -> Reconciling:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    sqs = clients.sqs()
    return wire(
        settings,
        records=Store(table),
        inventory=InventoryStore(table),
        listing=S3Listing(clients.s3(), settings.bucket_name),
        queue=SqsSnapshotQueue(sqs, settings.snapshot_queue_url),
        calendar=EventBridgeReleaseSchedule(
            clients.scheduler(),
            group=settings.release_schedule_group,
            queue_arn=settings.release_queue_arn,
            role_arn=settings.release_schedule_role_arn,
        ),
        releases=SqsDueReleases(sqs, settings.release_queue_url),
        deliveries=SqsDeliveryQueue(sqs, settings.delivery_queue_url),
        places=InstallStore(table),
        reconciliations=ReconciliationStore(table),
        steps=SqsReconcileQueue(sqs, settings.reconcile_queue_url),
        clock=system.clock,
        entropy=system.entropy,
        metrics=EmfMetrics(settings.metrics_namespace),
    )

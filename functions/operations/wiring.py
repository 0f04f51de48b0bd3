"""Composition root of the operations function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.operations.settings import Settings
from functions.operations.use_case import Operations
from shared.domain.operations import read_sources
from shared.domain.reconcile_runs import ReconcileRuns
from shared.edge import system
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.backlogs import SqsBacklogs
from shared.storage.charts import CloudWatchCharts
from shared.storage.dead_letters import SqsDeadLetters
from shared.storage.dynamo import DynamoTable
from shared.storage.reconcile_queue import SqsReconcileQueue
from shared.storage.reconciliations import ReconciliationStore
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import (
        Backlogs,
        Charts,
        Clock,
        DeadLetters,
        Entropy,
        ReconcileQueue,
        Reconciliations,
        Records,
    )


def wire(  # noqa: PLR0913 - it tells of everything
    settings: Settings,
    *,
    records: Records,
    backlogs: Backlogs,
    dead_letters: DeadLetters,
    charts: Charts,
    reconciliations: Reconciliations,
    steps: ReconcileQueue,
    clock: Clock,
    entropy: Entropy,
) -> Operations:
    """Put the use case together from its ports. Raises ValueError for sources that cannot be read."""
    runs = ReconcileRuns(reconciliations, steps, clock, entropy)
    sources = read_sources(settings.sources)
    return Operations(records, backlogs, dead_letters, charts, reconciliations, runs, sources, clock)


@cache
def from_environment() -> Operations:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    sqs, cloudwatch = clients.sqs(), clients.cloudwatch()
    return wire(
        settings,
        records=Store(table),
        backlogs=SqsBacklogs(sqs, cloudwatch),
        dead_letters=SqsDeadLetters(sqs, clients.streams(), clients.functions()),
        charts=CloudWatchCharts(cloudwatch, settings.metrics_namespace),
        reconciliations=ReconciliationStore(table),
        steps=SqsReconcileQueue(sqs, settings.reconcile_queue_url),
        clock=system.clock,
        entropy=system.entropy,
    )

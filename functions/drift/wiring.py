"""Composition root of the drift function."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from functions.drift.checking import Checking
from functions.drift.examining import Examining, Proof
from functions.drift.notes import Notes, Patience
from functions.drift.planning import Planning
from functions.drift.probing import Probing
from functions.drift.settings import Settings
from functions.drift.submitting import Submitting
from functions.drift.use_case import Drift
from shared.domain.limits import Limits
from shared.domain.proving import DomainProof
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.envelope.refreshing import Refreshing
from shared.fetching.dns import DnsTxtRecords
from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.names import DnsDomainNames
from shared.storage import clients
from shared.storage.drift import OriginStore
from shared.storage.drift_queue import SqsDriftQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.s3 import S3Objects
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.store import Store

if TYPE_CHECKING:
    from shared.domain.ports import (
        Clock,
        ConditionalFetcher,
        DomainNames,
        DriftQueue,
        Entropy,
        Fetcher,
        Metrics,
        ObjectStore,
        Origins,
        Prober,
        Records,
        SnapshotQueue,
        TxtRecords,
    )

_DEADLINE_SECONDS = 10.0
"""For one document. Whoever takes longer is asked again later: nobody is waiting for this."""


def wire(  # noqa: PLR0913 - each is a port
    settings: Settings,
    *,
    records: Records,
    origins: Origins,
    objects: ObjectStore,
    fetch: Fetcher,
    fetch_if_changed: ConditionalFetcher,
    probe: Prober,
    domains: DomainNames,
    txt: TxtRecords,
    looks: DriftQueue,
    queue: SnapshotQueue,
    clock: Clock,
    entropy: Entropy,
    metrics: Metrics,
) -> Drift:
    """Put the use case together from its ports. Raises ValueError for an unknown setting."""
    interval = timedelta(minutes=settings.interval_minutes)
    patience = Patience(interval, timedelta(hours=settings.gone_after_hours))
    notes = Notes(records, looks, domains, metrics, clock, entropy, patience)
    limits = Limits(settings.open_candidates_limit, settings.submissions_per_day)
    submitting = Submitting(records, objects, queue, limits, notes)
    proof = Proof(DomainProof(settings.domain_proof) is DomainProof.REQUIRED, txt, fetch)
    refresh = Refreshing(records, objects, settings.profile)
    return Drift(
        Planning(records, looks, interval),
        Checking(records, origins, fetch_if_changed, notes, settings.at_once),
        Examining(records, origins, objects, fetch, refresh, proof, submitting, notes, settings.profile),
        Probing(records, origins, objects, probe, clock, settings.at_once),
    )


@cache
def from_environment() -> Drift:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    table = DynamoTable(clients.dynamodb(), settings.table_name)
    fetcher, sqs = HttpsFetcher(deadline_seconds=_DEADLINE_SECONDS), clients.sqs()
    return wire(
        settings,
        records=Store(table),
        origins=OriginStore(table),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        fetch=fetcher,
        fetch_if_changed=fetcher.get_if_changed,
        probe=fetcher.probe,
        domains=DnsDomainNames(),
        txt=DnsTxtRecords(),
        looks=SqsDriftQueue(sqs, settings.drift_queue_url),
        queue=SqsSnapshotQueue(sqs, settings.snapshot_queue_url),
        clock=system.clock,
        entropy=system.entropy,
        metrics=EmfMetrics(settings.metrics_namespace),
    )

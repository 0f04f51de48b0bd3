"""Composition root of the resolve function."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from functions.resolve.bodies import Bodies
from functions.resolve.settings import Settings
from functions.resolve.use_case import Resolve
from shared.edge.metrics import EmfMetrics
from shared.edge.settings import read
from shared.storage import clients
from shared.storage.dynamo import DynamoTable
from shared.storage.pointers import PointerStore
from shared.storage.s3 import S3Objects

if TYPE_CHECKING:
    from shared.domain.ports import Metrics, ObjectStore, PointerReader

_INITIALISED_BY_LAMBDA = "AWS_LAMBDA_INITIALIZATION_TYPE"
"""Lambda says there whether it initialises for a request, for a snapshot, or ahead of demand."""


class Resolving:
    """The use case, where the public reaches it, and where its answers are counted."""

    # No dataclass, for the reason that `Resolve` is none.
    __slots__ = ("metrics", "public_base_url", "resolve")

    def __init__(self, resolve: Resolve, public_base_url: str, metrics: Metrics) -> None:
        self.resolve = resolve
        self.public_base_url = public_base_url
        self.metrics = metrics


def wire(settings: Settings, *, records: PointerReader, objects: ObjectStore, metrics: Metrics) -> Resolving:
    """Put the use case together from its ports."""
    return Resolving(Resolve(records, objects, Bodies()), settings.public_base_url.rstrip("/"), metrics)


@cache
def from_environment() -> Resolving:
    """Put it together for AWS."""
    settings = read(Settings, os.environ)
    return wire(
        settings,
        records=PointerStore(DynamoTable(clients.dynamodb(), settings.table_name)),
        objects=S3Objects(clients.s3(), settings.bucket_name),
        metrics=EmfMetrics(settings.metrics_namespace),
    )


def prepare() -> None:
    """Put it together while Lambda initialises the function, so that neither the first reader nor a snapshot waits.

    Elsewhere nothing is read at import. What is made holds neither credentials nor connections: both come with the
    first request. See docs/adr/0021-clients-are-made-while-lambda-initialises.md.
    """
    if _INITIALISED_BY_LAMBDA in os.environ:
        from_environment()

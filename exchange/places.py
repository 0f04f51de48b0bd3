"""Opening places: a data directory of this machine, or a stack on AWS with the operator's own credentials."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.errors import SiteError
from exchange.site import IMPORTED, Site
from local.machine import Machine
from local.server import CannotStartError, locked
from shared.storage import clients
from shared.storage.delivery_queue import SqsDeliveryQueue
from shared.storage.dynamo import DynamoTable
from shared.storage.items import EVENT_PREFIX
from shared.storage.listing import S3Listing
from shared.storage.s3 import S3Objects
from shared.storage.scheduler import EventBridgeReleaseSchedule, SqsDueReleases
from shared.storage.sqs import SqsSnapshotQueue
from shared.storage.stacks import Stack
from shared.storage.table import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from local.database import Database

AWS = "aws:"
"""How the name of a stack begins, where a data directory could be named as well."""

_UNTOLD = "SELECT pk, sk, new FROM changes WHERE kind = 'INSERT' AND sk >= ? AND sk < ? AND sequence > ?"
_REACHED = "SELECT coalesce(min(sequence), 0) FROM checkpoints"


@contextmanager
def opened(name: str, *, is_new: bool = False) -> Iterator[Site]:
    """Open a place by its name: `aws:STACK`, or a data directory, which is made if it may be new. Raises SiteError."""
    if name.startswith(AWS):
        yield on_aws(Stack(clients.cloudformation(), name.removeprefix(AWS)), name)
        return
    data = Path(name)
    if not is_new and not (data / "standfast.db").is_file():
        raise SiteError(f"{name} is no data directory of a store.")
    try:
        with locked(data):
            machine = Machine.at(data)
            try:
                yield on_this_machine(machine, name)
            finally:
                machine.close()
    except CannotStartError as error:
        raise SiteError(str(error)) from error


def on_this_machine(machine: Machine, name: str) -> Site:
    """Return the place of a machine, which nobody else uses."""
    ports = machine.ports()
    return Site(
        name=name,
        table=machine.table,
        objects=machine.objects,
        listing=machine.objects,
        snapshots=ports.queue,
        schedule=ports.schedule,
        releases=ports.releases,
        deliveries=ports.deliveries,
        untold=lambda: _untold(machine.database),
    )


def _untold(database: Database) -> frozenset[Key]:
    """Return the events that some consumer of the stream has not come to; what was imported was told before."""
    with database.reading() as connection:
        (reached,) = connection.execute(_REACHED).fetchone()
    with database.reading() as connection:
        end = f"{EVENT_PREFIX[:-1]}{chr(ord(EVENT_PREFIX[-1]) + 1)}"
        rows = connection.execute(_UNTOLD, (EVENT_PREFIX, end, reached)).fetchall()
    return frozenset(Key(pk, sk) for pk, sk, new in rows if IMPORTED not in json.loads(new))


def on_aws(stack: Stack, name: str) -> Site:
    """Return the place of a stack. What its stream tells is told within seconds: nothing is taken for untold."""
    table = DynamoTable(clients.dynamodb(), stack.resource("Table"))
    bucket, release_queue = stack.resource("DocumentsBucket"), stack.resource("ReleaseQueue")
    schedule = EventBridgeReleaseSchedule(
        clients.scheduler(),
        group=stack.resource("ReleaseScheduleGroup"),
        queue_arn=_queue_arn(release_queue),
        role_arn=_role_arn(stack.resource("ReleaseSchedulerRole"), _queue_arn(release_queue)),
    )
    return Site(
        name=name,
        table=table,
        objects=S3Objects(clients.s3(), bucket),
        listing=S3Listing(clients.s3(), bucket),
        snapshots=SqsSnapshotQueue(clients.sqs(), stack.resource("SnapshotQueue")),
        schedule=schedule,
        releases=SqsDueReleases(clients.sqs(), release_queue),
        deliveries=SqsDeliveryQueue(clients.sqs(), stack.resource("DeliveryQueue")),
    )


def _queue_arn(url: str) -> str:
    """Return the ARN of a queue, as SQS tells it."""
    found: str = clients.sqs().get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return found


def _role_arn(name: str, neighbour: str) -> str:
    """Return the ARN of a role in the account of another resource: its physical id is its name alone."""
    _, partition, _, _, account, _ = neighbour.split(":", 5)
    return f"arn:{partition}:iam::{account}:role/{name}"

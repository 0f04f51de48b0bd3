"""One machine's storage and the ports over it: what `shared.storage.clients` and the network are on AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.database import Database
from local.deliveries import SqliteDeliveryQueue
from local.edge import HttpCache, SqlitePurgeQueue
from local.mail import FolderMail, LocalPeople
from local.objects import FileObjects
from local.queue import SqliteQueue
from local.scheduler import SqliteReleaseSchedule
from local.stream import ChangeLog
from local.table import SqliteTable
from local.topics import FileTopic
from local.txt import FileTxtRecords
from shared.domain.ports import (
    Changes,
    Clock,
    DeliveryQueue,
    EdgeCache,
    Entropy,
    Fetcher,
    Installs,
    Mail,
    ObjectStore,
    People,
    Poster,
    PurgeQueue,
    Records,
    ReleaseSchedule,
    SnapshotQueue,
    Topic,
    TxtRecords,
    Webhooks,
)
from shared.edge import system
from shared.fetching.dns import DnsTxtRecords
from shared.fetching.fetcher import HttpsFetcher
from shared.storage.cdn import NoCache
from shared.storage.changes import ChangeStore
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from shared.storage.webhooks import WebhookStore

if TYPE_CHECKING:
    from pathlib import Path


SNAPSHOT_QUEUE = "SnapshotQueue"
"""The template's logical id of the queue behind the port `queue`."""

RELEASE_QUEUE = "ReleaseQueue"
"""That of the queue of due releases, which the port `schedule` puts into."""

DELIVERY_QUEUE = "DeliveryQueue"
"""That of the queue of webhook deliveries, which the port `deliveries` puts into."""

PURGE_QUEUE = "PurgeQueue"
"""That of the queue of second purges, which the port `purges` puts into."""

_DATABASE = "standfast.db"
_OBJECTS = "objects"
_MAIL = "mail"
_EVENTS = "events.jsonl"
_TXT_RECORDS = "txt-records.json"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports, by the names that the functions' `wire` asks for."""

    records: Records
    objects: ObjectStore
    queue: SnapshotQueue
    fetch: Fetcher
    txt: TxtRecords
    schedule: ReleaseSchedule
    installs: Installs
    changes: Changes
    webhooks: Webhooks
    deliveries: DeliveryQueue
    post: Poster
    topic: Topic
    mail: Mail
    people: People
    edge: EdgeCache
    purges: PurgeQueue
    clock: Clock = system.clock
    entropy: Entropy = system.entropy


class Machine:
    """Everything that is kept, in one directory, or in memory but for the objects."""

    def __init__(self, objects: Path, database: Database) -> None:
        self.database = database
        self.table = SqliteTable(database)
        self.changes = ChangeLog(database)
        self.objects = FileObjects(objects)
        self._data = objects.parent
        self._queues: dict[str, SqliteQueue] = {}

    @classmethod
    def at(cls, data: Path) -> Machine:
        """Open the machine that keeps its state in a directory."""
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(data / _OBJECTS, Database(data / _DATABASE))

    def queue(self, name: str) -> SqliteQueue:
        """Return the queue of a logical id. Everybody gets the same object, and hears the same bell."""
        return self._queues.setdefault(name, SqliteQueue(self.database, name))

    def ports(self, *, connect_to: tuple[str, int] | None = None, purge_url: str = "") -> Ports:
        """Return the ports. With `connect_to`, publishers' documents all come from that host and port in plain HTTP.

        `purge_url` is where a cache in front takes purges, if there is one.
        """
        fetcher = HttpsFetcher(connect_to=connect_to)
        played = FileTxtRecords(self._data / _TXT_RECORDS)
        return Ports(
            records=Store(self.table),
            txt=played if connect_to else DnsTxtRecords(),
            installs=InstallStore(self.table),
            changes=ChangeStore(self.table),
            webhooks=WebhookStore(self.table),
            deliveries=SqliteDeliveryQueue(self.queue(DELIVERY_QUEUE)),
            post=fetcher.post,
            topic=FileTopic(self._data / _EVENTS),
            mail=FolderMail(self._data / _MAIL),
            people=LocalPeople(),
            edge=HttpCache(purge_url) if purge_url else NoCache(),
            purges=SqlitePurgeQueue(self.queue(PURGE_QUEUE)),
            objects=self.objects,
            queue=self.queue(SNAPSHOT_QUEUE),
            schedule=SqliteReleaseSchedule(self.database, self.queue(RELEASE_QUEUE)),
            fetch=fetcher,
        )

    def close(self) -> None:
        """Close the database. Nobody may be using it any more."""
        self.database.close()

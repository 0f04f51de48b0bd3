"""One machine's storage and the ports over it: what `shared.storage.clients` and the network are on AWS."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.console import InProcessHttp
from local.database import Database
from local.deliveries import SqliteDeliveryQueue
from local.drift import SqliteDriftQueue
from local.edge import HttpCache, SqlitePurgeQueue
from local.mail import FolderMail, LocalPeople
from local.measurements import Measurements
from local.names import FileDomainNames
from local.objects import FileObjects
from local.operations import LocalBacklogs, LocalDeadLetters
from local.queue import SqliteQueue
from local.reconcile_queue import SqliteReconcileQueue
from local.scheduler import SqliteDueReleases, SqliteReleaseSchedule
from local.stream import ChangeLog
from local.table import SqliteTable
from local.topics import FileTopic
from local.txt import FileTxtRecords
from shared.domain.ports import (
    Backlogs,
    Changes,
    Charts,
    Clock,
    ConditionalFetcher,
    DeadLetters,
    DeliveryQueue,
    DomainNames,
    DriftQueue,
    DueReleases,
    EdgeCache,
    Entropy,
    FastLaneQueue,
    Fetcher,
    Installs,
    Inventory,
    KeySets,
    Mail,
    Metrics,
    ObjectListing,
    ObjectStore,
    Origins,
    People,
    PlaceCounting,
    Poster,
    Prober,
    Publishers,
    PurgeQueue,
    ReconcileQueue,
    Reconciliations,
    Records,
    ReleaseCalendar,
    ReleaseSchedule,
    SnapshotQueue,
    Topic,
    TxtRecords,
    Webhooks,
)
from shared.edge import system
from shared.edge.metrics import EmfMetrics
from shared.fetching.dns import DnsTxtRecords
from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.key_sets import MOST_BYTES, FetchedKeySets
from shared.fetching.names import DnsDomainNames
from shared.storage.cdn import NoCache
from shared.storage.changes import ChangeStore
from shared.storage.drift import OriginStore
from shared.storage.installs import InstallStore
from shared.storage.inventory import InventoryStore
from shared.storage.publishers import PublisherStore
from shared.storage.reconciliations import ReconciliationStore
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

FAST_LANE_QUEUE = "FastLaneQueue"
"""That of the queue of versions that the policy is asked about, which the port `fast_lane` puts into."""

DRIFT_QUEUE = "DriftQueue"
"""That of the queue of looks at origins, which the port `looks` puts into."""

RECONCILE_QUEUE = "ReconcileQueue"
"""That of the queue of the steps of reconciliations, which the port `steps` puts into."""

DATABASE = "standfast.db"
_OBJECTS = "objects"
_MAIL = "mail"
_EVENTS = "events.jsonl"
_TXT_RECORDS = "txt-records.json"
_GONE_NAMES = "gone-names.json"


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports, by the names that the functions' `wire` asks for."""

    records: Records
    objects: ObjectStore
    queue: SnapshotQueue
    fast_lane: FastLaneQueue
    fetch: Fetcher
    fetch_if_changed: ConditionalFetcher
    probe: Prober
    domains: DomainNames
    origins: Origins
    looks: DriftQueue
    txt: TxtRecords
    schedule: ReleaseSchedule
    calendar: ReleaseCalendar
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
    publishers: Publishers
    key_sets: KeySets
    http: InProcessHttp
    metrics: Metrics
    inventory: Inventory
    listing: ObjectListing
    releases: DueReleases
    places: PlaceCounting
    reconciliations: Reconciliations
    steps: ReconcileQueue
    backlogs: Backlogs
    dead_letters: DeadLetters
    charts: Charts
    clock: Clock = system.clock
    entropy: Entropy = system.entropy


class Machine:
    """Everything that is kept, in one directory, or in memory but for the objects."""

    def __init__(self, objects: Path, database: Database) -> None:
        self.database = database
        self.table = SqliteTable(database)
        self.changes = ChangeLog(database)
        self.measurements = Measurements(database)
        self.objects = FileObjects(objects)
        self._data = objects.parent
        self._queues: dict[str, SqliteQueue] = {}

    @classmethod
    def at(cls, data: Path) -> Machine:
        """Open the machine that keeps its state in a directory."""
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(data / _OBJECTS, Database(data / DATABASE))

    def queue(self, name: str) -> SqliteQueue:
        """Return the queue of a logical id. Everybody gets the same object, and hears the same bell."""
        return self._queues.setdefault(name, SqliteQueue(self.database, name))

    def ports(self, *, connect_to: tuple[str, int] | None = None, purge_url: str = "") -> Ports:
        """Return the ports. With `connect_to`, publishers' documents all come from that host and port in plain HTTP.

        `purge_url` is where a cache in front takes purges, if there is one.
        """
        fetcher = HttpsFetcher(connect_to=connect_to)
        schedule = SqliteReleaseSchedule(self.database, self.queue(RELEASE_QUEUE))
        played = FileTxtRecords(self._data / _TXT_RECORDS)
        return Ports(
            records=Store(self.table),
            txt=played if connect_to else DnsTxtRecords(),
            domains=FileDomainNames(self._data / _GONE_NAMES) if connect_to else DnsDomainNames(),
            origins=OriginStore(self.table),
            looks=SqliteDriftQueue(self.queue(DRIFT_QUEUE)),
            fetch_if_changed=fetcher.get_if_changed,
            probe=fetcher.probe,
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
            publishers=PublisherStore(self.table),
            key_sets=FetchedKeySets(HttpsFetcher(connect_to=connect_to, max_bytes=MOST_BYTES), system.clock),
            objects=self.objects,
            queue=self.queue(SNAPSHOT_QUEUE),
            fast_lane=self.queue(FAST_LANE_QUEUE),
            schedule=schedule,
            calendar=schedule,
            fetch=fetcher,
            http=InProcessHttp(),
            metrics=EmfMetrics("Standfast", self.measurements.take),
            inventory=InventoryStore(self.table),
            listing=self.objects,
            releases=SqliteDueReleases(self.queue(RELEASE_QUEUE)),
            places=InstallStore(self.table),
            reconciliations=ReconciliationStore(self.table),
            steps=SqliteReconcileQueue(self.queue(RECONCILE_QUEUE)),
            backlogs=LocalBacklogs(self.database),
            dead_letters=LocalDeadLetters(self.database, self.queue, self.table.changes),
            charts=self.measurements,
        )

    def close(self) -> None:
        """Close the database. Nobody may be using it any more."""
        self.measurements.keep()
        self.database.close()

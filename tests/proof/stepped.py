"""The ports with a baton before each call: where one call can be overtaken by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.ports import ObjectStore, ReleaseSchedule, SnapshotQueue
from shared.storage.table import Put, Table
from tests.integration.aws import Web
from tests.proof.baton import Baton

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from shared.domain.ports import Fetched
    from shared.storage.table import Item, ItemPage, Key, Query, Write


@dataclass(frozen=True, slots=True)
class SteppedTable:
    """A table that waits for its turn before each call."""

    table: Table
    baton: Baton

    def get(self, key: Key) -> Item | None:
        """Return an item."""
        self.baton(f"get {key.pk} {key.sk}")
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        """Return a page."""
        self.baton(f"query {query.partition} {query.prefix}")
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        """Do all of the writes or none."""
        places = (write.item.key if isinstance(write, Put) else write.key for write in writes)
        self.baton("transact " + ", ".join(place.sk for place in places))
        self.table.transact(writes)


@dataclass(frozen=True, slots=True)
class SteppedObjects:
    """An object store that waits for its turn before each call."""

    objects: ObjectStore
    baton: Baton

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store an object."""
        self.baton(f"put {key}")
        self.objects.put(key, body, media_type)

    def get(self, key: str) -> bytes:
        """Return an object's bytes."""
        self.baton(f"get {key}")
        return self.objects.get(key)


@dataclass(frozen=True, slots=True)
class SteppedQueue:
    """A queue that waits for its turn before each call."""

    queue: SnapshotQueue
    baton: Baton

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask for a snapshot."""
        self.baton(f"ask {plugin_id} {number}")
        self.queue.ask(plugin_id, number)


@dataclass(frozen=True, slots=True)
class SteppedSchedule:
    """A schedule that waits for its turn before each call."""

    schedule: ReleaseSchedule
    baton: Baton

    def at(self, moment: datetime, plugin_id: str, number: int) -> None:
        """Ask for a release."""
        self.baton(f"schedule {plugin_id} {number} {moment}")
        self.schedule.at(moment, plugin_id, number)


@dataclass(frozen=True, slots=True)
class SteppedFetcher:
    """A fetcher that waits for its turn before each fetch."""

    fetch: Web
    baton: Baton

    def host(self) -> Web:
        """Return the publisher's host, when it is this call's turn to change it."""
        self.baton("republish")
        return self.fetch

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch a document."""
        self.baton(f"fetch {url}")
        return self.fetch(url, role=role)

"""The use cases of submission, review, release and status over one store in memory, and a clock that tests move."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING

from functions.release.schema import DueRelease
from functions.release.use_case import ScheduledReleases
from functions.review.use_case import Keeper, Review
from functions.status.use_case import Reader, Status
from functions.submission.use_case import Submission
from local.queue import SqliteQueue
from local.scheduler import SqliteReleaseSchedule
from local.table import SqliteTable
from shared.domain import lifecycle
from shared.domain.access import Kind, Person
from shared.domain.commands import Command
from shared.domain.confirmations import ONE_REVIEWER
from shared.domain.events import Event, Occasion
from shared.domain.identity import Subject, digest_of_bytes
from shared.domain.installs import Channel, install
from shared.domain.limits import Limits
from shared.domain.ports import PageRequest
from shared.domain.version import Action, Release, State
from shared.storage.codec import decode
from shared.storage.drift import OriginStore
from shared.storage.installs import InstallStore
from shared.storage.items import plugin_partition
from shared.storage.store import Store
from tests.building import NOON, OWNER, REVIEWER, TODO, URL, snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from local.database import Database
    from shared.domain.confirmations import FourEyes
    from shared.domain.identity import Digest
    from shared.domain.ports import ObjectStore
    from shared.domain.transition import Outcome
    from shared.domain.version import Snapshot, Version
    from shared.storage.table import Table

OTHER_REVIEWER = Subject("reviewer-2")
_EVENTS = "SELECT new FROM changes WHERE pk = ? AND sk LIKE 'EVENT#%' AND kind = 'INSERT' ORDER BY sequence"
WHOLE = PageRequest(limit=100)
CLAIM_LENGTH = timedelta(minutes=15)


def command(caller: str = REVIEWER, key: str = "", request: str = "") -> Command:
    """Return a command of somebody."""
    return Command(Subject(caller), digest_of_bytes(request.encode()), key)


class NoObjects:
    """For use cases that have no business with objects in what is tested here."""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        raise AssertionError(key, body, media_type)

    def get(self, key: str) -> bytes:
        raise AssertionError(key)


NO_OBJECTS = NoObjects()


class Desk:
    """A store, and whoever works on it. `over` may put something between the use cases and the table."""

    def __init__(self, database: Database, over: Callable[[Table], Table] = lambda table: table) -> None:
        self.database = database
        self.now = NOON
        self.queue = SqliteQueue(database, now=self._seconds)
        self.due = SqliteQueue(database, "due", delay_seconds=0, now=self._seconds)
        self.schedule = SqliteReleaseSchedule(database, self.due, now=self._seconds)
        plain = SqliteTable(database, now=self._seconds)
        self.truth = Store(plain)
        self.installs = InstallStore(plain)
        self.table = over(plain)
        self.records = Store(self.table)
        self._drawn = count()

    def _seconds(self) -> float:
        return self.now.timestamp()

    def clock(self) -> datetime:
        return self.now

    def entropy(self, size: int) -> bytes:
        return next(self._drawn).to_bytes(size, "little")

    def submission(self, limits: Limits = Limits()) -> Submission:  # noqa: B008 - frozen
        return Submission(self.records, NO_OBJECTS, self.queue, self.clock, self.entropy, limits)

    def review(self, policy: FourEyes = ONE_REVIEWER) -> Review:
        return Review(
            records=self.records,
            installs=self.installs,
            schedule=self.schedule,
            clock=self.clock,
            entropy=self.entropy,
            policy=policy,
            claim_length=CLAIM_LENGTH,
        )

    def releases(self) -> ScheduledReleases:
        return ScheduledReleases(self.records, self.clock, self.entropy)

    def status(self, objects: ObjectStore) -> Status:
        return Status(self.records, objects, self.clock, OriginStore(self.table))

    # --------------------------------------------------------------------------------------------- steps of a story

    def submit(self, plugin: str = TODO, owner: str = OWNER) -> int:
        """Submit the next version, the first one if there is none, and return its number."""
        if plugin == TODO and any(each.plugin_id == TODO for each in self.truth.owned_by(owner, WHOLE).records):
            return self.submission().submit(command(owner), TODO, manifest_url=None).version or 0
        outcome = self.submission().register(command(owner), manifest_url=URL, wished_id=plugin)
        return outcome.version or 0

    def pin(self, number: int, plugin: str = TODO, found: Snapshot | None = None) -> Digest:
        """Settle a version as fine, as the snapshot worker does, and return its digest."""
        settled = found or snapshot(number)
        occasion = Occasion(Subject("standfast:snapshot"), self.now, self.entropy(8))
        version = self.truth.version(plugin, number)
        self.truth.commit(lifecycle.settle(version, settled, Action.PIN, occasion))
        assert settled.digest
        return settled.digest

    def candidate(self, plugin: str = TODO) -> int:
        """Submit the next version, put it into review, and return its number."""
        number = self.submit(plugin)
        self.pin(number, plugin)
        return number

    def approve(
        self,
        number: int,
        *,
        by: str = REVIEWER,
        release: Release | None = None,
        policy: FourEyes = ONE_REVIEWER,
        plugin: str = TODO,
    ) -> Outcome:
        digest = self.version(number, plugin).digest
        assert digest
        return self.review(policy).approve(
            command(by),
            self.truth.plugin(plugin).plugin_id,
            number,
            digest=digest,
            note="",
            release=release or Release(),
        )

    def live(self) -> int:
        """Submit, approve and release the next version, and return its number."""
        number = self.candidate()
        self.approve(number)
        return number

    def roll_back(self, number: int, by: str = REVIEWER, reason: str = "bug") -> Outcome:
        return self.review().roll_back(keeper(by), TODO, number, reason=reason)

    def ban(self, by: str = REVIEWER, policy: FourEyes = ONE_REVIEWER) -> Outcome:
        return self.review(policy).ban(command(by), TODO, reason="malware")

    def lift(self, by: str = REVIEWER) -> Outcome:
        return self.review().lift_ban(command(by), TODO, reason="appeal")

    def pass_moments(self) -> int:
        """Carry out the releases that are due, and return how many messages there were."""
        messages = self.due.receive(10, visibility_seconds=60)
        for message in messages:
            due = DueRelease.model_validate_json(message.body)
            self.releases().release(due.plugin_id, due.version, moment=due.moment)
            self.due.delete(message)
        return len(messages)

    def install(self, subject: str) -> None:
        """Let a developer install the plugin."""
        person = Person(Subject(subject), frozenset({Kind.DEVELOPER}))
        pointer = self.truth.pointer(TODO)
        self.installs.add(install(pointer, person, None, wish=Channel.LIVE, at=self.now), pointer)

    # --------------------------------------------------------------------------------------------- what there is now

    def version(self, number: int, plugin: str = TODO) -> Version:
        return self.truth.version(plugin, number)

    def state(self, number: int) -> State:
        return self.version(number).state

    def live_number(self) -> int | None:
        pointer = self.truth.pointer(TODO)
        return pointer.live.number if pointer.live else None

    def events(self, plugin: str = TODO) -> list[Event]:
        """Return everything that happened, in the order in which it was committed."""
        with self.database.reading() as connection:
            rows = connection.execute(_EVENTS, (plugin_partition(plugin),)).fetchall()
        return [decode(Event, json.loads(row[0])) for row in rows]

    def told(self) -> list[str]:
        return [event.type.value for event in self.events()]


def keeper(by: str = REVIEWER) -> Keeper:
    """Return who rolls back: a reviewer for every plugin, anybody else for their own."""
    return Keeper(command(by), keeps_all=by.startswith("reviewer"))


def reader(by: str = OWNER) -> Reader:
    """Return who reads."""
    return Reader(Subject(by), reads_all=by.startswith("reviewer"))


def elsewhere(number: int) -> Snapshot:
    """Return the snapshot of a version that came from another host than the others."""
    found = snapshot(number)
    parts = tuple(replace(part, url=part.url.replace("todo.example.com", "lists.example.net")) for part in found.parts)
    return replace(found, parts=parts)

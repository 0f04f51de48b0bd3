"""A store in memory, a publisher's website that can be changed, and rounds of looks that are carried out at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.drift.schema import read_task
from functions.drift.settings import Settings
from functions.drift.wiring import wire
from functions.snapshot.settings import Settings as SnapshotSettings
from functions.snapshot.wiring import wire as wire_snapshot
from local.drift import SqliteDriftQueue
from local.objects import FileObjects
from local.queue import SqliteQueue
from shared.domain import drifting
from shared.domain.documents import Document
from shared.domain.events import Occasion
from shared.domain.identity import digest_of_bytes
from shared.domain.ports import Fetched, FetchFailedError, Hop, NotModified, PageRequest, Validators
from shared.domain.rounds import TICK, Plan
from shared.storage.drift import OriginStore
from tests.building import OWNER, TODO
from tests.integration.documents import MANIFEST_URL, SCHEMA_URL, manifest, schema
from tests.unit.functions.desk import Desk, command

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from functions.drift.use_case import Drift
    from local.database import Database
    from shared.domain.drift import Origin
    from shared.domain.figures import Figure
    from shared.domain.plugin import OnDrift

SETTINGS = Settings("", "", "", "", 0, 0, at_once=1)
_ALL = PageRequest(limit=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as the website saw it, and what it answered."""

    url: str
    conditional: bool
    status: int


@dataclass(slots=True)
class Website:
    """Publishers' hosts as the ports see them. With `validators` it knows what has not changed, and says so."""

    pages: dict[str, bytes] = field(default_factory=dict)
    validators: bool = True
    stumbles: int = 0
    """How many requests from now on get no answer."""
    down: set[str] = field(default_factory=set)
    absent: set[str] = field(default_factory=set)
    asked: list[Asked] = field(default_factory=list)

    def fetch(self, url: str, *, role: str) -> Fetched:
        answer = self.fetch_if_changed(url, role=role, validators=Validators())
        assert isinstance(answer, Fetched)
        return answer

    def fetch_if_changed(self, url: str, *, role: str, validators: Validators) -> Fetched | NotModified:
        self._require_up(url)
        body = self.pages.get(url.partition("?")[0])
        etag = f'"{digest_of_bytes(body or b"")}"'
        is_same = self.validators and validators.etag == etag
        status = 404 if body is None else 304 if is_same else 200
        self.asked.append(Asked(url, bool(validators.headers()), status))
        if body is None:
            message = f"GET {url} was answered with status 404."
            raise FetchFailedError(message, code="fetch.status", fix="Serve it.")
        hop = Hop(url, "192.0.2.1", status, headers={"etag": etag} if self.validators else {})
        return NotModified((hop,)) if is_same else Fetched(Document(role, url, body), (hop,))

    def probe(self, url: str) -> Hop:
        self._require_up(url)
        return Hop(url, "192.0.2.1", 401)

    def are_absent(self, host: str) -> bool:
        return host in self.absent

    def _require_up(self, url: str) -> None:
        host = urlsplit(url).hostname or ""
        stumbled, self.stumbles = self.stumbles > 0, max(0, self.stumbles - 1)
        if stumbled or host in self.down | self.absent:
            self.asked.append(Asked(url, conditional=False, status=0))
            message = f"GET {url} failed: the host is down."
            raise FetchFailedError(message, code="fetch.connect-failed", fix="Start it.")


class Counted:
    """The `Metrics` port: what was recorded, by label."""

    def __init__(self) -> None:
        self.labels: Counter[str] = Counter()

    def record(self, *figures: Figure) -> None:
        self.labels.update(figure.label for figure in figures)


class Scene:
    """A desk whose snapshots are really taken, of a website, and whose origins are really looked at."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.desk = Desk(database)
        self.website = Website({MANIFEST_URL: manifest("Keeps lists."), SCHEMA_URL: schema(2)})
        self.objects = FileObjects(folder / "objects")
        self.looks = SqliteQueue(database, "looks", delay_seconds=0, now=self._seconds)
        self.origins = OriginStore(self.desk.table)
        self.metrics = Counted()
        self.rounds: list[datetime] = []
        self.drift = self.wired(SETTINGS)

    def _seconds(self) -> float:
        return self.desk.now.timestamp()

    def set_up(self, **changes: int | str) -> None:
        """Change settings of the drift function."""
        self.drift = self.wired(replace(SETTINGS, **changes))  # type: ignore[arg-type] # each test names what there is

    def wired(self, settings: Settings) -> Drift:
        """Put the drift function together."""
        return wire(
            settings,
            records=self.desk.records,
            origins=self.origins,
            objects=self.objects,
            fetch=self.website.fetch,
            fetch_if_changed=self.website.fetch_if_changed,
            probe=self.website.probe,
            domains=self.website,
            txt=lambda _: (),
            looks=SqliteDriftQueue(self.looks),
            queue=self.desk.queue,
            clock=self.desk.clock,
            entropy=self.desk.entropy,
            metrics=self.metrics,
        )

    def take_snapshots(self) -> None:
        """Take the snapshots that were asked for."""
        taking = wire_snapshot(
            SnapshotSettings("", ""),
            records=self.desk.records,
            objects=self.objects,
            fetch=self.website.fetch,
            txt=lambda _: (),
            fast_lane=self.desk.queue,
            clock=self.desk.clock,
            entropy=self.desk.entropy,
        )
        self.desk.now += timedelta(seconds=1)
        taking.take(TODO, self.desk.truth.plugin(TODO).last_version, asked_at=self.desk.now)

    def submit(self, url: str = MANIFEST_URL) -> int:
        """Submit what the website says now as its publisher, and return the version's number."""
        submission = self.desk.submission()
        if self.desk.truth.owned_by(OWNER, _ALL).records:
            number = submission.submit(command(OWNER), TODO, manifest_url=None).version
        else:
            number = submission.register(command(OWNER), manifest_url=url, wished_id=TODO).version
        self.take_snapshots()
        return number or 0

    def release(self) -> int:
        """Submit what the website says now and let it go live."""
        number = self.submit()
        self.desk.approve(number)
        return number

    def wish(self, on_drift: OnDrift) -> None:
        """Set what the publisher wants done on drift."""
        occasion = Occasion(OWNER, self.desk.now, self.desk.entropy(8))
        self.desk.truth.commit(drifting.wished(self.desk.truth.plugin(TODO), on_drift, occasion))

    def round(self) -> Origin:
        """Let an hour pass, and return what is known of the origin then."""
        self.pass_an_hour()
        return self.origin()

    def pass_an_hour(self) -> None:
        """Begin four rounds, in one of which each plugin is due, and carry them out."""
        self.rounds = [self.desk.now + tick * TICK for tick in range(1, 5)]
        for moment in self.rounds:
            self.begin(Plan(moment))
            self.work()

    def look(self) -> Origin:
        """Ask for a round by hand, and return what is known of the origin then."""
        self.begin(Plan(self.desk.now + timedelta(seconds=1), by_hand=True))
        self.work()
        return self.origin()

    def begin(self, plan: Plan) -> None:
        """Begin a round when its moment has come."""
        self.desk.now = max(self.desk.now, plan.round)
        self.drift.carry_out(plan)

    def work(self, *, up_to: timedelta = timedelta(days=1)) -> None:
        """Carry out what is in the queue, as its moments come, up to some moment from now."""
        until = self.desk.now + up_to
        while self.desk.now + timedelta(seconds=min(self.looks.seconds_until_due(), 10**6)) <= until:
            self.desk.now += timedelta(seconds=max(self.looks.seconds_until_due(), 0.001))
            for message in self.looks.receive(10, visibility_seconds=60):
                self.drift.carry_out(read_task(message.body))
                self.looks.delete(message)

    def origin(self) -> Origin:
        """Return what is known of the origin."""
        found = self.origins.origin(TODO)
        assert found is not None
        return found

    def news(self) -> list[str]:
        """Return the events about the origin, in order."""
        return [told for told in self.desk.told() if told.startswith("Origin")]

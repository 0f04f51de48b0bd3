"""The main job over moto's AWS, with the process ended before or after any call to AWS.

A crash is an exception that nothing catches, raised at botocore's edge: before a call, which then never leaves the
process, or after it, when AWS has done it and nobody hears. Then whoever waited tries again, as they would: the client
sends the same request under the same key, the queue delivers the same message.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, cast

from shared.storage.dynamo import from_wire
from shared.storage.items import WAITS_PARTITION
from shared.storage.scheduler import EventBridgeReleaseSchedule
from tests.integration.aws import BUCKET, DEVELOPER, OTHER_REVIEWER, REVIEWER, Cloud, Person, Web, cloud
from tests.integration.documents import MANIFEST_URL, publish, version

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_sqs import SQSClient

DOUBLES = 850
_MOST_TRIES = 8
_MOST_DELIVERIES = 12
_TABLE = "standfast"
_PLUGIN = "/v1/plugins/todo"
_OURS = frozenset({"GetQueueAttributes"})
"""Calls of the proof itself, not of what is proved."""
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


class CrashError(BaseException):
    """The end of the process. No `except Exception` survives it."""


@dataclass(slots=True)
class Saboteur:
    """Notes the moments before and after each AWS call, and ends the process at some of them."""

    at: frozenset[int] = frozenset()
    moments: list[str] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)

    def watch(self, store: Cloud) -> None:
        """Stand at the edge of every client."""
        schedule = store.ports.schedule
        assert isinstance(schedule, EventBridgeReleaseSchedule)
        for client in (store.dynamodb, store.s3, store.sqs, cast("SQSClient", schedule._client)):
            client.meta.events.register_last("before-call", self._before)
            client.meta.events.register_last("after-call", self._after)

    def _before(self, model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's operation
        self._pass("before", model.name)

    def _after(self, model: Any, **_: object) -> None:  # noqa: ANN401 - botocore's operation
        self._pass("after", model.name)

    def _pass(self, side: str, operation: str) -> None:
        if operation in _OURS:
            return
        self.moments.append(f"{side} {operation}")
        if len(self.moments) - 1 in self.at:
            self.crashes.append(f"{len(self.moments) - 1}: {side} {operation}")
            raise CrashError


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What a run left: the answers that clients got in the end, the records and the events without their moments and
    random ids, and how many objects are recorded but not stored."""

    answers: tuple[tuple[int, str], ...]
    records: tuple[str, ...]
    events: tuple[str, ...]
    objects: frozenset[str]
    dangling: tuple[str, ...]
    undelivered: int


type Step = Callable[[Cloud, str], tuple[int, str]]
"""One thing that somebody does, under an idempotency key; returns the answer."""


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody posts."""

    path: str
    body: dict[str, Any]
    who: Person

    def __call__(self, store: Cloud, key: str) -> tuple[int, str]:
        """Post, under a key."""
        answer = store.call("POST", self.path, self.body, who=self.who, headers={"idempotency-key": key})
        return answer.status, answer.text


@dataclass(frozen=True, slots=True)
class Submit:
    """The owner puts documents on their host and submits them."""

    number: int

    def __call__(self, store: Cloud, key: str) -> tuple[int, str]:
        """Publish, and submit."""
        publish(store.web, self.number)
        if self.number == 1:
            return Post("/v1/plugins", {"manifest_url": MANIFEST_URL, "plugin_id": "todo"}, DEVELOPER)(store, key)
        return Post(f"{_PLUGIN}/versions", {}, DEVELOPER)(store, key)


@dataclass(frozen=True, slots=True)
class Approve:
    """A reviewer reads a version's digest, and approves it."""

    number: int
    release: object = "immediate"

    def __call__(self, store: Cloud, key: str) -> tuple[int, str]:
        """Read, and approve."""
        digest = version(store, self.number).json.get("digest") or ""
        body = {"digest": digest, "release": self.release}
        return Post(f"{_PLUGIN}/versions/{self.number}/approve", body, REVIEWER)(store, key)


def _deliver(store: Cloud, _key: str) -> tuple[int, str]:
    """Deliver what is in the queue until nothing is left in it."""
    for _ in range(_MOST_DELIVERIES):
        if not store.work() and not _waiting(store):
            return 200, ""
    return 500, "the queue does not become empty"


def _install(store: Cloud, _key: str) -> tuple[int, str]:
    answer = store.call("PUT", "/v1/plugins/todo/installs/me", {"channel": "preview"}, who=DEVELOPER)
    return answer.status, answer.text


def _strike(store: Cloud, _key: str) -> tuple[int, str]:
    """Let the clock strike for every scheduled release."""
    return (500, "a release failed") if store.pass_moments() else (200, "")


BEGINNING: tuple[Step, ...] = (Submit(1), _deliver, _install, Approve(1), Submit(2), _deliver)
"""Register, snapshot, install, approve, upgrade, snapshot."""

JOB: tuple[Step, ...] = (
    *BEGINNING,
    Approve(2, release="manual"),
    Post(f"{_PLUGIN}/versions/2/release", {}, DEVELOPER),
    Submit(3),
    _deliver,
    Approve(3, release={"at": "2999-01-01T00:00:00Z"}),
    _strike,
    Post(f"{_PLUGIN}/rollback", {"version": 1, "reason": "worse"}, REVIEWER),
    Post(f"{_PLUGIN}/ban", {"reason": "bad"}, REVIEWER),
    Post(f"{_PLUGIN}/lift-ban", {"reason": "good"}, OTHER_REVIEWER),
)
"""And then: approve for later, release; upgrade, approve for a moment, let it come; roll back; ban and lift."""


type Plant = Callable[[Cloud, Saboteur], None]
"""Plants a fault at botocore's edge."""


def sound(_store: Cloud, _saboteur: Saboteur) -> None:
    """Plant nothing."""


def perform(
    job: tuple[Step, ...] = JOB, at: frozenset[int] = frozenset(), plant: Plant = sound
) -> tuple[Aftermath, Saboteur]:
    """Do a job, crashing at some moments, with every step tried again until it is answered."""
    with cloud(Web()) as store:
        saboteur = Saboteur(at)
        saboteur.watch(store)
        plant(store, saboteur)
        answers = tuple(_tried(step, store, f"step-{place}") for place, step in enumerate(job))
        done = Saboteur(at, list(saboteur.moments), list(saboteur.crashes))
        saboteur.at = frozenset()
        return _look(store, answers), done


def _tried(step: Step, store: Cloud, key: str) -> tuple[int, str]:
    for _ in range(_MOST_TRIES):
        try:
            status, text = step(store, key)
        except CrashError:
            continue
        return status, _MOMENT.sub("then", text)
    return 0, "never answered"


def _waiting(store: Cloud) -> int:
    attributes = store.sqs.get_queue_attributes(
        QueueUrl=store.queue_url, AttributeNames=["ApproximateNumberOfMessages"]
    )["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"])


def _look(store: Cloud, answers: tuple[tuple[int, str], ...]) -> Aftermath:
    items = [_plain(item) for page in _pages(store) for item in page]
    stored = {entry["Key"] for entry in store.s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])}
    named = {str(key) for item in items for key in _keys_in(item)}
    events = [item for item in items if str(item["sk"]).startswith("EVENT#")]
    return Aftermath(
        answers=answers,
        records=tuple(sorted(_normal(item) for item in items if item not in events and not _is_sample(item))),
        events=tuple(sorted(_normal(event) for event in events)),
        objects=frozenset(stored),
        dangling=tuple(sorted(named - stored)),
        undelivered=_waiting(store),
    )


def _is_sample(item: Mapping[str, Any]) -> bool:
    """Tell whether an item is a wait that the forecast remembers, in a slot drawn at random."""
    return str(item["pk"]).startswith(WAITS_PARTITION)


def _pages(store: Cloud) -> Iterator[list[dict[str, Any]]]:
    for page in store.dynamodb.get_paginator("scan").paginate(TableName=_TABLE):
        yield page["Items"]


def _plain(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: from_wire(value) for name, value in item.items()}


def _keys_in(value: object) -> Iterator[str]:
    """Find the object keys that a record names."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _keys_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from _keys_in(each)
    elif isinstance(value, str) and value.startswith("plugins/"):
        yield value


def _normal(item: Mapping[str, Any]) -> str:
    """Write a record without what may differ from run to run: moments, and the ids that hold one."""
    told = {name: value for name, value in item.items() if name not in {"event_id", "expires", "correlation_id"}}
    if str(item["sk"]).startswith("EVENT#"):
        told["sk"] = "EVENT"
    return _MOMENT.sub("then", repr(sorted(told.items())))


@dataclass(frozen=True, slots=True)
class Harm:
    """At which moments a run crashed, and what it left that a run without a crash does not; "" for nothing."""

    crashes: tuple[str, ...]
    complaint: str


@dataclass(slots=True)
class Tally:
    """What the runs came to. `by_crashes` counts the runs by how often they crashed."""

    moments: int = 0
    by_crashes: Counter[int] = field(default_factory=Counter)
    harms: list[Harm] = field(default_factory=list)

    @property
    def runs(self) -> int:
        """How many runs crashed at least once."""
        return sum(count for crashes, count in self.by_crashes.items() if crashes)


def ordeal(
    job: tuple[Step, ...] = JOB, *, singles: int | None, doubles: int, seed: int = 1, processes: int = 1
) -> Tally:
    """Crash at each moment of a job (or at `singles` of them, drawn by lot), and at `doubles` pairs of moments."""
    calm, saboteur = perform(job)
    chosen = list(_chosen(random.Random(seed), len(saboteur.moments), singles, doubles))  # noqa: S311 - no secret
    if processes == 1:
        ran = [_suffer(job, calm, at) for at in chosen]
    else:
        with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
            ran = list(pool.map(partial(_suffer, job, calm), chosen, chunksize=10))
    by_crashes = Counter(len(harm.crashes) for harm in ran)
    return Tally(len(saboteur.moments), by_crashes, [harm for harm in ran if harm.complaint])


def _suffer(job: tuple[Step, ...], calm: Aftermath, at: frozenset[int]) -> Harm:
    left, saboteur = perform(job, at)
    return Harm(tuple(saboteur.crashes), difference(calm, left))


def _chosen(lot: random.Random, moments: int, singles: int | None, doubles: int) -> Iterator[frozenset[int]]:
    every = range(moments)
    for place in every if singles is None else lot.sample(every, min(singles, moments)):
        yield frozenset({place})
    for pair in lot.sample(list(combinations(every, 2)), doubles):
        yield frozenset(pair)


def difference(calm: Aftermath, left: Aftermath) -> str:
    """Say what a crash changed for good. Objects that nothing names may be left over; that is all."""
    if left.dangling:
        return f"recorded, but not stored: {left.dangling}"
    if left.undelivered:
        return f"{left.undelivered} messages are left"
    for name, before, after in (
        ("answers", calm.answers, left.answers),
        ("events", calm.events, left.events),
        ("records", calm.records, left.records),
    ):
        if before != after:
            return f"other {name}: {_exchanged(before, after)}"
    return "" if calm.objects <= left.objects else "objects are missing"


def _exchanged(before: Sequence[object], after: Sequence[object]) -> str:
    gone, new = Counter(before) - Counter(after), Counter(after) - Counter(before)
    return f"gone {list(gone)}, new {list(new)}"

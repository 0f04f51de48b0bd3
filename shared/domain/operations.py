"""What an operator sees of a running store: queues, dead letters, sums of what was measured."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from shared.domain.identity import format_moment
from shared.domain.reconciling import Kind, Phase

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.domain.reconciling import Reconciliation


class SourceKind(StrEnum):
    """What feeds a function that no request calls."""

    QUEUE = "queue"
    STREAM = "stream"


@dataclass(frozen=True, slots=True)
class Source:
    """What feeds a function.

    `feed` is the address of a queue, or the name of a function that reads the stream; `dead` is the address of the
    queue that its failures go to.
    """

    name: str
    kind: SourceKind
    feed: str
    dead: str


def read_sources(text: str) -> tuple[Source, ...]:
    """Read what feeds functions: `{"snapshot": {"queue": …, "dead": …}, "notify": {"stream": …, "dead": …}}`."""
    return tuple(
        Source(name, kind, each[kind], each["dead"])
        for name, each in json.loads(text).items()
        for kind in SourceKind
        if kind in each
    )


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much waits for one function: messages of a queue, or records of the table's stream.

    `in_flight` are in somebody's hands, `delayed` not due yet; `oldest_seconds` is None where that is not known.
    `dead` counts what was given up.
    """

    source: Source
    waiting: int = 0
    in_flight: int = 0
    delayed: int = 0
    oldest_seconds: int | None = None
    dead: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What was given up: its id, when it was sent if that is known, why, and what may be shown of it."""

    letter_id: str
    at: datetime | None
    reason: str
    shown: Mapping[str, Any]
    correlation_id: str = ""


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of an order to replay: letters that were handed over, that are on their way, and that stay."""

    replayed: int = 0
    moving: int = 0
    left: int = 0


@dataclass(frozen=True, slots=True)
class Sum:
    """What was measured within a period: how often, all of it together, and the most."""

    samples: int = 0
    total: float = 0.0
    most: float = 0.0

    def plus(self, other: Sum) -> Sum:
        """Return both together."""
        return Sum(self.samples + other.samples, self.total + other.total, max(self.most, other.most))


@dataclass(frozen=True, slots=True)
class Series:
    """The sums of one label of a metric, by the beginning of their period; periods without any are left out."""

    label: str
    sums: Mapping[datetime, Sum] = field(default_factory=dict)


LATE_AFTER = timedelta(minutes=15)
"""What is older in a queue waits too long: every retry but the last comes sooner."""
_SILENT_AFTER = timedelta(days=2)


def attention(
    backlogs: Iterable[Backlog], latest: Reconciliation | None, oldest_review: datetime | None, now: datetime
) -> tuple[str, ...]:
    """Say what an operator should look at, in plain sentences; nothing while all is well."""
    reasons: list[str] = []
    for each in backlogs:
        if each.dead:
            reasons.append(f"{each.dead} of `{each.source.name}` were given up and wait in its dead letters.")
        if (each.oldest_seconds or 0) > LATE_AFTER.total_seconds():
            reasons.append(f"`{each.source.name}` is {each.oldest_seconds} s behind.")
    if latest and now - latest.started_at > _SILENT_AFTER:
        reasons.append("No reconciliation was begun within two days.")
    elif latest and (latest.found.get(Kind.DANGLING_POINTER) or latest.found.get(Kind.MISSING_OBJECT)):
        reasons.append("The last reconciliation missed objects that are recorded.")
    elif latest and latest.phase is not Phase.DONE and not latest.is_under_way(now):
        reasons.append("The last reconciliation stopped half-way.")
    if oldest_review and now - oldest_review > _SLOW_REVIEW:
        reasons.append(f"The oldest version in review waits since {format_moment(oldest_review)}.")
    return tuple(reasons)


_SLOW_REVIEW = timedelta(days=7)

_SHOWN = frozenset(
    {"plugin_id", "version", "moment", "webhook_id", "delivery_id", "revision", "run_id", "eventName", "SequenceNumber"}
)
"""Members of messages that say which, and nothing else. Whatever is not named here stays inside."""
_CONTAINERS = frozenset({"dynamodb", "Keys", "pk", "sk", "S", "DDBStreamBatchInfo", "Records"})
_BATCH = frozenset({"shardId", "startSequenceNumber", "endSequenceNumber", "approximateArrivalOfFirstRecord"})
_LONGEST = 300


def redacted(body: str) -> Mapping[str, Any]:
    """Return what an operator may see of a message: which plugin, version, delivery or record it is about.

    Images of records are not shown: a webhook's holds its secret. A message that is no JSON object was sent by nobody
    here, and is the more interesting: its beginning is shown as it is.
    """
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return {"text": body[:_LONGEST]}
    if not isinstance(document, dict):
        return {"text": body[:_LONGEST]}
    return _kept(document.items())


def _kept(members: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, value in members:
        if isinstance(value, dict) and name in _CONTAINERS:
            kept[name] = _kept(value.items())
        elif isinstance(value, str | int) and name in _SHOWN | _CONTAINERS | _BATCH:
            kept[name] = value[:_LONGEST] if isinstance(value, str) else value
    return kept

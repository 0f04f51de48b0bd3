"""Looks at origins: what one costs beside plain conditional requests, and on paper what 100,000 an hour ask of AWS."""

from __future__ import annotations

import http.client
import math
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bench.paper import ASSUMED_ON, Prices
from bench.tables import Table, number, times
from functions.drift.checking import Checking
from functions.drift.notes import Notes, Patience
from local.database import Database
from local.publisher import PublisherHosts
from local.table import SqliteTable
from shared.contracts.parsing import documents
from shared.domain.drift import Origin, OriginState, Watched
from shared.domain.identity import Digest, PluginId, digest_of_bytes
from shared.domain.rounds import Check, Look
from shared.domain.transition import Transition
from shared.edge import system
from shared.fetching.fetcher import HttpsFetcher
from shared.storage.drift import OriginStore
from shared.storage.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shared.domain.figures import Figure
    from shared.domain.rounds import DriftTask

_FILES = {"/.well-known/ai-plugin.json": b'{"n": 1}' * 200, "/openapi.yaml": b"paths: {}\n" * 400}
_MILLION = 1_000_000
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rounds:
    """What is looked at, and what each part of it is taken to need. Sizes are in bytes, times in seconds.

    `request_seconds` is a handshake and a short answer from another continent; `looks_per_message` is what is left of
    40 when hosts are dealt out over the slots of a quarter of an hour.
    """

    plugins: int = 100_000
    interval_minutes: int = 60
    documents: int = 2
    request_seconds: float = 0.3
    at_once: int = 8
    memory_gigabytes: float = 1.0
    looks_per_message: int = 30
    record_bytes: int = 900
    pointer_bytes: int = 800
    dollars_per_million_messages: float = 0.40
    write_unit_per_million: float = 0.705


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure looks over a loopback socket, and reckon the rest."""
    plugins = 40 if quick else 200
    with PublisherHosts() as hosts:
        for number_ in range(plugins):
            hosts.publish(_host(number_), _FILES)
        yield _cost_table(hosts, plugins, rounds=2 if quick else 5)
    yield budget_table(Rounds(), Prices())


def _host(number_: int) -> str:
    return f"h{number_}.example.com"


def _cost_table(hosts: PublisherHosts, plugins: int, *, rounds: int) -> Table:
    address, _, port = hosts.address.rpartition(":")
    looking = _Looking(plugins, (address, int(port)))
    looking.look()  # the first one reads the documents, and learns their validators
    before = len(hosts.answered)
    with _parses_counted() as parses:
        looked = min(_cpu_seconds(looking.look) for _ in range(rounds)) / plugins
    answered = Counter(int(status) for *_, status in hosts.answered[before:])
    etags = {path: _get(hosts, _host(0), path, "").headers.get("etag", "") for path in _FILES}
    plain = min(_cpu_seconds(lambda: _ask_plainly(hosts, plugins, etags)) for _ in range(rounds)) / plugins
    requests = number(answered.total() / plugins / rounds)
    rows = (
        ("two plain conditional requests", "2.00", "0", number(plain * 1000), times(plain, plain)),
        ("a look at an unchanged plugin", requests, str(len(parses)), number(looked * 1000), times(looked, plain)),
    )
    told = ", ".join(f"{count} x {status}" for status, count in sorted(answered.items()))
    notes = (
        f"{plugins} plugins, {rounds} rounds, the best of them. The publishers answered {told}.",
        "CPU time of one process that plays the publishers too. A look reads a record and writes one.",
    )
    return Table("A look at an unchanged plugin", ("what", "requests", "parses", "CPU ms", "beside plain"), rows, notes)


def _cpu_seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


class _Looking:
    """A store in memory whose plugins are all due."""

    def __init__(self, plugins: int, connect_to: tuple[str, int]) -> None:
        table = SqliteTable(Database())
        records, self._fetcher = Store(table), HttpsFetcher(connect_to=connect_to)
        self._looks = tuple(Look(PluginId(f"p{each}"), 1, _host(each)) for each in range(plugins))
        for each, look in enumerate(self._looks):
            records.commit(Transition(origin=_origin(look, each), events=()))
        patience = Patience(_HOUR, _HOUR)
        notes = Notes(records, _Nowhere(), _Nowhere(), _Nowhere(), system.clock, system.entropy, patience)
        self._checking = Checking(records, OriginStore(table), self._fetcher.get_if_changed, notes, at_once=1)

    def look(self) -> None:
        """Look at every origin."""
        self._checking.check(Check(system.clock(), self._looks))


class _Nowhere:
    """The ports that an unchanged plugin never comes to: the queue, DNS, the metrics."""

    def ask(self, *tasks: tuple[DriftTask, timedelta]) -> None:
        """Ask for tasks."""
        raise AssertionError(tasks)

    def are_absent(self, host: str) -> bool:
        """Tell whether a name exists."""
        raise AssertionError(host)

    def record(self, *figures: Figure) -> None:
        """Take figures down."""


def _origin(look: Look, number_: int) -> Origin:
    watched = tuple(_watched(role, number_, path) for role, path in zip(("manifest", "schema"), _FILES, strict=True))
    at = system.clock() - _HOUR
    return Origin(look.plugin_id, 1, Digest("sha256:0"), OriginState.IN_SYNC, at, at, watched)


def _watched(role: str, number_: int, path: str) -> Watched:
    digest = digest_of_bytes(_FILES[path])
    return Watched(role, f"https://{_host(number_)}{path}", digest, digest)


@contextmanager
def _parses_counted() -> Iterator[list[int]]:
    """Give a list that has the size of every document that is parsed meanwhile."""
    parsed: list[int] = []
    read = documents._text  # noqa: SLF001 - the one way into every parser

    def noted(body: bytes, most: int) -> str:
        parsed.append(len(body))
        return read(body, most)

    documents._text = noted  # noqa: SLF001
    try:
        yield parsed
    finally:
        documents._text = read  # noqa: SLF001


def _ask_plainly(hosts: PublisherHosts, plugins: int, etags: Mapping[str, str]) -> None:
    """Do what anybody would write: a connection and a conditional request for each document."""
    for each in range(plugins):
        for path, etag in etags.items():
            _get(hosts, _host(each), path, etag)


def _get(hosts: PublisherHosts, host: str, path: str, etag: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(hosts.address)
    connection.request("GET", path, headers={"Host": host, "If-None-Match": etag, "Connection": "close"})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


# ------------------------------------------------------------------------------------------------------------- on paper


def budget_table(rounds: Rounds, prices: Prices) -> Table:
    """Tell what an hour of looks asks for, and what it costs, if all origins are unchanged."""
    looks = rounds.plugins * 60 / rounds.interval_minutes
    requests = looks * rounds.documents
    messages = math.ceil(looks / rounds.looks_per_message)
    reads = looks + 4 * rounds.plugins * rounds.pointer_bytes / 4096 / 2
    writes = looks * 2 * math.ceil(rounds.record_bytes / 1024)
    seconds = requests * rounds.request_seconds / rounds.at_once
    compute = seconds * rounds.memory_gigabytes * prices.lambda_per_gigabyte_second
    rows: Sequence[tuple[str, float, float]] = (
        ("requests to publishers", requests, 0.0),
        (
            "messages, each sent, received and deleted",
            messages,
            messages * 3 / _MILLION * rounds.dollars_per_million_messages,
        ),
        ("invocations", messages, messages / _MILLION * prices.lambda_per_million_requests),
        ("Lambda, seconds", seconds, compute),
        ("DynamoDB, read units", reads, reads / _MILLION * prices.read_unit_per_million),
        ("DynamoDB, write units", writes, writes / _MILLION * rounds.write_unit_per_million),
    )
    together = sum(dollars for *_, dollars in rows)
    cells = tuple((name, f"{amount:,.0f}", number(dollars)) for name, amount, dollars in rows)
    busy = f"{seconds / 3600:.1f} functions busy at a time, of the 10 that the template allows"
    notes = (
        f"Assumed on {ASSUMED_ON}, not verified: {rounds}; prices as for resolves.",
        f"looks = plugins x 60 / interval; requests = looks x documents; messages = looks / {rounds.looks_per_message}",
        "reads = a consistent read of a record for each look, and the catalogue's pages four times an hour.",
        "writes = a record of less than 1 KB for each look, twice, since it is written in a transaction.",
        f"Lambda seconds = requests x seconds of one / hosts at once: {busy}.",
        f"A day of it is ${number(together * 24)}. Longer intervals cost as much less.",
    )
    title = f"An hour of looks at {rounds.plugins:,} plugins, one in {rounds.interval_minutes} minutes each"
    return Table(title, ("what", "an hour", "$"), (*cells, ("together", "", number(together))), notes)

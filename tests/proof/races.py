"""Sixteen requests at the same moment, from sixteen processes, on an emulator that has real transactions.

Every contender reads, decides, and then waits at a barrier with its transaction in hand: all of them are in flight at
once, on the same state. Nothing is scheduled from there on.
"""

from __future__ import annotations

import json
import multiprocessing
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from threading import BrokenBarrierError
from typing import TYPE_CHECKING

from shared.domain.access import Kind, Person
from shared.domain.commands import Command
from shared.domain.errors import StandfastError
from shared.domain.identity import Digest, PluginId, Subject, digest_of_bytes
from shared.domain.installs import Channel
from shared.domain.ports import (
    Clock,
    Entropy,
    Installs,
    Metrics,
    ObjectStore,
    Origins,
    Records,
    ReleaseSchedule,
    SnapshotQueue,
)
from shared.domain.version import Reason, Release
from shared.storage.codec import encode
from shared.storage.drift import OriginStore
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from shared.storage.table import Table
from tests.measuring import Taken
from tests.proof.composition import START, fixed, use_case
from tests.proof.tampering import untouched, without_guard

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from multiprocessing.connection import Connection

    from shared.storage.table import Item, ItemPage, Key, Query, Write
    from tests.proof.ministack import Endpoint
    from tests.proof.tampering import Wrap

CONTENDERS = 16
ROUNDS = 500
_NOW = START + timedelta(hours=1)
_MANIFEST_URL = "https://todo.example.com/.well-known/ai-plugin.json"
_PATIENCE_SECONDS = 60.0
_ENTROPY_BYTES = 8


@dataclass(frozen=True, slots=True)
class Bout:
    """What one contender is told to do: which act, for which plugin, as which of the sixteen."""

    act: str
    plugin: PluginId
    place: int
    digest: Digest
    key: str = ""

    @property
    def subject(self) -> Subject:
        """Who it is: one person where a request is repeated, somebody else each time otherwise."""
        return Subject("owner") if self.act in _BY_THE_OWNER else Subject(f"contender-{self.place}")

    @property
    def command(self) -> Command:
        """The request; under a key, all sixteen are one."""
        key = f"{self.key} {self.plugin}" if self.key else ""
        return Command(self.subject, digest_of_bytes(f"{self.act} {self.plugin}".encode()), key)

    def entropy(self, size: int) -> bytes:
        """Return what its events are named with."""
        return digest_of_bytes(f"{self.plugin} {self.place}".encode()).encode()[-size:]


@dataclass(frozen=True, slots=True)
class Told:
    """What a contender was told: "done", or the error and the state that it names."""

    text: str
    mark: str

    @property
    def is_done(self) -> bool:
        """Whether it took effect, as far as the contender knows."""
        return self.text.startswith("done")


@dataclass(frozen=True, slots=True)
class _Ports:
    records: Records
    installs: Installs
    objects: ObjectStore | None
    schedule: ReleaseSchedule | None
    queue: SnapshotQueue
    clock: Clock
    entropy: Entropy
    metrics: Metrics
    origins: Origins


def _approve(ports: _Ports, bout: Bout) -> object:
    review = use_case("review", ports)
    return review.approve(bout.command, bout.plugin, 2, digest=bout.digest, note="", release=Release())


def _reject(ports: _Ports, bout: Bout) -> object:
    reasons = (Reason("other", "Say what it does."),)
    review = use_case("review", ports)
    return review.reject(bout.command, bout.plugin, 2, digest=bout.digest, reasons=reasons, note="")


def _withdraw(ports: _Ports, bout: Bout) -> object:
    return use_case("submission", ports).withdraw(bout.command, bout.plugin, 2, reason="not yet")


def _register(ports: _Ports, bout: Bout) -> object:
    submission = use_case("submission", ports)
    return submission.register(bout.command, manifest_url=_MANIFEST_URL, wished_id=bout.plugin)


def _submit(ports: _Ports, bout: Bout) -> object:
    return use_case("submission", ports).submit(bout.command, bout.plugin, manifest_url=None)


def _release(ports: _Ports, bout: Bout) -> object:
    return use_case("review", ports).release(bout.command, bout.plugin, 2)


def _roll_back(ports: _Ports, bout: Bout) -> object:
    from functions.review.use_case import Keeper  # noqa: PLC0415 - each process imports what it calls

    return use_case("review", ports).roll_back(Keeper(bout.command, keeps_all=True), bout.plugin, 1, reason="worse")


def _revoke(ports: _Ports, bout: Bout) -> object:
    return use_case("review", ports).revoke(bout.command, bout.plugin, 1, reason="bad", rollback_to=None)


def _ban(ports: _Ports, bout: Bout) -> object:
    return use_case("review", ports).ban(bout.command, bout.plugin, reason="bad")


def _lift(ports: _Ports, bout: Bout) -> object:
    return use_case("review", ports).lift_ban(bout.command, bout.plugin, reason="good")


def _install(ports: _Ports, bout: Bout) -> object:
    person = Person(bout.subject, frozenset({Kind.DEVELOPER}))
    return use_case("access", ports).access.install(person, bout.plugin, Channel.PREVIEW)


ACTS: Mapping[str, Callable[[_Ports, Bout], object]] = {
    "approve": _approve,
    "reject": _reject,
    "withdraw": _withdraw,
    "register": _register,
    "submit": _submit,
    "release": _release,
    "roll back": _roll_back,
    "revoke": _revoke,
    "ban": _ban,
    "lift": _lift,
    "install": _install,
}
_BY_THE_OWNER = frozenset({"withdraw", "submit", "release"})


@dataclass(frozen=True, slots=True)
class Gated:
    """A table whose first transaction waits until all sixteen are ready."""

    table: Table
    barrier: Barrier
    passed: list[bool] = field(default_factory=list)

    def get(self, key: Key) -> Item | None:
        """Return an item."""
        return self.table.get(key)

    def query(self, query: Query) -> ItemPage:
        """Return a page."""
        return self.table.query(query)

    def transact(self, writes: Sequence[Write]) -> None:
        """Wait for the others, once, and write."""
        if not self.passed:
            self.passed.append(True)
            self.barrier.wait(_PATIENCE_SECONDS)
        self.table.transact(writes)


def _contend(endpoint: Endpoint, barrier: Barrier, orders: Connection, wrap: Wrap) -> None:
    """Live as one contender: do what is ordered, tell what came of it, until the orders end."""
    table, queue = endpoint.table(), endpoint.queue()
    with suppress(EOFError, OSError):  # whoever gave the orders is gone
        while bout := orders.recv():
            orders.send(do(bout, wrap(Gated(table, barrier)), queue))


def do(bout: Bout, table: Table, queue: SnapshotQueue) -> Told:
    """Do what is ordered, on a table, and return what came of it."""
    records, origins = Store(table), OriginStore(table)
    ports = _Ports(
        records, InstallStore(table), None, None, queue, fixed(_NOW), bout.entropy, metrics=Taken(), origins=origins
    )
    return Told(_told(ports, bout), bout.entropy(_ENTROPY_BYTES).hex())


def _told(ports: _Ports, bout: Bout) -> str:
    try:
        return f"done {json.dumps(encode(ACTS[bout.act](ports, bout)))}"
    except StandfastError as error:
        return f"{type(error).__name__}({getattr(error, 'state', '')})"
    except BrokenBarrierError:
        return "late"


class ContenderLostError(Exception):
    """A contender's process is gone, and nobody can win."""


class Arena:
    """Sixteen processes that wait for orders."""

    def __init__(self, contenders: Sequence[Connection]) -> None:
        self._contenders = contenders

    def race(self, bouts: Sequence[Bout]) -> list[Told]:
        """Give each process its orders at once, and hear what each was told. Raises ContenderLostError."""
        try:
            for contender, bout in zip(self._contenders, bouts, strict=True):
                contender.send(bout)
            return [contender.recv() for contender in self._contenders]
        except (EOFError, OSError) as error:
            raise ContenderLostError("A contender's process has ended; it has told why.") from error


@contextmanager
def arena(endpoint: Endpoint, wrap: Wrap = untouched) -> Iterator[Arena]:
    """Start the processes."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(CONTENDERS)
    pairs = [context.Pipe() for _ in range(CONTENDERS)]
    processes = [context.Process(target=_contend, args=(endpoint, barrier, far, wrap)) for _, far in pairs]
    for process in processes:
        process.start()
    for _, far in pairs:
        far.close()  # Held by its process alone: when that ends, whoever listens hears the end.
    try:
        yield Arena([near for near, _ in pairs])
    finally:
        for near, _ in pairs:
            with suppress(OSError):
                near.send(None)
        for process in processes:
            process.join(_PATIENCE_SECONDS)


@dataclass(frozen=True, slots=True)
class Contest:
    """What sixteen do at once, on a past prepared under the name `prepare`.

    `winners` is how many may succeed; `losers` what the others may be told. Where `key` is set, all sixteen are one
    request. `tells` is whether a success leaves events.
    """

    name: str
    prepare: str
    acts: tuple[str, ...]
    losers: frozenset[str]
    winners: range = range(1, 2)
    key: str = ""
    tells: bool = True


def _told_of(*words: str) -> frozenset[str]:
    return frozenset(words)


CONTESTS = (
    Contest("approvals", "upgrade in review", ("approve",), _told_of("IllegalMoveError(live)")),
    Contest(
        "approvals, rejections and withdrawals",
        "upgrade in review",
        ("approve", "reject", "withdraw"),
        _told_of("IllegalMoveError(live)", "IllegalMoveError(rejected)", "IllegalMoveError(withdrawn)"),
    ),
    Contest(
        "approvals and bans",
        "upgrade in review",
        ("approve", "ban"),
        _told_of("IllegalMoveError(live)", "PluginBannedError(banned)"),
        winners=range(1, 3),
    ),
    Contest("releases", "upgrade approved", ("release",), _told_of("IllegalMoveError(live)")),
    Contest("rollbacks", "third live", ("roll back",), _told_of("IllegalMoveError(live)")),
    Contest("revocations", "third live", ("revoke",), _told_of("IllegalMoveError(revoked)")),
    Contest("lifts of a ban", "banned", ("lift",), _told_of("IllegalMoveError(approved)")),
    Contest("registrations of one id", "nothing", ("register",), _told_of("PluginIdTakenError(taken)")),
    Contest(
        "one submission, sent sixteen times",
        "upgrade in review",
        ("submit",),
        frozenset(),
        winners=range(CONTENDERS, CONTENDERS + 1),
        key="k",
    ),
    Contest("the hundredth install", "nearly full", ("install",), _told_of("NoPlaceLeftError(full)"), tells=False),
)
"""One for each transition that can be contested, and the last place."""


def careless(table: Table) -> Table:
    """Plant a fault: no guard holds."""
    return without_guard("")(table)

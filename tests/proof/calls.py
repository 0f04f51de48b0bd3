"""What somebody may call while others call too."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from functions.release.use_case import CLOCK
from functions.review.use_case import Keeper
from functions.snapshot.use_case import WORKER
from local.machine import Ports
from shared.domain.access import Kind, Person
from shared.domain.commands import Command
from shared.domain.documents import AI_PLUGIN_V1
from shared.domain.identity import Subject, digest_of_bytes, digest_of_parts
from shared.domain.installs import Channel
from shared.domain.version import Action, Reason
from shared.storage.installs import InstallStore
from shared.storage.store import Store
from tests.integration.documents import MANIFEST_URL, manifest, publish, schema
from tests.proof.composition import BASE_URL, START, fixed, use_case
from tests.proof.history import AT_ONCE, DUE, OWNER, TODO, documents_elsewhere
from tests.proof.stepped import SteppedFetcher, SteppedObjects, SteppedQueue, SteppedSchedule, SteppedTable
from tests.proof.world import Public

if TYPE_CHECKING:
    from shared.domain.identity import Digest
    from shared.domain.version import Release
    from shared.storage.table import Table
    from tests.proof.baton import Baton, Work
    from tests.proof.tampering import Wrap
    from tests.proof.world import World

type Act = Callable[[Any, Command], object]
"""Calls a use case."""

type Build = Callable[[Ports], Any]
"""Puts a use case together over the ports of one call."""

_NOW = START + timedelta(hours=1)
_ENTROPY_BYTES = 8

reviewing: Build = partial(use_case, "review")
reviewing_by_two: Build = partial(use_case, "review", four_eyes="on")
submitting_once_a_day: Build = partial(use_case, "submission", submissions_per_day="1")
_submitting: Build = partial(use_case, "submission")


@dataclass(frozen=True, slots=True)
class Call:
    """One call among several. Calls of one subject under one key are one request and its repetition.

    `asks` names the moves that it asks for: no refusal may speak of another one. `is_silent` is for calls that succeed
    without an event, or whose callers are not told whether they did anything.
    """

    name: str
    act: Act
    build: Build
    by: str = ""
    key: str = ""
    asks: tuple[str, ...] = ()
    is_silent: bool = False

    @property
    def subject(self) -> Subject:
        """Who calls: somebody of their own, unless told otherwise."""
        return Subject(self.by or self.name)

    @property
    def command(self) -> Command:
        """Who asks, under which key. The repetition of a request is the same request."""
        return Command(self.subject, digest_of_bytes(self.subject.encode()), self.key)

    @property
    def mark(self) -> str:
        """What the ids of its events end with."""
        return self._entropy(_ENTROPY_BYTES).hex()

    def work(self, world: World, wrap: Wrap) -> Work:
        """Return the call, to be made step by step."""
        return lambda baton: self.act(self.build(self._ports(world, wrap, baton)), self.command)

    def _ports(self, world: World, wrap: Wrap, baton: Baton) -> Ports:
        table: Table = wrap(SteppedTable(world.table, baton))
        return replace(
            world.ports,
            records=Store(table),
            installs=InstallStore(table),
            schedule=SteppedSchedule(world.ports.schedule, baton),
            objects=SteppedObjects(world.ports.objects, baton),
            queue=SteppedQueue(world.ports.queue, baton),
            fetch=SteppedFetcher(world.web, baton),
            clock=fixed(_NOW),
            entropy=self._entropy,
        )

    def _entropy(self, size: int) -> bytes:
        return digest_of_bytes(self.name.encode()).encode()[-size:]


@cache
def digest_of(number: int) -> Digest:
    """Return the digest of the version that is made of the documents `number`; 0 is those elsewhere."""
    bodies = (manifest(f"Lists, version {number}."), schema(number)) if number else documents_elsewhere().values()
    names = ("ai-plugin.json", "openapi.yaml")
    return digest_of_parts(
        AI_PLUGIN_V1, {name: digest_of_bytes(body) for name, body in zip(names, bodies, strict=True)}
    )


def approve(
    name: str,
    number: int,
    *,
    seen: int | None = None,
    release: Release = AT_ONCE,
    key: str = "",
    by: str = "",
    build: Build = reviewing,
) -> Call:
    """A reviewer approves a version, by the digest of the documents `seen`, or of its own."""
    digest = digest_of(number if seen is None else seen)
    return Call(
        name,
        lambda review, command: review.approve(command, TODO, number, digest=digest, note="", release=release),
        build,
        by,
        key,
        asks=(Action.APPROVE, Action.RELEASE),
    )


def reject(name: str, number: int) -> Call:
    """A reviewer rejects a version."""
    why = (Reason("other", "Say what it does."),)
    return Call(
        name,
        lambda review, command: review.reject(command, TODO, number, digest=digest_of(number), reasons=why, note=""),
        reviewing,
        asks=(Action.REJECT,),
    )


def claim(name: str, number: int) -> Call:
    """A reviewer claims a version."""
    return Call(
        name, lambda review, command: review.claim(command, TODO, number), reviewing, asks=("claim",), is_silent=True
    )


def release(name: str, number: int) -> Call:
    """The owner releases an approved version."""
    return Call(
        name,
        lambda review, command: review.release(command, TODO, number),
        reviewing,
        OWNER,
        asks=(Action.RELEASE,),
    )


def strike(name: str, number: int) -> Call:
    """The clock strikes, and the version that was set for this moment is released."""
    return Call(
        name,
        lambda releases, _: releases.release(TODO, number, moment=DUE),
        partial(use_case, "release"),
        CLOCK,
        is_silent=True,
    )


def roll_back(name: str, number: int) -> Call:
    """A reviewer goes back to an earlier version."""
    return Call(
        name,
        lambda review, command: review.roll_back(Keeper(command, keeps_all=True), TODO, number, reason="worse"),
        reviewing,
        asks=(Action.RESTORE,),
    )


def revoke(name: str, number: int, *, rollback_to: int | None = None) -> Call:
    """A reviewer revokes a version."""
    return Call(
        name,
        lambda review, command: review.revoke(command, TODO, number, reason="bad", rollback_to=rollback_to),
        reviewing,
        asks=(Action.REVOKE, Action.RESTORE),
    )


def ban(name: str = "ban", *, build: Build = reviewing) -> Call:
    """A reviewer bans the plugin."""
    return Call(name, lambda review, command: review.ban(command, TODO, reason="bad"), build)


def lift(name: str = "lift") -> Call:
    """A reviewer lifts the ban."""
    return Call(
        name, lambda review, command: review.lift_ban(command, TODO, reason="good"), reviewing, asks=("lift-ban",)
    )


def submit(name: str = "submit", *, key: str = "", build: Build = _submitting) -> Call:
    """The owner submits an upgrade."""
    return Call(
        name, lambda submission, command: submission.submit(command, TODO, manifest_url=None), build, OWNER, key
    )


def withdraw(name: str, number: int) -> Call:
    """The owner withdraws a candidate."""
    return Call(
        name,
        lambda submission, command: submission.withdraw(command, TODO, number, reason="not yet"),
        _submitting,
        OWNER,
        asks=(Action.WITHDRAW,),
    )


def register(name: str, *, by: str = "", key: str = "") -> Call:
    """Somebody registers the plugin id."""
    return Call(
        name,
        lambda submission, command: submission.register(command, manifest_url=MANIFEST_URL, wished_id=TODO),
        _submitting,
        by,
        key,
    )


def deliver(name: str, number: int) -> Call:
    """The queue delivers the request for a snapshot."""
    return Call(
        name,
        lambda snapshot, _: snapshot.take(TODO, number, asked_at=START),
        partial(use_case, "snapshot"),
        WORKER,
        is_silent=True,
    )


def republish(name: str, number: int) -> Call:
    """The publisher puts other documents on their host."""
    return Call(name, lambda ports, _: publish(ports.fetch.host(), number), lambda ports: ports, is_silent=True)


def read(name: str) -> Call:
    """Somebody reads the live manifest, and then the schema that it names. The value is what each says it is."""

    def act(public: Any, _: Command) -> tuple[str, str]:  # noqa: ANN401 - the use case of the package
        status, body = public(f"/plugins/{TODO}/.well-known/ai-plugin.json")
        manifest_told = json.loads(body)
        schema_status, schema_body = public(manifest_told["api"]["url"].removeprefix(BASE_URL))
        assert (status, schema_status) == (200, 200), (body, schema_body)
        return manifest_told["description_for_model"], schema_body

    return Call(name, act, Public, is_silent=True)


def install(name: str, *, by: str = "") -> Call:
    """A developer installs the plugin, to try it."""
    person = Person(Subject(by or name), frozenset({Kind.DEVELOPER}))
    return Call(
        name,
        lambda accessing, _: accessing.access.install(person, TODO, Channel.PREVIEW),
        partial(use_case, "access"),
        by,
        is_silent=True,
    )


def uninstall(name: str, *, by: str) -> Call:
    """A developer uninstalls the plugin."""
    person = Person(Subject(by), frozenset({Kind.DEVELOPER}))
    return Call(
        name,
        lambda accessing, _: accessing.access.uninstall(person, TODO),
        partial(use_case, "access"),
        by,
        is_silent=True,
    )

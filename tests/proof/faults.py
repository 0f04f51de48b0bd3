"""Faults to plant: what the store would be with one safeguard less. Each must be found, or the search proves nothing.

Most are tables that forget a guard, put between a use case and the store; the others are use cases with a mistake that
somebody could make. Nothing of the product is changed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from functions.review.use_case import Review
from shared.storage.table import Check, Put, Write, guard_name
from tests.proof.calls import Build, reviewing
from tests.proof.tampering import FaultyTable, SplitTable, Wrap, untouched, without_guard

if TYPE_CHECKING:
    from local.machine import Ports
    from shared.domain.commands import Command
    from shared.domain.identity import Digest, PluginId
    from shared.domain.transition import Outcome
    from shared.domain.version import Release


class CredulousReview(Review):
    """A review that approves whatever is there, not what the reviewer saw."""

    def approve(
        self, command: Command, plugin: PluginId, number: int, *, digest: Digest, note: str, release: Release
    ) -> Outcome:
        """Approve without comparing digests."""
        found = self.records.version(plugin, number).digest
        return Review.approve(self, command, plugin, number, digest=found or digest, note=note, release=release)


def _without_check(write: Write) -> Write | None:
    return None if isinstance(write, Check) else write


def _unread(write: Write) -> Write | None:
    """Forget what was read: the write goes through whatever is there, as with read-then-write."""
    return replace(write, guard=None) if isinstance(write, Put) else _without_check(write)


def _without_receipt(write: Write) -> Write | None:
    return None if guard_name(write) == "the idempotency key is new" else write


def _credulous(ports: Ports) -> Any:  # noqa: ANN401 - a use case
    review: Review = reviewing(ports)
    return CredulousReview(**{each.name: getattr(review, each.name) for each in fields(review)})


@dataclass(frozen=True, slots=True)
class Fault:
    """What is planted, the scenario that must find it, and the invariants that may be what breaks first."""

    name: str
    scenario: str
    invariants: frozenset[str]
    wrap: Wrap = untouched
    build: Build | None = None


def _breaks(*invariants: str) -> frozenset[str]:
    return frozenset(invariants)


FAULTS = (
    Fault(
        "no guard on the version",
        "approve x reject",
        _breaks("events replay to states", "live means approved"),
        without_guard("version "),
    ),
    Fault(
        "no guard on the pointer",
        "approve x ban",
        _breaks("ban wins", "no gap"),
        without_guard("the pointer is"),
    ),
    Fault(
        "no check that the pointer has not moved",
        "approve for later x ban",
        _breaks("ban wins"),
        lambda table: FaultyTable(table, _without_check),
    ),
    Fault(
        "no guard on the count of versions",
        "two submissions",
        _breaks("numbers are never reused", "at most one candidate", "events replay to states", "one winner"),
        without_guard("the plugin has no newer", "version "),
    ),
    Fault(
        "read, then write",
        "approve x approve x ban x submit x rollback",
        _breaks("ban wins", "no gap", "events replay to states", "live means approved", "at most one live version"),
        lambda table: FaultyTable(table, _unread),
    ),
    Fault(
        "no comparison of digests",
        "one who saw something else x one who saw it",
        _breaks("approved means seen"),
        build=_credulous,
    ),
    Fault(
        "events outside the transaction",
        "two approvals",
        _breaks("events replay to states", "no gap", "live means approved"),
        SplitTable,
    ),
    Fault(
        "no receipt",
        "submitted twice under one key",
        _breaks("one winner"),
        lambda table: FaultyTable(table, _without_receipt),
    ),
    Fault(
        "no bound on the places",
        "two take the last place",
        _breaks("never 101"),
        without_guard("a place is free"),
    ),
    Fault(
        "no guard on the install",
        "somebody takes it twice",
        _breaks("never 101"),
        without_guard("the install is", "a place is free"),
    ),
    Fault(
        "no guard on the plugin id",
        "two owners of one id",
        _breaks("numbers are never reused", "one winner", "events replay to states"),
        without_guard("the plugin id is free", "version "),
    ),
)
"""Every one of these is found by the schedules of its scenario."""

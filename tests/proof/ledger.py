"""What the events tell, read in the order in which they were committed: the second source for everything recorded.

The stream of changes is what a consumer of the outbox gets. Every invariant that speaks of the past rests on it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from shared.domain.errors import IllegalMoveError
from shared.domain.events import EVENT_OF_ACTION, EventType
from shared.domain.version import PUBLIC_STATES, Action, State, moved
from shared.storage.items import EVENT_PREFIX, VERSION_PREFIX
from shared.storage.table import REVISION

if TYPE_CHECKING:
    from local.database import Database

_ACTIONS = {event: action for action, event in EVENT_OF_ACTION.items()}
_MARK_STARTS = 14
_RECORDS = ("PLUGIN#", "LIVE#")
_COUNTED = ("META", "LIVE")
_CHANGES = "SELECT sequence, pk, sk, old, new FROM changes WHERE sequence > ? ORDER BY sequence"


class ViolationError(AssertionError):
    """An invariant does not hold. `invariant` names it."""

    def __init__(self, invariant: str, detail: str) -> None:
        super().__init__(f"{invariant}: {detail}")
        self.invariant = invariant


@dataclass(frozen=True, slots=True)
class Told:
    """One event, as far as the proofs read it."""

    type: EventType
    actor: str
    version: int
    digest: str


def mark_of(event_id: str) -> str:
    """Return the random part of an event's id: that of the call which wrote it."""
    return event_id[_MARK_STARTS:]


@dataclass(slots=True)
class PluginLedger:
    """What the events tell of one plugin."""

    states: dict[int, State] = field(default_factory=dict)
    approvals: dict[int, Told] = field(default_factory=dict)
    proposals: list[Told] = field(default_factory=list)
    live: int | None = None
    is_banned: bool = False

    @property
    def is_public(self) -> bool:
        """Whether anybody was ever served something that is not revoked."""
        return any(state in PUBLIC_STATES for state in self.states.values())

    def copy(self) -> PluginLedger:
        """Return a copy to go on from."""
        return replace(self, states=dict(self.states), approvals=dict(self.approvals), proposals=list(self.proposals))

    def tell(self, told: Told) -> None:
        """Take in one event. Raises ViolationError where it cannot follow what was told before."""
        match told.type:
            case EventType.VERSION_SUBMITTED:
                self._submit(told.version)
            case EventType.PLUGIN_BANNED | EventType.PLUGIN_BAN_LIFTED:
                self._ban(is_banned=told.type is EventType.PLUGIN_BANNED)
            case EventType.VERSION_APPROVAL_PROPOSED:
                self._require_unbanned(told)
                self.proposals.append(told)
            case _ if told.type in _ACTIONS:
                self._move(told, _ACTIONS[told.type])

    def _submit(self, number: int) -> None:
        if number != len(self.states) + 1:
            raise ViolationError("numbers are never reused", f"{number} was submitted after {sorted(self.states)}")
        self.states[number] = State.SUBMITTED

    def _ban(self, *, is_banned: bool) -> None:
        if self.is_banned == is_banned:
            raise ViolationError("events replay to states", f"banned was {self.is_banned} before it became {is_banned}")
        self.is_banned = is_banned

    def _require_unbanned(self, told: Told) -> None:
        if self.is_banned:
            raise ViolationError("ban wins", f"{told} came after the ban")

    def _move(self, told: Told, action: Action) -> None:
        number = told.version
        if action in {Action.APPROVE, Action.RELEASE}:
            self._require_unbanned(told)
        try:
            self.states[number] = moved(self.states[number], action)
        except (IllegalMoveError, KeyError) as error:
            raise ViolationError("events replay to states", f"version {number}: {error!r}") from error
        if action is Action.APPROVE:
            self.approvals[number] = told
        elif self.states[number] is State.LIVE:
            self.live = number
        elif action is Action.REVOKE and self.live == number:
            self.live = None


@dataclass(slots=True)
class Ledger:
    """What the stream told so far, up to the change number `sequence`.

    `marks` holds what tells the calls apart that were told of, and to what state each brought which version;
    `lost_updates` the writes that did not build on what was there.
    """

    sequence: int = 0
    plugins: dict[str, PluginLedger] = field(default_factory=dict)
    marks: dict[str, dict[int, State]] = field(default_factory=dict)
    lost_updates: list[str] = field(default_factory=list)

    def copy(self) -> Ledger:
        """Return a copy to go on from."""
        plugins = {name: plugin.copy() for name, plugin in self.plugins.items()}
        marks = {mark: dict(states) for mark, states in self.marks.items()}
        return Ledger(self.sequence, plugins, marks, list(self.lost_updates))

    def read(self, database: Database) -> bool:
        """Take in what was committed since. Returns whether there was anything. Raises ViolationError."""
        with database.reading() as connection:
            changes = connection.execute(_CHANGES, (self.sequence,)).fetchall()
        for sequence, pk, sk, old, new in changes:
            self.sequence = sequence
            self._take(pk, sk, json.loads(old) if old else {}, json.loads(new) if new else {})
        return bool(changes)

    def _take(self, pk: str, sk: str, old: dict[str, Any], new: dict[str, Any]) -> None:
        if sk.startswith(EVENT_PREFIX):
            if old or not new:
                raise ViolationError("events are append-only", f"{pk} {sk} was changed")
            self._tell(pk.removeprefix("PLUGIN#"), new)
            return
        if not pk.startswith(_RECORDS):
            return  # a note, such as of what a reviewer saw: the same again is the same
        if sk in _COUNTED or sk.startswith(VERSION_PREFIX):
            self._follow(f"{pk} {sk}", old.get(REVISION, 0), new.get(REVISION, 0))
        if sk.startswith(VERSION_PREFIX) and old.get("snapshot") not in (None, new.get("snapshot")):
            raise ViolationError("write once", f"{pk} {sk} has another snapshot")

    def _tell(self, plugin: str, event: dict[str, Any]) -> None:
        told = Told(EventType(event["type"]), event["actor"], event.get("version", 0), event.get("digest", ""))
        ledger = self.plugins.setdefault(plugin, PluginLedger())
        ledger.tell(told)
        states = self.marks.setdefault(mark_of(event["event_id"]), {})
        if told.version in ledger.states:
            states[told.version] = ledger.states[told.version]

    def _follow(self, place: str, before: int, after: int) -> None:
        """Note a write that did not build on what it replaced: its revision is not the next one."""
        if after != before + 1:
            self.lost_updates.append(f"{place} went from revision {before} to {after}")

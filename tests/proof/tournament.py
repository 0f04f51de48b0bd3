"""Holds the contests, round for round, and judges each by what is stored afterwards."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.domain.access import PLACES
from shared.domain.events import Event, EventType
from shared.domain.identity import PluginId
from shared.domain.ports import PageRequest
from shared.storage.dynamo import to_wire
from shared.storage.installs import INSTALL_PREFIX, InstallStore, installs_partition
from shared.storage.store import Store
from shared.storage.table import Query
from tests.proof import scenarios
from tests.proof.calls import digest_of
from tests.proof.ledger import PluginLedger, ViolationError, mark_of
from tests.proof.ledger import Told as ToldEvent
from tests.proof.races import CONTENDERS, Arena, Bout, Contest, Told

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.storage.dynamo import DynamoTable
    from tests.proof.history import Prepare
    from tests.proof.ministack import Endpoint
    from tests.proof.theatre import Stages

PASTS: Mapping[str, Prepare] = {
    "nothing": scenarios.nothing,
    "upgrade in review": scenarios.upgrade_in_review,
    "upgrade approved": scenarios.upgrade_approved,
    "third live": scenarios.third_live,
    "banned": scenarios.banned_with_candidate,
    "nearly full": scenarios.nearly_full,
}
_OF_THE_PLUGIN = "SELECT pk, sk, attributes FROM items WHERE pk IN ('PLUGIN#todo', 'LIVE#todo', 'INSTALLS#todo')"
_SAID_LAST = frozenset({EventType.PLUGIN_BANNED, EventType.PLUGIN_BAN_LIFTED})
_EVERYTHING = PageRequest(limit=1000)


@dataclass(slots=True)
class Score:
    """What a contest came to. `told` counts what contenders were told; `harms` says what was wrong, round by round."""

    contest: str
    rounds: int = 0
    seconds: float = 0.0
    told: Counter[str] = field(default_factory=Counter)
    harms: list[str] = field(default_factory=list)


def hold(endpoint: Endpoint, arena: Arena, stages: Stages, contest: Contest, *, rounds: int) -> Score:
    """Hold a contest so many times, each on a plugin of its own."""
    world, _ = stages[PASTS[contest.prepare]]
    world.put_back()
    with world.database.reading() as connection:
        past = connection.execute(_OF_THE_PLUGIN).fetchall()
    score, table, started = Score(contest.name), endpoint.table(), time.monotonic()
    for number in range(rounds):
        plugin = PluginId(f"{contest.name.replace(' ', '-').replace(',', '')}-{time.monotonic_ns()}-{number}")
        endpoint.put([_moved(row, plugin) for row in past])
        told = arena.race(_bouts(contest, plugin))
        score.told.update(each.text.partition(" ")[0] for each in told)
        score.rounds += 1
        score.harms += [f"{plugin}: {each}" for each in _complaints(contest, plugin, told, table)]
    score.seconds = time.monotonic() - started
    return score


def _moved(row: tuple[str, str, str], plugin: PluginId) -> dict[str, object]:
    """Return an item of the prepared plugin as one of another plugin."""
    pk, sk, attributes = row
    text = json.dumps({"pk": pk, "sk": sk, **json.loads(attributes)})
    text = text.replace('#todo"', f'#{plugin}"').replace('"todo"', f'"{plugin}"')
    moved: dict[str, Any] = json.loads(text)
    return {name: to_wire(value) for name, value in moved.items()}


def _bouts(contest: Contest, plugin: PluginId) -> list[Bout]:
    acts = contest.acts
    return [Bout(acts[place % len(acts)], plugin, place, digest_of(2), contest.key) for place in range(CONTENDERS)]


def _complaints(contest: Contest, plugin: PluginId, told: Sequence[Told], table: DynamoTable) -> Iterator[str]:
    """Say what is wrong with how a round ended."""
    winners = [each for each in told if each.is_done]
    losers = {each.text for each in told if not each.is_done}
    if len(winners) not in contest.winners:
        yield f"{len(winners)} won"
    if losers - contest.losers:
        yield f"losers were told {losers - contest.losers}"
    if contest.key and len({each.text for each in winners}) != 1:
        yield "one request was answered in two ways"
    try:
        events = _replay(Store(table), plugin)
    except ViolationError as violation:
        yield str(violation)
    else:
        yield from _unaccounted(contest, told, events)
    yield from _misplaced(table, plugin)


def _unaccounted(contest: Contest, told: Sequence[Told], events: Sequence[Event]) -> Iterator[str]:
    """Find events of losers, and winners without events. A request that was sent sixteen times has those of one."""
    marks = {mark_of(event.event_id) for event in events} & {each.mark for each in told}
    winners = {each.mark for each in told if each.is_done}
    if marks - winners:
        yield "a loser left events"
    expected = 1 if contest.key else len(winners) if contest.tells else 0
    if len(marks) != expected:
        yield f"{len(marks)} of {expected} winners left events"


def _replay(store: Store, plugin: PluginId) -> list[Event]:
    """Replay the events, and compare with what is recorded: a write in part would show. Raises ViolationError."""
    ledger = PluginLedger()
    events = sorted(store.events(plugin, _EVERYTHING).records, key=_order)
    for event in events:
        ledger.tell(ToldEvent(event.type, event.actor, event.version or 0, event.digest or ""))
    states = {version.number: version.state for version in store.versions(plugin, _EVERYTHING).records}
    pointer = store.pointer(plugin)
    live, last = pointer.live.number if pointer.live else None, store.plugin(plugin).last_version
    recorded = states, live, bool(pointer.ban), last
    told = ledger.states, ledger.live, ledger.is_banned, len(ledger.states)
    if recorded != told:
        raise ViolationError("no partial write", f"the events tell {told}; recorded is {recorded}")
    return events


def _order(event: Event) -> tuple[str, bool, str]:
    """Order events by moment; of one moment, those of a ban last: one that came first would have been heeded."""
    return event.event_id[:12], event.type in _SAID_LAST, event.event_id


def _misplaced(table: DynamoTable, plugin: PluginId) -> Iterator[str]:
    query = Query(installs_partition(plugin), INSTALL_PREFIX, limit=1000)
    held, taken = len(table.query(query).items), InstallStore(table).places_taken(plugin)
    if not held == taken <= PLACES:
        yield f"{held} developers hold a place, and {taken} places are taken"


def tournament(
    endpoint: Endpoint, arena: Arena, stages: Stages, contests: Sequence[Contest], *, rounds: int
) -> Iterator[Score]:
    """Hold all contests."""
    for contest in contests:
        yield hold(endpoint, arena, stages, contest, rounds=rounds)

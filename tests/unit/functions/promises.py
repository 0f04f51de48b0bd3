"""What holds at every moment, asked of what is stored."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shared.domain.events import EVENT_OF_ACTION, EventType
from shared.domain.version import CANDIDATE_STATES, PUBLIC_STATES, State, moved
from tests.building import TODO
from tests.unit.functions.desk import WHOLE

if TYPE_CHECKING:
    from shared.domain.events import Event
    from shared.domain.identity import PluginId
    from shared.domain.plugin import Pointer
    from shared.domain.version import Version
    from tests.unit.functions.desk import Desk

_ACTION_OF = {event: action for action, event in EVENT_OF_ACTION.items()}


def broken(desk: Desk, plugin: PluginId = TODO) -> list[str]:
    """Name the promises that a plugin's records break."""
    pointer = desk.truth.pointer(plugin)
    versions = desk.truth.versions(plugin, WHOLE).records
    events = desk.events(plugin)
    checks = {
        "what is live is approved, and is the content that was approved": _live_is_approved(pointer, versions, events),
        "one version is live, where one is": _one_live(pointer, versions),
        "the schemas that may be read are those of public versions": _released(pointer, versions),
        "there is one candidate at most, the newest": _one_candidate(versions),
        "each version was decided once": _decided_once(events),
        "the events tell the states": all(_replayed(each.number, events) is each.state for each in versions),
        "the last word on the ban is recorded": _is_banned(events) == bool(pointer.ban),
    }
    return [name for name, holds in checks.items() if not holds]


def _live_is_approved(pointer: Pointer, versions: tuple[Version, ...], events: list[Event]) -> bool:
    if pointer.live is None:
        return True
    found = {each.number: each for each in versions}[pointer.live.number]
    approved = {(each.version, each.digest) for each in events if each.type is EventType.VERSION_APPROVED}
    return found.state is State.LIVE and (found.number, pointer.live.digest) in approved


def _one_live(pointer: Pointer, versions: tuple[Version, ...]) -> bool:
    numbers = [each.number for each in versions if each.state is State.LIVE]
    return numbers == ([pointer.live.number] if pointer.live else [])


def _released(pointer: Pointer, versions: tuple[Version, ...]) -> bool:
    return set(pointer.released) == {each.number for each in versions if each.state in PUBLIC_STATES}


def _one_candidate(versions: tuple[Version, ...]) -> bool:
    newest = max(each.number for each in versions)
    return {each.number for each in versions if each.state in CANDIDATE_STATES} <= {newest}


def _decided_once(events: list[Event]) -> bool:
    decisions = {EventType.VERSION_APPROVED, EventType.VERSION_REJECTED}
    counted = Counter(each.version for each in events if each.type in decisions)
    return all(number == 1 for number in counted.values())


def _replayed(number: int, events: list[Event]) -> State | None:
    state = State.SUBMITTED
    for event in events:
        if event.version == number and event.type in _ACTION_OF:
            action = _ACTION_OF[event.type]
            try:
                state = moved(state, action)
            except Exception:  # noqa: BLE001 - whatever is illegal: the events tell of no such history
                return None
    return state


def _is_banned(events: list[Event]) -> bool:
    said = [each.type for each in events if each.type in {EventType.PLUGIN_BANNED, EventType.PLUGIN_BAN_LIFTED}]
    return bool(said) and said[-1] is EventType.PLUGIN_BANNED

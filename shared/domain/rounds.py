"""Rounds of looks at origins: which plugins are due, when each is looked at, and by whom together.

A round begins every `TICK`. A plugin is due every so many ticks, in a phase that its host's name decides, and then
looked at after a delay that name and tick decide: the looks of an hour are spread over all of it, and no host is asked
by two at once. Nothing is remembered for that, and nothing is drawn at random.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import batched
from typing import TYPE_CHECKING

from shared.domain.identity import PluginId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from shared.domain.plugin import Pointer

TICK = timedelta(minutes=15)
"""How often the template's schedule begins a round. SQS holds a message back for so long and no longer."""

MOST_LOOKS = 40
"""Plugins in one message."""

MOST_ATTEMPTS = 3
"""Looks at an origin that does not answer, within one round."""

RETRY_AFTER = timedelta(minutes=2)
"""How long an origin that does not answer is left alone before the next attempt of the round."""

MOST_AT_HOST = 10
"""Plugins of one host in one message: they are looked at one after the other."""

_SLOTS = 60
"""Moments of a tick at which messages are due: every 15 s."""


@dataclass(frozen=True, slots=True)
class Look:
    """Which live version of which plugin to compare its origin with; `host` is whom to ask, "" where nobody knows."""

    plugin_id: PluginId
    version: int
    host: str = ""


class Shelf(StrEnum):
    """What a round goes through: what is live, then what is under review."""

    LIVE = "live"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Plan:
    """Go on planning a round from a cursor. `by_hand`, every plugin is due, and now: somebody is waiting for it."""

    round: datetime
    shelf: Shelf = Shelf.LIVE
    cursor: str = ""
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """Look at some origins. Nothing is parsed."""

    round: datetime
    looks: tuple[Look, ...]
    attempt: int = 1
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Examine:
    """Fetch, parse and compare what one origin says: it is not what it said before."""

    round: datetime
    look: Look
    attempt: int = 1
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Probe:
    """Find out whether the servers that a version under review names answer."""

    plugin_id: PluginId
    version: int


type DriftTask = Plan | Check | Examine | Probe


@dataclass(frozen=True, slots=True)
class Batch:
    """Looks for one message, and how long that is held back."""

    looks: tuple[Look, ...]
    delay: timedelta


def look_at(pointer: Pointer) -> Look | None:
    """Return the look that a plugin is due for at times; None where nothing is live."""
    return Look(pointer.plugin_id, pointer.live.number, pointer.live.host) if pointer.live else None


def interval_of(pointer: Pointer, usual: timedelta) -> timedelta:
    """Return how often a plugin's origin is looked at: as its envelope says, where its schema may vary."""
    minutes = pointer.live.refresh_minutes if pointer.live else 0
    return timedelta(minutes=minutes) if minutes else usual


def is_due(look: Look, interval: timedelta, moment: datetime) -> bool:
    """Tell whether a look that is due every `interval` is due in the round that begins at a moment."""
    ticks = max(1, round(interval / TICK))
    return (int(moment.timestamp() // TICK.total_seconds()) + _number(_name(look), "phase")) % ticks == 0


def dealt(looks: Iterable[Look], moment: datetime, spread: timedelta) -> tuple[Batch, ...]:
    """Deal looks out over `spread`, from the moment that their round begins.

    The looks at one host are together in a message, one after the other; where they are too many for one, the next
    message comes a slot later.
    """
    by_host: dict[str, list[Look]] = defaultdict(list)
    for look in looks:
        by_host[_name(look)].append(look)
    slots: dict[int, list[tuple[Look, ...]]] = defaultdict(list)
    for host, theirs in sorted(by_host.items()):
        first = _number(host, str(int(moment.timestamp())))
        for place, part in enumerate(batched(theirs, MOST_AT_HOST, strict=False)):
            slots[(first + place) % _SLOTS].append(part)
    # SQS refuses a delay of more than a tick; the last slot begins before it ends.
    return tuple(
        Batch(together, math.floor(slot * spread.total_seconds() / _SLOTS) * timedelta(seconds=1))
        for slot, parts in sorted(slots.items())
        for together in _packed(parts)
    )


def _packed(parts: Iterable[tuple[Look, ...]]) -> Iterator[tuple[Look, ...]]:
    """Put as many hosts together as fit into a message."""
    together: tuple[Look, ...] = ()
    for part in parts:
        if together and len(together) + len(part) > MOST_LOOKS:
            yield together
            together = ()
        together += part
    if together:
        yield together


def _name(look: Look) -> str:
    return look.host or look.plugin_id


def _number(name: str, salt: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{salt} {name}".encode()).digest()[:6])

"""The `KeySets` port: JWK sets (RFC 7517), fetched like anything that a stranger serves, and kept for a while."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from shared.domain.errors import UnavailableError
from shared.domain.ports import FetchFailedError

if TYPE_CHECKING:
    from shared.domain.ports import Clock, Fetcher

MOST_BYTES = 64 * 1024
"""A set is 10 kB; a larger one is none."""
DEADLINE_SECONDS = 5.0

_FRESH = timedelta(hours=1)
_STALE = timedelta(days=1)
"""For how long old keys are better than none, while new ones cannot be fetched."""
_PAUSE = timedelta(minutes=1)
"""Between two fetches, however many unknown keys are asked for: a new key is taken up within this time."""
_MOST_KEYS = 64
_ROLE = "keys"


@dataclass(frozen=True, slots=True)
class _Held:
    """A set by key id, when it was fetched, and when somebody last tried."""

    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    fetched_at: datetime | None = None
    tried_at: datetime | None = None


class FetchedKeySets:
    """Sets by their URLs, for as long as this object lives. Threads may share it."""

    def __init__(self, fetch: Fetcher, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def __call__(self, url: str, key_id: str) -> Mapping[str, str] | None:
        """Return a key of the set at a URL, None if it has none of that id. Raises UnavailableError."""
        with self._lock:
            held, now = self._held.get(url, _Held()), self._clock()
            if _is_due(held, key_id, now):
                held = self._held[url] = self._renewed(url, held, now)
        if held.fetched_at is None or now - held.fetched_at > _STALE:
            message = f"The keys at {url} cannot be fetched."
            raise UnavailableError(message)
        return held.keys.get(key_id)

    def _renewed(self, url: str, held: _Held, now: datetime) -> _Held:
        try:
            keys = _read(self._fetch(url, role=_ROLE).document.body)
        except (FetchFailedError, ValueError):
            return _Held(held.keys, held.fetched_at, now)
        return _Held(keys, now, now)


def _is_due(held: _Held, key_id: str, now: datetime) -> bool:
    if held.tried_at is not None and now - held.tried_at < _PAUSE:
        return False
    return held.fetched_at is None or now - held.fetched_at > _FRESH or key_id not in held.keys


def _read(body: bytes) -> dict[str, Mapping[str, str]]:
    """Read a set. Two keys of one id would make it a matter of luck which one counts: neither does.

    Raises ValueError.
    """
    found: Any = json.loads(body)
    listed = found.get("keys") if isinstance(found, dict) else None
    if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
        message = "no key set"
        raise ValueError(message)
    named = [each for each in listed if isinstance(each, dict) and isinstance(each.get("kid"), str)]
    ids = [each["kid"] for each in named]
    return {each["kid"]: _members(each) for each in named if ids.count(each["kid"]) == 1}


def _members(key: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in key.items() if isinstance(value, str)}

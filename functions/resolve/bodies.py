"""Bodies of immutable objects, kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Bodies:
    """The bodies used last, under their entity tags, within `most_bytes` in all.

    An entity tag names its content, so an entry is never stale. Threads may share it: on one machine they do.
    """

    def __init__(self, most_bytes: int = 64 * 1024 * 1024) -> None:
        self._most_bytes = most_bytes
        self._bytes = 0
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, etag: str, load: Callable[[], bytes]) -> bytes:
        """Return a body, loading it the first time. Two threads may both load it, which does no harm."""
        with self._lock:
            if etag in self._kept:
                self._kept.move_to_end(etag)
                return self._kept[etag]
        body = load()
        self._keep(etag, body)
        return body

    def _keep(self, etag: str, body: bytes) -> None:
        with self._lock:
            if etag in self._kept or len(body) > self._most_bytes:
                return
            self._kept[etag] = body
            self._bytes += len(body)
            while self._bytes > self._most_bytes:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped)

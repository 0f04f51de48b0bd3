"""A cache in front of this machine, if there is one: told by `PURGE` with the `Cache-Tag` of what to drop.

Varnish takes that with a few lines of configuration (see bench/edge.vcl).
"""

from __future__ import annotations

import contextlib
import http.client
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.domain.errors import UnavailableError
from shared.storage.purge_queue import write_repeat_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from local.queue import SqliteQueue
    from shared.domain.plugin import Move

SECOND_PURGE_SECONDS = 15.0
"""The time between the purges: longer than an answer can be under way. On AWS it is the queue's `DelaySeconds`."""

_TIMEOUT_SECONDS = 3.0


class HttpCache:
    """The `EdgeCache` port over a cache that takes purges at a URL."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)

    def invalidate(self, tags: Sequence[str], *, reference: str) -> None:
        """Drop everything that carries one of the tags. Raises UnavailableError."""
        for tag in tags:
            try:
                status = self._ask(tag)
            except (OSError, http.client.HTTPException) as error:
                raise UnavailableError(f"The cache did not take the purge {reference!r}: {error}") from error
            if status != HTTPStatus.OK:
                raise UnavailableError(f"The cache answered the purge {reference!r} with {status}.")

    def _ask(self, tag: str) -> int:
        connection = http.client.HTTPConnection(
            self._url.hostname or "", self._url.port or 80, timeout=_TIMEOUT_SECONDS
        )
        with contextlib.closing(connection):
            connection.request("PURGE", self._url.path or "/", headers={"cache-tag": tag})
            return connection.getresponse().status


class SqlitePurgeQueue:
    """The `PurgeQueue` port over a queue of this machine."""

    def __init__(self, queue: SqliteQueue) -> None:
        self._queue = queue

    def ask(self, move: Move) -> None:
        """Ask for the second purge. Raises UnavailableError."""
        self._queue.send(write_repeat_request(move), delay_seconds=SECOND_PURGE_SECONDS)

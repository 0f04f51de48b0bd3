"""The public history over the one table.

Three items for each change, in one transaction: under its number, under its plugin, and the head, which counts. The
events' own ids would not do as places: two transactions of one moment may become visible in either order, and a reader
who has gone past the later one would never see the earlier one.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from shared.domain.attempts import until_settled
from shared.domain.errors import InvalidCursorError, StaleStateError
from shared.domain.feed import Change, change_of
from shared.domain.ports import Page
from shared.storage.codec import attributes_of, decode
from shared.storage.table import Guard, GuardFailedError, Item, Key, Position, Put, Query

if TYPE_CHECKING:
    from shared.domain.events import Event
    from shared.domain.ports import PageRequest
    from shared.storage.table import Table, Write

BUCKET = 1000
"""Changes in one partition, so that none grows for ever."""

HEAD = Key("CHANGES#HEAD", "HEAD")
_CHANGE_PREFIX = "CHANGE#"
_IS_NEW = "the change is not recorded yet"
_CURSOR = re.compile(r"after:(0|[1-9][0-9]{0,11})")


def change_key(sequence: int) -> Key:
    """Return the key of a change by its number."""
    return Key(f"CHANGES#{sequence // BUCKET:09d}", f"{_CHANGE_PREFIX}{sequence:012d}")


def plugin_change_key(plugin_id: str, event_id: str) -> Key:
    """Return the key of a change by its plugin and its event."""
    return Key(f"FEED#{plugin_id}", f"{_CHANGE_PREFIX}{event_id}")


class ChangeStore:
    """The `Changes` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def is_public(self, plugin_id: str) -> bool:
        """Tell whether anything of a plugin is in the public history."""
        return bool(self.of_plugin(plugin_id, 1))

    def record(self, event: Event) -> None:
        """Add an event at the end of the history, unless it is in it already. Raises StaleStateError."""
        until_settled(lambda: self._append(event))

    def since(self, page: PageRequest) -> Page[Change]:
        """Return what follows a cursor, oldest first. There always is a next cursor. Raises InvalidCursorError."""
        first = _read_cursor(page.cursor) + 1
        found: list[Change] = []
        while len(found) < page.limit:
            bucket = self._bucket(first + len(found), page.limit - len(found))
            found += _unbroken(bucket, first + len(found))
            if not bucket or (first + len(found)) % BUCKET:
                break
        return Page(tuple(found), _write_cursor(first + len(found) - 1))

    def of_plugin(self, plugin_id: str, limit: int) -> tuple[Change, ...]:
        """Return the latest changes of one plugin, newest first."""
        query = Query(plugin_change_key(plugin_id, "").pk, _CHANGE_PREFIX, limit=limit, descending=True)
        return tuple(decode(Change, dict(item.attributes)) for item in self._table.query(query).items)

    def _append(self, event: Event) -> None:
        if self._table.get(plugin_change_key(event.plugin_id, event.event_id)):
            return
        head = self._table.get(HEAD)
        last = int(str(head.attributes["revision"])) if head else 0
        try:
            self._table.transact(_writes(change_of(event, last + 1)))
        except GuardFailedError as error:
            # Another delivery of this event, or another event: reading again tells which.
            raise StaleStateError(error.name) from error

    def _bucket(self, first: int, limit: int) -> list[Change]:
        """Read on from a number to the end of its bucket at most."""
        partition, before = change_key(first).pk, change_key(first - 1).sk
        # The item before the first one may be in another partition, or not exist: only its sort key counts.
        query = Query(partition, _CHANGE_PREFIX, after=Position(before, Key(partition, before)), limit=limit)
        return [decode(Change, dict(item.attributes)) for item in self._table.query(query).items]


def _unbroken(changes: list[Change], first: int) -> list[Change]:
    """Return the changes up to the first gap in their numbers.

    A transaction's items may become visible one after the other, so that a query sees a number before its predecessor.
    Whoever went past such a gap would never see what fills it a moment later.
    """
    return [change for place, change in enumerate(changes) if change.sequence == first + place]


def _writes(change: Change) -> list[Write]:
    attributes = attributes_of(change)
    # The head's revision is the number of the last change: two writers cannot both follow the same one.
    head = Item(HEAD, {"revision": change.sequence})
    return [
        Put(Item(plugin_change_key(change.plugin_id, change.event_id), attributes), Guard(_IS_NEW, 0)),
        Put(head, Guard("the history is as it was read", change.sequence - 1)),
        Put(Item(change_key(change.sequence), attributes), Guard("the number is new", 0)),
    ]


def _write_cursor(reached: int) -> str:
    return base64.urlsafe_b64encode(f"after:{reached}".encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> int:
    """Read a cursor; "" is the beginning. One beyond the end is as good as the end. Raises InvalidCursorError."""
    if not cursor:
        return 0
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError) as error:
        raise InvalidCursorError from error
    match = _CURSOR.fullmatch(text)
    if not match:
        raise InvalidCursorError
    return int(match[1])

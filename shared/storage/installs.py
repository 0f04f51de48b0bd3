"""Installs over the one table: a partition for each plugin, which roles can tell from that of its versions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.domain.access import PLACES
from shared.domain.errors import NoPlaceLeftError, StaleStateError
from shared.domain.installs import Channel, Install
from shared.storage.codec import attributes_of, decode
from shared.storage.pointers import pointer_key
from shared.storage.table import Check, Count, Delete, Guard, GuardFailedError, Item, Key, Put, Query

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.plugin import Pointer
    from shared.storage.table import Table, Write

INSTALL_PREFIX = "INSTALL#"
PLACES_SORT_KEY = "PLACES"
_TAKEN = "taken"
_PLACE_IS_FREE = "a place is free"
_CHUNK = 1000


def installs_partition(plugin_id: str) -> str:
    """Return the partition of a plugin's installs."""
    return f"INSTALLS#{plugin_id}"


def install_key(plugin_id: str, subject: str) -> Key:
    """Return the key of a person's install."""
    return Key(installs_partition(plugin_id), f"{INSTALL_PREFIX}{subject}")


def places_key(plugin_id: str) -> Key:
    """Return the key of the counter of a plugin's places."""
    return Key(installs_partition(plugin_id), PLACES_SORT_KEY)


class InstallStore:
    """The `Installs` port over a table."""

    def __init__(self, table: Table) -> None:
        self._table = table

    def install(self, plugin_id: str, subject: str) -> Install | None:
        """Return a person's install of a plugin, if there is one."""
        item = self._table.get(install_key(plugin_id, subject))
        return decode(Install, dict(item.attributes)) if item else None

    def places_taken(self, plugin_id: str) -> int:
        """Return how many of a plugin's places are taken."""
        item = self._table.get(places_key(plugin_id))
        taken = item.attributes.get(_TAKEN, 0) if item else 0
        return taken if isinstance(taken, int) else 0

    def are_at_least(self, plugin_id: str, number: int) -> bool:
        """Tell whether a plugin has so many installs, or more."""
        query = Query(installs_partition(plugin_id), INSTALL_PREFIX, limit=number)
        return len(self._table.query(query).items) >= number

    def add(self, install: Install, pointer: Pointer) -> None:
        """Store an install that was decided on by a pointer. Raises NoPlaceLeftError, StaleStateError."""
        self._transact(_added(install, pointer))

    def remove(self, install: Install) -> None:
        """Remove an install and free its place. Raises StaleStateError."""
        key = install_key(install.plugin_id, install.subject)
        # An install that was removed meanwhile: its place is freed once.
        writes: list[Write] = [Delete(key, Guard("the install is as it was read", install.revision))]
        if install.channel is Channel.PREVIEW:
            writes.append(Count(places_key(install.plugin_id), _TAKEN, -1, PLACES, "a place was taken"))
        self._transact(writes)

    def miscount(self, plugin_id: str) -> int:
        """Return by how many the counter exceeds the installs that hold a place; 0 while both agree, or move.

        Installs and counter change in one transaction, so their difference never does: two looks that see the same one
        saw no half of a transaction.
        """
        first = self._difference(plugin_id)
        return first if first and self._difference(plugin_id) == first else 0

    def _difference(self, plugin_id: str) -> int:
        taken, held = self.places_taken(plugin_id), self._places_held(plugin_id)
        return taken - held

    def _places_held(self, plugin_id: str) -> int:
        held = 0
        query: Query | None = Query(installs_partition(plugin_id), INSTALL_PREFIX, limit=_CHUNK)
        while query:
            page = self._table.query(query)
            held += sum(decode(Install, dict(item.attributes)).channel is Channel.PREVIEW for item in page.items)
            query = replace(query, after=page.end) if page.end else None
        return held

    def correct(self, plugin_id: str, by: int) -> None:
        """Add to the counter, which commutes with whatever is installed meanwhile."""
        self._transact([Count(places_key(plugin_id), _TAKEN, by, PLACES, "the counter stays within the places")])

    def _transact(self, writes: Sequence[Write]) -> None:
        try:
            self._table.transact(writes)
        except GuardFailedError as error:
            if error.name == _PLACE_IS_FREE:
                raise NoPlaceLeftError(PLACES) from error
            raise StaleStateError(error.name) from error


def _added(install: Install, pointer: Pointer) -> list[Write]:
    """List the writes, the guards that tell most first."""
    item = Item(install_key(install.plugin_id, install.subject), attributes_of(install))
    # The same person twice at once: the second finds the install, and takes no second place.
    writes: list[Write] = [Put(item, Guard("the install is as it was read", install.revision - 1))]
    if install.channel is Channel.LIVE:
        # No pointer is checked here: two transactions that look at one item are in each other's way, and an approved
        # plugin's pointer would be as hot as a counter. A ban that commits meanwhile takes the entitlement anyway.
        return writes
    # A ban or an approval that commits between reading the pointer and this write.
    writes.append(Check(pointer_key(pointer.plugin_id), Guard("the pointer is as it was read", pointer.revision)))
    # The hundredth place and whoever wants it.
    writes.append(Count(places_key(install.plugin_id), _TAKEN, 1, PLACES, _PLACE_IS_FREE))
    return writes

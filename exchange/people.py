"""Other names for people: on AWS the user pool gives everybody a subject of its own, which nobody can choose.

Whoever moves a store gives a table of subjects, old to new. It is applied wherever a record names somebody: in its
members of a known name, and in the keys of what is kept for a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.storage.table import Item, Key

if TYPE_CHECKING:
    from shared.storage.table import Value

MEMBERS = frozenset({"owner", "submitted_by", "actor", "by", "subject", "proposed_by"})
"""The members of records and of events' details that hold a subject."""

_INDEXES = frozenset({"owner_pk"})
"""The attributes that hold the partition of a person in an index."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Subjects, old to new. Whoever is not in it keeps their own."""

    subjects: Mapping[str, str]

    def __call__(self, item: Item) -> Item:
        """Return a record that names everybody by their new subjects."""
        if not self.subjects:
            return item
        attributes = {name: self._member(name, value) for name, value in item.attributes.items()}
        return Item(Key(self._key(item.key.pk), self._key(item.key.sk)), attributes)

    def _member(self, name: str, value: Value) -> Value:
        if isinstance(value, dict):
            return {each: self._member(each, inner) for each, inner in value.items()}
        if isinstance(value, list):
            return [self._member(name, each) for each in value]
        if not isinstance(value, str):
            return value
        if name in _INDEXES:
            return self._key(value)
        return self.subjects.get(value, value) if name in MEMBERS else value

    def _key(self, text: str) -> str:
        """Rename the person of `WEBHOOKS#person`, `INSTALL#person` or `SEEN#plugin#person`: the last part of a key."""
        kind, sign, name = text.rpartition("#")
        return f"{kind}{sign}{self.subjects.get(name, name)}" if sign and _is_of_people(kind) else text


_OF_PEOPLE = frozenset({"IDEMPOTENCY", "LIMIT", "WEBHOOKS", "INSTALL", "OWNER", "CANDIDATES"})


def _is_of_people(kind: str) -> bool:
    return kind.partition("#")[0] in _OF_PEOPLE or kind.startswith("SEEN#")

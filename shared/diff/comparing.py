"""Walks two versions along a grammar and notes what has changed.

Every place is looked at once, and what differs is noted once: as a change, or as a restatement where it says the same
in another way. How each kind of place is compared is in `objects`, `lists`, `calls` and `sharing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.diff import judging
from shared.diff.calls import compare_paths
from shared.diff.changes import EnoughError, Restatement
from shared.diff.equality import is_same
from shared.diff.grammar import (
    Definitions,
    Either,
    Keyed,
    Map,
    Paths,
    Positional,
    Record,
    Scalars,
    Value,
    Variants,
)
from shared.diff.lists import compare_keyed, compare_positional, compare_scalars, compare_variants
from shared.diff.objects import compare_either, compare_map, compare_record, compare_value
from shared.diff.places import Place, Trail, spell
from shared.diff.sharing import compare_definitions, compare_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.diff.grammar import Codes, Kind
    from shared.diff.hosts import Hosts
    from shared.diff.references import Component, References


class Note(NamedTuple):
    """A change in few words: which rule, where, from what to what.

    `moved_to` is the place that something moved to, by the names of the old documents. `inside` is what differs between
    the targets of two references.
    """

    code: str
    place: Place
    before: object
    after: object
    moved_to: Trail = None
    inside: tuple[Note, ...] = ()


MOST_DIFFERENCES = 50
"""Differences that are found out of one reference: parts may differ in thousands of places, seen from as many."""


class Walk:
    """One walk over the documents of one role in two versions. Its notes are in the order of the walk.

    A walk that probes follows every reference that differs, each pair once (`followed`), and its notes are nobody's
    changes yet; `followed` is None for a walk that does not.
    """

    def __init__(
        self, hosts: Hosts, references: References, *, role: str, followed: set[tuple[str, str]] | None = None
    ) -> None:
        self.hosts = hosts
        self.references = references
        self.role = role
        self.followed = followed
        self.notes: list[Note] = []
        self.restatements: list[Restatement] = []
        self.taken: set[Component] = set()
        """Shared parts that are told where they stood before, or stand now."""
        self.deferred: list[tuple[Definitions, object, object, Place]] = []
        self.probed: dict[tuple[str, str, str], tuple[Note, ...]] = {}
        """What differs between the targets of two references, by them and the kind of place."""

    def compare(self, kind: Kind, old: object, new: object) -> None:
        """Compare two documents, their shared parts last: what uses them decides how they are told."""
        self.step(kind, old, new, Place((None, self.role), (None, self.role)))
        for definitions, before, after, place in self.deferred:
            compare_parts(self, definitions, before, after, place=place)

    def step(self, kind: Kind, old: object, new: object, place: Place) -> None:
        """Compare one place; MISSING stands where there is nothing."""
        _STEPS[type(kind)](self, kind, old, new, place=place)

    def note(self, code: str, place: Place, *, before: object, after: object, inside: tuple[Note, ...] = ()) -> None:
        """Note a change. Raises EnoughError while it probes and there are many already."""
        if self.followed is not None and len(self.notes) >= MOST_DIFFERENCES:
            raise EnoughError
        self.notes.append(Note(code, place, before, after, None, inside))

    def note_move(self, code: str, place: Place, *, names: tuple[object, object], to: Trail) -> None:
        """Note that something stands elsewhere, and by which names it is known there and here."""
        self.notes.append(Note(code, place, *names, to))

    def note_whole(self, codes: Codes, old: object, new: object, place: Place) -> None:
        """Note that a place has changed as a whole, if it has."""
        if not is_same(old, new):
            self.note(judging.code_of(codes, old, new), place, before=old, after=new)

    def restate(self, place: Trail, left: object, *, goes_to: Trail = None) -> None:
        """Note that a place says the same in another way."""
        self.restatements.append(Restatement(spell(place), left, spell(goes_to)))

    def probe(self, followed: tuple[str, str]) -> Walk:
        """Return a walk that finds out what differs between the targets of two references."""
        known = set() if self.followed is None else self.followed
        known.add(followed)
        probe = Walk(self.hosts, self.references, role=self.role, followed=known)
        probe.notes = [] if self.followed is None else self.notes
        return probe


_STEPS: dict[type, Callable[..., None]] = {
    Value: compare_value,
    Either: compare_either,
    Record: compare_record,
    Map: compare_map,
    Keyed: compare_keyed,
    Scalars: compare_scalars,
    Variants: compare_variants,
    Positional: compare_positional,
    Paths: compare_paths,
    Definitions: compare_definitions,
}

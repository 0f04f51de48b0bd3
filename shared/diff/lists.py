"""Comparing lists: by what identifies an item, by the values themselves, by what is equal, or by number."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from shared.diff.changes import MISSING
from shared.diff.objects import target_of
from shared.diff.places import END
from shared.diff.references import REFERENCE, reference_of

if TYPE_CHECKING:
    from shared.diff.comparing import Walk
    from shared.diff.grammar import Codes, Keyed, Kind, Positional, Scalars, Variants
    from shared.diff.places import Place


class Lists(NamedTuple):
    """Two lists that are compared, and where."""

    old: list[object]
    new: list[object]
    place: Place


class _Match(NamedTuple):
    """Which items are the same, by their numbers, in the order of the old list; and the numbers of the others."""

    pairs: list[tuple[int, int]]
    gone: list[int]
    come: list[int]


def _lists(walk: Walk, codes: Codes, old: object, new: object, *, place: Place) -> Lists | None:
    """Return two lists, nothing being an empty one; what is no list is noted as a whole."""
    before, after = ([] if value is MISSING else value for value in (old, new))
    if isinstance(before, list) and isinstance(after, list):
        return Lists(before, after, place)
    walk.note_whole(codes, old, new, place)
    return None


def _match(lists: Lists, pairs: list[tuple[int, int]]) -> _Match:
    kept, met = {first for first, _ in pairs}, {second for _, second in pairs}
    gone = [number for number in range(len(lists.old)) if number not in kept]
    come = [number for number in range(len(lists.new)) if number not in met]
    return _Match(sorted(pairs), gone, come)


def _compare_items(walk: Walk, item: Kind, lists: Lists, match: _Match) -> None:
    for first, second in match.pairs:
        walk.step(item, lists.old[first], lists.new[second], lists.place.at(first, second))
    for number in match.gone:
        walk.step(item, lists.old[number], MISSING, lists.place.at(number, END))
    for number in match.come:
        walk.step(item, MISSING, lists.new[number], lists.place.at(END, number))


# -- By what identifies an item ----------------------------------------------------------------------------------------
def compare_keyed(walk: Walk, kind: Keyed, old: object, new: object, *, place: Place) -> None:
    """Compare lists of objects that are known by something inside them."""
    if kind.counts_when_empty and (old is MISSING or new is MISSING):
        walk.note_whole(kind.codes, old, new, place)
        return
    lists = _lists(walk, kind.codes, old, new, place=place)
    if lists is None:
        return
    before = _numbers(kind, lists.old, walk.references.old)
    after = _numbers(kind, lists.new, walk.references.new)
    if before is None or after is None:
        walk.note_whole(kind.codes, old, new, place)
        return
    match = _match(lists, [(number, after[key]) for key, number in before.items() if key in after])
    match = _with_renamed(kind, lists, match)
    _compare_items(walk, kind.item, lists, match)
    if kind.order and [second for _, second in match.pairs] != sorted(second for _, second in match.pairs):
        names = [[kind.key(item) for item in items] for items in (lists.old, lists.new)]
        walk.note(kind.order, place, before=names[0], after=names[1])


def _numbers(kind: Keyed, items: list[object], document: object) -> dict[str, int] | None:
    """Return the number of each item by its key, None where some cannot be told apart."""
    keys = [kind.key(target_of(document, item)) for item in items]
    numbers = {key: number for number, key in enumerate(keys) if key is not None}
    return numbers if len(numbers) == len(items) else None


def _with_renamed(kind: Keyed, lists: Lists, match: _Match) -> _Match:
    if kind.pairs is None or not match.gone or not match.come:
        return match
    gone, come = [lists.old[number] for number in match.gone], [lists.new[number] for number in match.come]
    found = [(match.gone[first], match.come[second]) for first, second in kind.pairs(gone, come)]
    return _match(lists, match.pairs + found)


# -- By the values themselves ------------------------------------------------------------------------------------------
def compare_scalars(walk: Walk, kind: Scalars, old: object, new: object, *, place: Place) -> None:
    """Compare lists as sets of values."""
    if kind.counts_when_empty and (old is MISSING or new is MISSING):
        walk.note_whole(kind.codes, old, new, place)
        return
    lists = _lists(walk, kind.codes, old, new, place=place)
    if lists is None:
        return
    before, after = ({_written(item): number for number, item in enumerate(items)} for items in lists[:2])
    if before.keys() == after.keys():
        return
    if len(before) != len(lists.old) or len(after) != len(lists.new):
        walk.note_whole(kind.codes, old, new, place)
        return
    for number in (number for key, number in before.items() if key not in after):
        item = lists.old[number]
        walk.note(kind.item_codes(item).removed, place.at(number, END), before=item, after=MISSING)
    for number in (number for key, number in after.items() if key not in before):
        item = lists.new[number]
        walk.note(kind.item_codes(item).added, place.at(END, number), before=MISSING, after=item)


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, sort_keys=True)


# -- By what is equal --------------------------------------------------------------------------------------------------
def compare_variants(walk: Walk, kind: Variants, old: object, new: object, *, place: Place) -> None:
    """Compare lists of objects without identity: equal ones are the same, and of as many others each with the next."""
    lists = _lists(walk, kind.codes, old, new, place=place)
    if lists is None:
        return
    match = _match(lists, _equal_pairs(walk, lists))
    if len(match.gone) == len(match.come):
        others = list(zip(match.gone, match.come, strict=True))
        _compare_items(walk, kind.item, lists, _match(lists, match.pairs + others))
        return
    for number in match.gone:
        walk.note(kind.codes.removed, place.at(number, END), before=lists.old[number], after=MISSING)
    for number in match.come:
        walk.note(kind.codes.added, place.at(END, number), before=MISSING, after=lists.new[number])


def _equal_pairs(walk: Walk, lists: Lists) -> list[tuple[int, int]]:
    numbers: dict[str, list[int]] = {}
    for number in reversed(range(len(lists.new))):
        numbers.setdefault(_written(lists.new[number]), []).append(number)
    pairs = []
    for number, item in enumerate(lists.old):
        found = numbers.get(_written(_as_named_now(walk, item)))
        if found:
            pairs.append((number, found.pop()))
    return pairs


def _as_named_now(walk: Walk, item: object) -> object:
    """Return an item with its reference by the name that the part has in the new document."""
    target = reference_of(item)
    if target is None or not isinstance(item, dict):
        return item
    return {**item, REFERENCE: walk.references.new_names.get(target, target)}


# -- By number ---------------------------------------------------------------------------------------------------------
def compare_positional(walk: Walk, kind: Positional, old: object, new: object, *, place: Place) -> None:
    """Compare lists whose items are known by their number."""
    lists = _lists(walk, kind.codes, old, new, place=place)
    if lists is not None:
        common = min(len(lists.old), len(lists.new))
        _compare_items(walk, kind.item, lists, _match(lists, [(number, number) for number in range(common)]))

"""Comparing the calls of an API, which may stand at another path, or have another method, and be the same still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff.changes import MISSING
from shared.diff.grammar import Value
from shared.diff.operations import SAFE_METHODS, Call, Matching, match_operations
from shared.diff.places import Place
from shared.diff.references import reference_of

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shared.diff.comparing import Walk
    from shared.diff.grammar import Paths, Record

_SHARED = frozenset({"parameters", "summary", "description"})


def compare_paths(walk: Walk, kind: Paths, old: object, new: object, *, place: Place) -> None:
    """Compare all paths of two API descriptions."""
    before, after = ({} if value is MISSING else value for value in (old, new))
    if not isinstance(before, dict) or not isinstance(after, dict):
        walk.note_whole(kind.codes, old, new, place)
        return
    matching = match_operations(before, after)
    for source, target in matching.moved.items():
        _compare_moved(walk, kind.item, (source, before), (target, after), place=place, matching=matching)
    entered = set(matching.moved.values())
    for path, item in before.items():
        name = matching.renamed.get(path, path)
        if name != path:
            walk.note_move("contract.path-renamed", place.at(path, name), names=(path, name), to=(place.old, name))
        now = _without(after.get(name, MISSING), name, entered)
        _compare_path(walk, kind.item, _without(item, path, matching.moved), now, place=place.at(path, name))
    for path, item in after.items():
        if path not in before and path not in matching.former:
            _compare_path(walk, kind.item, MISSING, _without(item, path, entered), place=place.below(path))


def _without(item: object, path: str, calls: Collection[Call]) -> object:
    """Return a path less the operations that are told elsewhere."""
    if not calls or not isinstance(item, dict):
        return item
    return {key: value for key, value in item.items() if Call(path, key) not in calls}


def _compare_path(walk: Walk, kind: Record, old: object, new: object, *, place: Place) -> None:
    """Compare two paths. The operations of a path that came or went are told one by one, and so is what they share."""
    present = new if old is MISSING else old
    if old is not MISSING and new is not MISSING:
        walk.step(kind, old, new, place)
    elif not isinstance(present, dict) or reference_of(present):
        walk.note_whole(kind.codes, old, new, place)
    else:
        for key, value in present.items():
            before, after = (MISSING, value) if old is MISSING else (value, MISSING)
            field = Value(codes=kind.codes) if key in _SHARED else kind.fields.get(key, kind.other)
            walk.step(field, before, after, place.below(key))


def _compare_moved(
    walk: Walk,
    kind: Record,
    source: tuple[Call, Mapping[str, object]],
    target: tuple[Call, Mapping[str, object]],
    *,
    place: Place,
    matching: Matching,
) -> None:
    """Note that an operation is elsewhere, and compare what it is."""
    (call, before), (now, after) = source, target
    trail = ((place.old, matching.former.get(now.path, now.path)), now.method)
    here = Place(((place.old, call.path), call.method), ((place.new, now.path), now.method), place.side)
    walk.note_move(_move_code(call, now), here, names=(str(call), str(now)), to=trail)
    old_item, new_item = before[call.path], after[now.path]
    if isinstance(old_item, dict) and isinstance(new_item, dict):
        walk.step(kind.fields[now.method], old_item[call.method], new_item[now.method], here)


def _move_code(source: Call, target: Call) -> str:
    if source.method == target.method:
        return "capability.operation-moved"
    is_made_writing = source.method in SAFE_METHODS and target.method not in SAFE_METHODS
    return "capability.method-made-writing" if is_made_writing else "capability.method-changed"

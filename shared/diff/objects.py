"""Comparing single values and objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff import judging
from shared.diff.changes import MISSING
from shared.diff.equality import is_same
from shared.diff.fields import compare_fields
from shared.diff.references import look_up, reference_of, with_names
from shared.diff.renames import is_described_alike
from shared.diff.sharing import compare_referring

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.diff.comparing import Walk
    from shared.diff.grammar import Either, Map, Record, Value
    from shared.diff.places import Place


def compare_value(walk: Walk, kind: Value, old: object, new: object, *, place: Place) -> None:
    """Compare something that changes as a whole."""
    if is_same(old, new) or _is_renamed(walk, old, new):
        return
    code = kind.judge(old, new, walk.hosts) if kind.judge else judging.code_of(kind.codes, old, new)
    if code is None:
        walk.restate(place.old, new)
    else:
        walk.note(code, place, before=old, after=new)


def _is_renamed(walk: Walk, old: object, new: object) -> bool:
    """Tell whether two values differ in the names of shared parts alone: references may stand in the oddest places."""
    names = walk.references.new_names if isinstance(old, dict | list) else {}
    return bool(names) and is_same(with_names(old, names), new)


def compare_either(walk: Walk, kind: Either, old: object, new: object, *, place: Place) -> None:
    """Compare objects as such, and anything else as a whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        compare_record(walk, kind.record, old, new, place=place)
    else:
        compare_value(walk, kind.value, old, new, place=place)


def compare_record(walk: Walk, kind: Record, old: object, new: object, *, place: Place) -> None:
    """Compare objects field by field."""
    place = place.on(kind.side)
    if old is MISSING or new is MISSING:
        if not kind.transparent:
            _note_appearance(walk, kind, old, new, place=place)
            return
        old, new = ({} if value is MISSING else value for value in (old, new))
    if not isinstance(old, dict) or not isinstance(new, dict):
        walk.note_whole(kind.codes, old, new, place)
    elif kind.referable and (reference_of(old) or reference_of(new)):
        compare_referring(walk, kind, old, new, place=place)
    else:
        compare_fields(walk, kind, old, new, place=place)


def _note_appearance(walk: Walk, kind: Record, old: object, new: object, *, place: Place) -> None:
    """Note a record that came or went; what was carved out of it is told on its own."""
    fields = new if isinstance(new, dict) else {}
    carved = [name for name in kind.carved if name in fields]
    rest = {key: value for key, value in fields.items() if key not in carved} if carved else new
    judge = kind.judge
    code = judge(*_targets(walk, old, new), walk.hosts) if judge else None
    walk.note(code or judging.code_of(kind.codes, old, new), place, before=old, after=rest)
    for name in carved:
        walk.step(kind.fields[name], MISSING, fields[name], place.below(name))


def _targets(walk: Walk, old: object, new: object) -> tuple[object, object]:
    return target_of(walk.references.old, old), target_of(walk.references.new, new)


def target_of(document: object, item: object) -> object:
    """Return what an item is, or what it refers to."""
    reference = reference_of(item)
    return item if reference is None else look_up(document, reference)


def compare_map(walk: Walk, kind: Map, old: object, new: object, *, place: Place) -> None:
    """Compare objects entry by entry, recognising the one that has another name."""
    before, after = ({} if value is MISSING else value for value in (old, new))
    if not isinstance(before, dict) or not isinstance(after, dict):
        walk.note_whole(kind.codes, old, new, place)
        return
    gone, come = _renamed(before, after) if kind.renamed else (None, None)
    for key, value in before.items():
        if key == gone:
            walk.note_move(kind.renamed, place.at(key, str(come)), names=(gone, come), to=(place.old, str(come)))
        else:
            walk.step(kind.item, value, after.get(key, MISSING), place.below(key))
    for key, value in after.items():
        if key not in before and key != come:
            walk.step(kind.item, MISSING, value, place.below(key))


def _renamed(old: Mapping[str, object], new: Mapping[str, object]) -> tuple[str | None, str | None]:
    """Return the names of the one entry that went and the one that came, if they are the same and say something."""
    gone = [key for key in old if key not in new]
    come = [key for key in new if key not in old]
    if len(gone) == len(come) == 1 and is_described_alike(old[gone[0]], new[come[0]]):
        return gone[0], come[0]
    return None, None

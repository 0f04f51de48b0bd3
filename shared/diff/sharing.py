"""Comparing what refers and what is referred to.

A reference is no place of its own: a shared part is told where it stands, once, and a reference that leads elsewhere is
compared by what it leads to.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from shared.diff.changes import MISSING, EnoughError
from shared.diff.fields import compare_fields
from shared.diff.places import Place
from shared.diff.references import REFERENCE, Component, component_of, look_up, reference_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.diff.changes import Side
    from shared.diff.comparing import Note, Walk
    from shared.diff.grammar import Definitions, Kind, Record
    from shared.diff.places import Trail

type Object = dict[str, object]
type Alone = tuple[Component, Kind, object, object, Place]
"""A shared part that is in one document alone: which, of which kind, before and now, and where."""


def compare_referring(walk: Walk, kind: Record, old: Object, new: Object, *, place: Place) -> None:
    """Compare two objects one or both of which refer to something."""
    if reference_of(old) and reference_of(new):
        _compare_two(walk, kind, old, new, place=place)
        return
    is_told = _is_taken_out(walk, kind, old, new, place=place) or _is_written_out(walk, kind, old, new, place=place)
    if not is_told:
        _compare_targets(walk, kind, old, new, place=place)


def _compare_two(walk: Walk, kind: Record, old: Object, new: Object, *, place: Place) -> None:
    before, after = str(old[REFERENCE]), str(new[REFERENCE])
    if not walk.references.leads_to_same(before, after):
        _compare_targets(walk, kind, {REFERENCE: before}, {REFERENCE: after}, place=place)
    if len(old) > 1 or len(new) > 1:
        compare_fields(walk, kind, _beside(old), _beside(new), place=place)


def _beside(item: Object) -> Object:
    """Return the fields beside a reference."""
    return {key: value for key, value in item.items() if key != REFERENCE}


def _compare_targets(walk: Walk, kind: Record, old: Object, new: Object, *, place: Place) -> None:
    """Compare by what is meant, where a reference leads elsewhere, or came, or went."""
    before, after = reference_of(old) or "", reference_of(new) or ""
    is_pair = bool(before and after)
    if is_pair and walk.followed is not None and (before, after) in walk.followed:
        return
    if walk.followed is not None:
        probe = walk.probe((before, after))
        probe.step(kind, _meant(walk.references.old, old), _meant(walk.references.new, new), place)
        return
    differences = _differences(walk, kind, old, new, side=place.side)
    here = place.below(REFERENCE) if is_pair else place
    stood, stands = (before, after) if is_pair else (old, new)
    if differences:
        walk.note("contract.reference-replaced", here, before=stood, after=stands, inside=differences)
    else:
        walk.restate(here.old, stands)


def _differences(walk: Walk, kind: Record, old: Object, new: Object, *, side: Side) -> tuple[Note, ...]:
    """Return what differs between what two objects mean, found out once for each pair."""
    before, after = reference_of(old), reference_of(new)
    key = (before or json.dumps(old), after or json.dumps(new), f"{kind.name} {side}")
    if key in walk.probed:
        return walk.probed[key]
    probe = walk.probe((before or "", after or ""))
    with suppress(EnoughError):
        probe.step(kind, _meant(walk.references.old, old), _meant(walk.references.new, new), Place(side=side))
    walk.probed[key] = tuple(probe.notes)
    return walk.probed[key]


def _meant(document: object, item: Object) -> object:
    """Return what a reference leads to, with the fields that stand beside it."""
    reference = reference_of(item)
    if reference is None:
        return item
    target = look_up(document, reference)
    beside = _beside(item)
    return {**target, **beside} if isinstance(target, dict) and beside else target


def _is_taken_out(walk: Walk, kind: Record, old: Object, new: Object, *, place: Place) -> bool:
    """Compare what was written out with the new shared part that it has become, if that is what happened."""
    part = _free(walk, new, walk.references.new_parts, walk.references.old_parts)
    if part is None:
        return False
    trail = _trail(walk, part)
    walk.restate(place.old, new, goes_to=trail)
    walk.step(kind, old, walk.references.new_parts[part], Place(place.old, trail, place.side))
    return True


def _is_written_out(walk: Walk, kind: Record, old: Object, new: Object, *, place: Place) -> bool:
    """Compare what was a shared part with what is written out in its place, if that is what happened."""
    part = _free(walk, old, walk.references.old_parts, walk.references.new_parts)
    if part is None:
        return False
    trail = _trail(walk, part)
    walk.restate(trail, MISSING, goes_to=place.old)
    walk.step(kind, walk.references.old_parts[part], new, Place(trail, place.new, place.side))
    return True


def _free(
    walk: Walk, item: Object, its: Mapping[Component, object], others: Mapping[Component, object]
) -> Component | None:
    """Take the shared part that a reference leads to, if it is in one document alone and not told elsewhere."""
    if walk.followed is not None or len(item) > 1:
        return None
    part = component_of(reference_of(item) or "")
    renamed = walk.references.renamed
    if part is None or part not in its or part in others or part in walk.taken:
        return None
    if part in renamed or part in walk.references.new_parts_renamed or not walk.references.has_room(part):
        return None
    walk.taken.add(part)
    return part


def _trail(walk: Walk, part: Component) -> Trail:
    return ((((None, walk.role), "components"), part.section), part.name)


# -- Shared parts ------------------------------------------------------------------------------------------------------
def compare_definitions(walk: Walk, kind: Definitions, old: object, new: object, *, place: Place) -> None:
    """Put the shared parts off until all that uses them has been compared."""
    walk.deferred.append((kind, old, new, place))


def compare_parts(walk: Walk, kind: Definitions, old: object, new: object, *, place: Place) -> None:
    """Compare the shared parts of two documents."""
    before, after = ({} if value is MISSING else value for value in (old, new))
    if not isinstance(before, dict) or not isinstance(after, dict):
        walk.note_whole(kind.codes, old, new, place)
        return
    alone: list[Alone] = []
    for section in dict.fromkeys((*before, *after)):
        was, now = before.get(section, MISSING), after.get(section, MISSING)
        if section in kind.sections and all(isinstance(part, dict) or part is MISSING for part in (was, now)):
            alone += _compare_section(walk, kind.sections[section], was, now, place=place.below(section))
        else:
            walk.step(kind.other, was, now, place.below(section))
    # Last: what was compared above may have shown that a part which seems new stood somewhere else before.
    for part, item, was, now, where in alone:
        if part not in walk.taken:
            walk.step(item, was, now, where)


def _compare_section(walk: Walk, item: Kind, old: object, new: object, *, place: Place) -> Iterator[Alone]:
    """Compare the parts that are in both documents, and yield those that are in one alone."""
    before, after = (value if isinstance(value, dict) else {} for value in (old, new))
    section = str(place.old[1]) if place.old else ""
    renamed = {one.name: other.name for one, other in walk.references.renamed.items() if one.section == section}
    known = {*before, *renamed.values()}
    for name, value in before.items():
        part, now = Component(section, name), str(renamed.get(name, name))
        here = place.at(name, now).on(walk.references.side(part))
        if now != name:
            walk.note_move("contract.component-renamed", here, names=(name, now), to=(place.old, now))
        if now in after:
            walk.step(item, value, after[now], here)
        else:
            yield part, item, value, MISSING, here
    for name in (name for name in after if name not in known):
        part = Component(section, name)
        yield part, item, MISSING, after[name], place.below(name).on(walk.references.side(part))

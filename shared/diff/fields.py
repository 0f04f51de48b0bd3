"""Comparing the fields of two objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff.changes import MISSING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.diff.comparing import Walk
    from shared.diff.grammar import Record
    from shared.diff.places import Place


def compare_fields(
    walk: Walk, kind: Record, old: Mapping[str, object], new: Mapping[str, object], *, place: Place
) -> None:
    """Compare objects field by field, whatever they refer to."""
    fields, other = kind.fields, kind.other
    for key, value in old.items():
        now = new.get(key, MISSING)
        # Most fields are texts that have not changed.
        if not (type(value) is str and value == now):
            walk.step(fields.get(key, other), value, now, place.below(key))
    for key, value in new.items():
        if key not in old:
            walk.step(fields.get(key, other), MISSING, value, place.below(key))

"""The normal form of a document: equal where two documents say the same by the grammar, whatever their order."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.diff.changes import MISSING
from shared.diff.grammar import (
    Definitions,
    Either,
    Keyed,
    Map,
    Paths,
    Positional,
    Record,
    Scalars,
    Variants,
)

if TYPE_CHECKING:
    from shared.diff.grammar import Kind


def normal(kind: Kind, value: object) -> object:
    """Return a value in normal form, MISSING where it says the same as nothing."""
    match kind:
        case Either():
            return normal(kind.record if isinstance(value, dict) else kind.value, value)
        case Record() | Map() | Paths() | Definitions() if isinstance(value, dict):
            return _object(kind, value)
        case Keyed() | Scalars() | Variants() | Positional() if isinstance(value, list):
            return _list(kind, value)
        case _:
            return _number(value)


def _object(kind: Record | Map | Paths | Definitions, value: dict[str, object]) -> object:
    fields = {key: normal(_field(kind, key, item), item) for key, item in value.items()}
    kept = {key: item for key, item in fields.items() if item is not MISSING}
    is_nothing = not kept and not (isinstance(kind, Record) and not kind.transparent)
    return MISSING if is_nothing else kept


def _field(kind: Record | Map | Paths | Definitions, key: str, item: object) -> Kind:
    match kind:
        case Record():
            return kind.fields.get(key, kind.other)
        case Definitions() if key in kind.sections and isinstance(item, dict):
            return Map(item=kind.sections[key], codes=kind.codes)
        case Definitions():
            return kind.other
        case _:
            return kind.item


def _list(kind: Keyed | Scalars | Variants | Positional, value: list[object]) -> object:
    if not value:
        return [] if isinstance(kind, Keyed | Scalars) and kind.counts_when_empty else MISSING
    if isinstance(kind, Scalars):
        return sorted({json.dumps(_number(item), sort_keys=True) for item in value})
    items = [_emptied(kind.item, item) for item in value]
    is_ordered = isinstance(kind, Positional) or (isinstance(kind, Keyed) and bool(kind.order))
    return items if is_ordered else sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


def _emptied(kind: Kind, item: object) -> object:
    found = normal(kind, item)
    return {} if found is MISSING else found


def _number(value: object) -> object:
    """Write numbers in one way: 1.0 and 1 are the same JSON number."""
    if isinstance(value, dict):
        return {key: _number(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_number(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

"""Records to attributes and back, by the types that the records declare.

Written here rather than with pydantic because the public route decodes the pointer, and its import budget has no room.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, NewType, Union, cast, get_args, get_origin, get_type_hints

from shared.domain.errors import IntegrityError
from shared.domain.identity import format_moment, parse_moment

if TYPE_CHECKING:
    from shared.storage.table import Value

type Decoder = Any  # a callable from Value to whatever the type says; its result is typed by `decode`
type Kind = Any  # a type expression, for which typing has no type


def encode(record: object) -> Value:
    """Turn a record, or a part of one, into attribute values. Absent values and empty collections are left out."""
    match record:
        case StrEnum():
            return record.value
        case str() | bool() | int() | None:
            return record
        case datetime():
            return format_moment(record)
        case Mapping():
            return {str(name): encode(value) for name, value in record.items()}
        case tuple() | list():
            return [encode(value) for value in record]
    if is_dataclass(record):
        pairs = ((part.name, encode(getattr(record, part.name))) for part in fields(record))
        return {name: value for name, value in pairs if value is not None and value not in ([], {})}
    message = f"{type(record).__name__} cannot be stored."
    raise IntegrityError(message)


def attributes_of(record: object) -> dict[str, Value]:
    """Turn a record into the attributes of an item."""
    return cast("dict[str, Value]", encode(record))


def decode[Record](kind: type[Record], value: Value) -> Record:
    """Turn attribute values back into a record. Attributes that the record does not know are passed over."""
    try:
        return cast("Record", _decoder(cast("Kind", kind))(value))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"A stored {kind.__name__} cannot be read: {error!r}."
        raise IntegrityError(message) from error


@cache
def _decoder(kind: Kind) -> Decoder:
    if isinstance(kind, NewType):
        return _decoder(kind.__supertype__)
    origin: Any = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _optional(kind)
    if origin is tuple:
        inner = _decoder(get_args(kind)[0])
        return lambda value: tuple(inner(each) for each in value)
    if origin is Mapping:
        name, inner = (_decoder(each) for each in get_args(kind))
        return lambda value: {name(key): inner(each) for key, each in value.items()}
    if kind is datetime:
        return parse_moment
    return _record_decoder(kind) if is_dataclass(kind) else kind


def _optional(kind: Kind) -> Decoder:
    (present,) = (each for each in get_args(kind) if each is not types.NoneType)
    inner = _decoder(present)
    return lambda value: None if value is None else inner(value)


def _record_decoder(kind: Kind) -> Decoder:
    hints = get_type_hints(kind)
    decoders = {part.name: _decoder(hints[part.name]) for part in fields(kind)}
    empty: dict[str, object] = {name: () for name in decoders if get_origin(hints[name]) is tuple}
    empty |= {name: {} for name in decoders if get_origin(hints[name]) is Mapping}

    def read(value: Mapping[str, Value]) -> object:
        known = {name: decoder(value[name]) for name, decoder in decoders.items() if name in value}
        return kind(**(empty | known))

    return read

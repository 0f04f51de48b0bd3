"""The calls that a document describes: paths, methods, operation ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.contracts.openapi.places import NowhereError, Place, look_up, spell
from shared.contracts.remarks import Remark, pointer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.contracts.policy import Profile

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_OTHER_FIELDS = ("$ref", "summary", "description", "servers", "parameters")
_TEXTS = ("summary", "description")


class Operation(NamedTuple):
    """One call: where it stands, and what is said of it."""

    place: Place
    path: str
    method: str
    value: dict[str, object]


class Calls(NamedTuple):
    """The path items and the operations of a document that are objects, in its order, references followed once."""

    items: tuple[tuple[Place, str, dict[str, object]], ...]
    operations: tuple[Operation, ...]


def calls_of(document: dict[str, object], version: str) -> Calls:
    """Return what a document says can be called."""
    items = tuple(_path_items(document))
    return Calls(items, tuple(operation for item in items for operation in _operations(*item, version)))


def operation_remarks(document: dict[str, object], calls: Calls, version: str, profile: Profile) -> Iterator[Remark]:
    """Yield what is wrong with a document's paths and operations."""
    yield from _structure(document, calls, version)
    known: dict[str, Operation] = {}
    for operation in calls.operations:
        yield from _identity(operation, known)
        yield from _lengths(operation, profile)
    if not calls.operations:
        yield Remark(
            "schema.no-operations", "The document describes no operation.", "/paths" if "paths" in document else ""
        )


def _path_items(document: dict[str, object]) -> Iterator[tuple[Place, str, dict[str, object]]]:
    paths = document.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        target = _target(document, item) if isinstance(item, dict) and not path.startswith("x-") else None
        if isinstance(target, dict):
            yield ((None, "paths"), path), path, target


def _target(document: dict[str, object], item: dict[str, object]) -> object:
    reference = item.get("$ref")
    if not isinstance(reference, str) or not reference.startswith("#/"):
        return item
    try:
        return look_up(document, reference[1:])
    except NowhereError:
        return None


def _operations(place: Place, path: str, item: dict[str, object], version: str) -> Iterator[Operation]:
    methods = _methods(version)
    for key, value in item.items():
        if key in methods and isinstance(value, dict):
            yield Operation((place, key), path, key, value)
    further = item.get("additionalOperations") if version == "3.2" else None
    for method, value in further.items() if isinstance(further, dict) else ():
        if isinstance(value, dict):
            yield Operation(((place, "additionalOperations"), method), path, method, value)


def _methods(version: str) -> tuple[str, ...]:
    return (*_METHODS, "query") if version == "3.2" else _METHODS


def _structure(document: dict[str, object], calls: Calls, version: str) -> Iterator[Remark]:
    paths = document.get("paths", {})
    if not isinstance(paths, dict):
        yield Remark("schema.structure", "paths is not an object.", "/paths")
        return
    for path, item in paths.items():
        if path.startswith("x-"):
            continue
        if not path.startswith("/"):
            yield Remark(
                "schema.path-form", f"The path {path[:160]!r} does not begin with a slash.", pointer_to("paths", path)
            )
        if not isinstance(item, dict):
            message = f"The path {path[:160]!r} is not an object."
            yield Remark("schema.structure", message, pointer_to("paths", path))
    for place, path, item in calls.items:
        yield from _fields(place, path, item, version)


def _fields(place: Place, path: str, item: dict[str, object], version: str) -> Iterator[Remark]:
    known = (*_OTHER_FIELDS, "additionalOperations") if version == "3.2" else _OTHER_FIELDS
    for key, value in item.items():
        if key in _methods(version):
            if not isinstance(value, dict):
                message = f"{key.upper()} {path[:160]} is not an object."
                yield Remark("schema.structure", message, spell((place, key)))
        elif key not in known and not key.startswith("x-"):
            message = f"The path {path[:160]!r} holds {key[:60]!r}, which is no method."
            yield Remark("schema.method", message, spell((place, key)))


def _identity(operation: Operation, known: dict[str, Operation]) -> Iterator[Remark]:
    name = operation.value.get("operationId")
    call = f"{operation.method.upper()} {operation.path[:160]}"
    if not isinstance(name, str) or not name.strip():
        yield Remark("schema.operation-id-missing", f"{call} has no operationId.", spell(operation.place))
    elif name in known:
        first = known[name]
        message = f"{call} has the operationId {name[:60]!r} of {first.method.upper()} {first.path[:160]}."
        yield Remark("schema.operation-id-duplicate", message, spell((operation.place, "operationId")))
    else:
        known[name] = operation


def _lengths(operation: Operation, profile: Profile) -> Iterator[Remark]:
    yield from _long_texts(operation.place, operation.value, profile)
    parameters = operation.value.get("parameters")
    for index, parameter in enumerate(parameters if isinstance(parameters, list) else ()):
        if isinstance(parameter, dict):
            yield from _long_texts(((operation.place, "parameters"), index), parameter, profile)


def _long_texts(place: Place, value: dict[str, object], profile: Profile) -> Iterator[Remark]:
    for field in _TEXTS:
        text = value.get(field)
        if isinstance(text, str) and len(text) > profile.operation_text:
            message = f"The {field} has {len(text):,} characters; at most {profile.operation_text} are allowed."
            yield Remark("schema.text-too-long", message, spell((place, field)))

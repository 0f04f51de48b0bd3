"""Every `$ref` stays in the document, leads somewhere, and gets to something that describes (ADR 0010).

One pass without recursion. Examples, defaults, enumerations and extensions are data: what looks like a reference there
is none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.contracts.openapi.places import NowhereError, Place, look_up, spell
from shared.contracts.remarks import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

_REF = "$ref"
_UNRESOLVED, _DANGLING = "schema.ref-unresolved", "schema.ref-dangling"
_AFTERWARDS = frozenset({"responses", "callbacks"})
_DATA = frozenset({"example", "default", "enum", "const", "externalValue", "dataValue", "serializedValue"})
_NAMED = frozenset(
    {
        "properties",
        "patternProperties",
        "dependentSchemas",
        "dependentRequired",
        "$defs",
        "definitions",
        "schemas",
        "responses",
        "parameters",
        "examples",
        "requestBodies",
        "headers",
        "securitySchemes",
        "links",
        "callbacks",
        "pathItems",
        "mediaTypes",
        "content",
        "encoding",
        "variables",
        "paths",
        "webhooks",
    }
)
"""Keys whose value maps names that the publisher chose: `default` below `properties` is a name, not a keyword."""


@dataclass(slots=True)
class _Walk:
    document: dict[str, object]
    version: str
    anchors: set[str] = field(default_factory=set)
    found: list[tuple[Place, str]] = field(default_factory=list)


def reference_remarks(document: dict[str, object], version: str) -> Iterator[Remark]:
    """Yield what is wrong with a document's references."""
    walk = _Walk(document, version)
    _collect(walk)
    verdicts: dict[str, tuple[str, str]] = {}
    needed: set[str] | None = None
    for place, reference in walk.found:
        if reference not in verdicts:
            verdicts[reference] = _verdict(walk, reference)
        code, message = verdicts[reference]
        if code == _UNRESOLVED:
            needed = _needed_for_calls(walk) if needed is None else needed
            code = _UNRESOLVED if reference in needed else _DANGLING
        if code:
            yield Remark(code, message, spell(place))
    yield from _cycles(walk)


def _needed_for_calls(walk: _Walk) -> set[str]:
    """Return the references that making a call needs: all but those of answers and of what nobody uses."""
    needed: set[str] = set()
    reached: set[int] = set()
    waiting: list[object] = [walk.document.get("paths"), walk.document.get("security")]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict) and id(value) not in reached:
            reached.add(id(value))
            # `responses`, `callbacks` and `links` speak of what happens after a call. A property may bear such a name.
            waiting.extend(part for key, part in value.items() if key not in _AFTERWARDS or "responses" not in value)
            if isinstance(reference := value.get(_REF), str) and reference not in needed:
                needed.add(reference)
                waiting.append(_target(walk, reference))
    return needed


def _collect(walk: _Walk) -> None:
    """Fill `found` with the places and texts of all references, and `anchors` with the names that JSON Schema gave."""
    waiting: list[tuple[object, Place, bool]] = [(walk.document, None, False)]
    while waiting:
        value, place, is_named = waiting.pop()
        if isinstance(value, list):
            waiting.extend((item, (place, index), False) for index, item in enumerate(value))
        elif isinstance(value, dict):
            if not is_named:
                _note(walk, value, place)
            waiting.extend(_children(value, place, is_named=is_named))


def _note(walk: _Walk, value: dict[str, object], place: Place) -> None:
    reference = value.get(_REF)
    if isinstance(reference, str):
        walk.found.append(((place, _REF), reference))
    for keyword in ("$anchor", "$dynamicAnchor"):
        if isinstance(anchor := value.get(keyword), str):
            walk.anchors.add(anchor)


def _children(value: dict[str, object], place: Place, *, is_named: bool) -> Iterator[tuple[object, Place, bool]]:
    is_example = place is not None and place[0] is not None and place[0][1] == "examples"
    for key, child in value.items():
        if type(child) is not dict and type(child) is not list:
            continue
        if is_named:
            yield child, (place, key), False
        elif key in _DATA or key.startswith("x-") or (is_example and key == "value"):
            continue
        elif key != "examples" or isinstance(child, dict):
            yield child, (place, key), key in _NAMED


def _verdict(walk: _Walk, reference: str) -> tuple[str, str]:
    shown = repr(reference[:160])
    if not reference.startswith("#"):
        return "schema.ref-external", f"The reference {shown} leads out of the document."
    if reference == "#" or reference.startswith("#/"):
        try:
            look_up(walk.document, reference[1:])
        except NowhereError:
            return _UNRESOLVED, f"The reference {shown} leads to nothing in the document."
        return "", ""
    if walk.version != "3.0" and reference[1:] in walk.anchors:
        return "", ""
    return "schema.ref-form", f"The reference {shown} is no JSON pointer."


def _cycles(walk: _Walk) -> Iterator[Remark]:
    """Yield the references that lead back to themselves with nothing but references and allOf between."""
    done: set[int] = set()
    for place, reference in walk.found:
        start = _target(walk, reference)
        if isinstance(start, dict) and id(start) not in done and _is_circular(walk, start, done):
            yield Remark("schema.ref-cycle", f"The reference {reference[:160]!r} leads in a circle.", spell(place))


def _is_circular(walk: _Walk, start: dict[str, object], done: set[int]) -> bool:
    on_path: set[int] = set()
    waiting: list[tuple[dict[str, object], bool]] = [(start, False)]
    while waiting:
        node, is_leaving = waiting.pop()
        if is_leaving:
            on_path.discard(id(node))
            done.add(id(node))
        elif id(node) in on_path:
            done.update(on_path)
            return True
        elif id(node) not in done:
            on_path.add(id(node))
            waiting.append((node, True))
            waiting.extend((target, False) for target in _same_thing(walk, node))
    return False


def _same_thing(walk: _Walk, node: dict[str, object]) -> Iterator[dict[str, object]]:
    """Yield what describes the very thing that `node` describes."""
    parts = node.get("allOf")
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            yield part
    reference = node.get(_REF)
    target = _target(walk, reference) if isinstance(reference, str) else None
    if isinstance(target, dict):
        yield target


def _target(walk: _Walk, reference: str) -> object:
    if not reference.startswith("#/"):
        return None
    try:
        return look_up(walk.document, reference[1:])
    except NowhereError:
        return None

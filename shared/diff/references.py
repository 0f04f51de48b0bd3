"""References inside a document, shared parts that have another name, and who writes what a shared part describes."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from shared.diff.changes import MISSING, Side
from shared.diff.places import split_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shared.diff.places import Tokens

REFERENCE = "$ref"
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_COMPONENT_TOKENS = 3
_SIDES = {"parameters": Side.REQUEST, "requestBody": Side.REQUEST, "responses": Side.RESPONSE}
_MOST_CHAINED = 64
_MOST_ROUNDS = 8
"""Rounds of confirming renames. Honest documents need one or two; a chain built to need thousands has no renames."""
SECTIONS = {
    "schemas": "schema",
    "parameters": "shared parameter",
    "responses": "shared response",
    "requestBodies": "shared request body",
    "headers": "shared header",
    "examples": "shared example",
    "securitySchemes": "security scheme",
    "links": "shared link",
    "callbacks": "shared callback",
    "pathItems": "shared path",
    "mediaTypes": "shared media type",
}
"""The sections of `components` that hold shared parts, and what one of them is called."""


class Component(NamedTuple):
    """A shared part by its section and its name."""

    section: str
    name: str

    @property
    def reference(self) -> str:
        """The reference that leads to it."""
        name = self.name.replace("~", "~0").replace("/", "~1")
        return f"#/components/{self.section}/{name}"


def reference_of(value: object) -> str | None:
    """Return where an object refers to, None where it is no reference."""
    target = value.get(REFERENCE) if isinstance(value, dict) else None
    return target if isinstance(target, str) else None


def component_of(reference: str) -> Component | None:
    """Return the shared part that a reference leads to, None where it leads to anything else."""
    if not reference.startswith("#/components/"):
        return None
    _, section, *names = split_pointer(unquote(reference[1:]))
    return Component(section, names[0]) if len(names) == _COMPONENT_TOKENS - 2 else None


def components_of(document: object) -> Iterator[tuple[Component, object]]:
    """Yield the shared parts of a document, whatever else stands in `components`."""
    components = document.get("components") if isinstance(document, dict) else None
    for section, parts in components.items() if isinstance(components, dict) else ():
        if isinstance(parts, dict) and section in SECTIONS:
            for name, value in parts.items():
                yield Component(section, name), value


def look_up(document: object, reference: str) -> object:
    """Return what a reference into the same document leads to, through further references; MISSING where to nothing."""
    for _ in range(_MOST_CHAINED):
        value = _look_up(document, reference)
        following = reference_of(value)
        if following is None or not isinstance(value, dict) or len(value) > 1:
            return value
        reference = following
    return MISSING


def _look_up(document: object, reference: str) -> object:
    if not reference.startswith("#"):
        return MISSING
    value = document
    for token in split_pointer(unquote(reference[1:])):
        if isinstance(value, dict) and token in value:
            value = value[token]
        elif isinstance(value, list) and _INDEX.fullmatch(token) and int(token) < len(value):
            value = value[int(token)]
        else:
            return MISSING
    return value


def _has_room(document: object, part: Component) -> bool:
    components = document.get("components", {}) if isinstance(document, dict) else None
    return isinstance(components, dict) and isinstance(components.get(part.section, {}), dict)


class References:
    """The references of two documents."""

    def __init__(self, old: object, new: object) -> None:
        self.old = old
        self.new = new
        self.old_parts = dict(components_of(old))
        self.new_parts = dict(components_of(new))

    @cached_property
    def renamed(self) -> Mapping[Component, Component]:
        """The shared parts that are certain to have another name."""
        return _renamed(self)

    @cached_property
    def new_parts_renamed(self) -> frozenset[Component]:
        """The shared parts of the new document that had another name."""
        return frozenset(self.renamed.values())

    @cached_property
    def new_names(self) -> Mapping[str, str]:
        """The references that have another name, old to new."""
        return {old.reference: new.reference for old, new in self.renamed.items()}

    def leads_to_same(self, old: str, new: str) -> bool:
        """Tell whether two references lead to one part. What has changed in it is told where it stands."""
        return self.new_names.get(old, old) == new

    def side(self, part: Component) -> Side:
        """Return who writes what a shared part of either document describes."""
        old = self._old_usage.get(self._former.get(part, part), Side.NEITHER)
        return old.joined(self._new_usage.get(self.renamed.get(part, part), Side.NEITHER))

    def has_room(self, part: Component) -> bool:
        """Tell whether both documents could hold a shared part: a malformed section is compared as a whole."""
        return all(_has_room(document, part) for document in (self.old, self.new))

    @cached_property
    def _former(self) -> Mapping[Component, Component]:
        return {new: old for old, new in self.renamed.items()}

    @cached_property
    def _old_usage(self) -> Mapping[Component, Side]:
        return _usage(self.old, self.old_parts)

    @cached_property
    def _new_usage(self) -> Mapping[Component, Side]:
        return _usage(self.new, self.new_parts)


# -- Usage -------------------------------------------------------------------------------------------------------------
def references_in(value: object) -> Iterator[str]:
    """Yield every reference in a value."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            target = item.get(REFERENCE)
            if isinstance(target, str):
                yield target
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _usage(document: object, parts: Mapping[Component, object]) -> dict[Component, Side]:
    """Return who writes each shared part, by way of every operation that leads to it."""
    used = {part: set(filter(None, map(component_of, references_in(value)))) for part, value in parts.items()}
    usage: dict[Component, Side] = {}
    waiting = list(_uses(document))
    while waiting:
        part, side = waiting.pop()
        known = usage.get(part, Side.NEITHER)
        joined = known.joined(_own_side(part) or side)
        if joined is not known:
            usage[part] = joined
            waiting.extend((inner, joined) for inner in used.get(part, ()))
    return usage


def _own_side(part: Component) -> Side | None:
    return {"parameters": Side.REQUEST, "requestBodies": Side.REQUEST, "responses": Side.RESPONSE}.get(part.section)


def _uses(document: object) -> Iterator[tuple[Component, Side]]:
    """Yield what the operations of a document refer to. What is used outside of them may be written by anybody."""
    for key, value in document.items() if isinstance(document, dict) else ():
        if key == "components":
            continue
        for field, inner in _fields_of_operations(value) if key == "paths" else [(key, value)]:
            side = _SIDES.get(field, Side.BOTH)
            yield from ((part, side) for part in map(component_of, references_in(inner)) if part)


def _fields_of_operations(paths: object) -> Iterator[tuple[str, object]]:
    for item in paths.values() if isinstance(paths, dict) else ():
        for field, value in item.items() if isinstance(item, dict) else ():
            if isinstance(value, dict) and field != REFERENCE:
                yield from value.items()
            else:
                yield field, {REFERENCE: value} if field == REFERENCE else value


# -- Renames -----------------------------------------------------------------------------------------------------------
def _renamed(references: References) -> dict[Component, Component]:
    gone = [part for part in references.old_parts if part not in references.new_parts]
    come = [part for part in references.new_parts if part not in references.old_parts]
    if not gone or not come:
        return {}
    moved = dict.fromkeys((part.reference for part in (*gone, *come)), "")
    renamed = _pairs(
        {part: _content(references.old_parts[part], moved) for part in gone},
        {part: _content(references.new_parts[part], moved) for part in come},
    )
    renamed = _confirmed(renamed, references)
    gone = [part for part in gone if part not in renamed]
    known = set(renamed.values())
    come = [part for part in come if part not in known]
    if gone and come:
        renamed |= _pairs(_users(references.old, gone), _users(references.new, come))
    return renamed


def _pairs[Feature](old: Mapping[Component, Feature], new: Mapping[Component, Feature]) -> dict[Component, Component]:
    """Pair parts of one section by a feature that exactly one of each document has."""
    after = _sole(new)
    return {part: after[key] for key, part in _sole(old).items() if key in after}


def _sole[Feature](features: Mapping[Component, Feature]) -> dict[tuple[str, Feature], Component]:
    count = Counter((part.section, feature) for part, feature in features.items())
    return {
        (part.section, feature): part
        for part, feature in features.items()
        if feature and count[part.section, feature] == 1
    }


def _content(value: object, moved: Mapping[str, str]) -> str:
    """Write a part down with every name that is not in both documents left blank."""
    return json.dumps(with_names(value, moved), sort_keys=True)


def with_names(value: object, names: Mapping[str, str]) -> object:
    """Return a value with its references by other names."""
    if isinstance(value, dict):
        mapped = {key: with_names(item, names) for key, item in value.items()}
        target = reference_of(value)
        return mapped if target is None else {**mapped, REFERENCE: names.get(target, target)}
    if isinstance(value, list):
        return [with_names(item, names) for item in value]
    return value


def _confirmed(renamed: dict[Component, Component], references: References) -> dict[Component, Component]:
    """Keep the pairs whose parts are equal once names are mapped: where a name was blank they may lead elsewhere."""
    for _ in range(_MOST_ROUNDS):
        names = {old.reference: new.reference for old, new in renamed.items()}
        kept = {
            old: new
            for old, new in renamed.items()
            if with_names(references.old_parts[old], names) == references.new_parts[new]
        }
        if len(kept) == len(renamed):
            return kept
        renamed = kept
    return {}


def _users(document: object, parts: list[Component]) -> dict[Component, frozenset[Tokens]]:
    """Return the places that refer to each of some parts. Where all of them follow to another name, it is a rename."""
    wanted = {part.reference: part for part in parts}
    users: dict[Component, set[Tokens]] = defaultdict(set)
    waiting: list[tuple[object, Tokens]] = [(document, ())]
    while waiting:
        value, tokens = waiting.pop()
        if isinstance(value, dict):
            part = wanted.get(reference_of(value) or "")
            if part:
                users[part].add(tokens)
            waiting.extend((item, (*tokens, key)) for key, item in value.items())
        elif isinstance(value, list):
            waiting.extend((item, (*tokens, number)) for number, item in enumerate(value))
    return {part: frozenset(places) for part, places in users.items()}

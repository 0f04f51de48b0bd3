"""Documents changed without any sense, so that no change is too odd to be accounted for."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from tests.unit.diff.documents import Document

type Path = tuple[str | int, ...]

_KEYS = (
    "$ref", "type", "properties", "items", "required", "enum", "parameters", "servers", "description", "allOf",
    "components", "schemas", "get", "post", "operationId", "security", "content", "schema", "x-a", "name", "in", "url",
    "tags", "responses", "additionalProperties", "paths", "examples", "200", "scopes", "auth", "api", "/new/{x}",
    "prefixItems", "callbacks",
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, 1, 1.0, -3, "a", "b c", "", [], {}, ["a"], ["a", "a"], {"a": 1}, "string", "integer",
    {"$ref": "#/components/schemas/List"}, {"$ref": "#/components/schemas/Nowhere"}, [{"url": "https://a.example"}],
    [{"name": "q", "in": "query"}], {"type": "string"}, [{"type": "string"}, {"type": "string"}],
)  # fmt: skip


def edited(values: Document, random: Random) -> Document:
    """Return a copy of documents with one to six edits."""
    changed = copy.deepcopy(values)
    for _ in range(random.randint(1, 6)):
        random.choice(_EDITS)(changed, random)
    return changed


def _nodes(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401 - any JSON
    yield path, value
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from _nodes(item, (*path, key))


def _somewhere(values: Document, random: Random) -> tuple[Any, Any]:
    """Return an object or a list inside a document, and one of its keys or numbers."""
    path = random.choice([path for path, _ in _nodes(values) if len(path) > 1])
    holder: Any = values
    for token in path[:-1]:
        holder = holder[token]
    return holder, path[-1]


def _of(kind: type, values: Document, random: Random) -> Any:  # noqa: ANN401 - any JSON
    found = [value for path, value in _nodes(values) if path and isinstance(value, kind)]
    return random.choice(found) if found else kind()


def _remove(values: Document, random: Random) -> None:
    holder, key = _somewhere(values, random)
    del holder[key]


def _replace(values: Document, random: Random) -> None:
    holder, key = _somewhere(values, random)
    holder[key] = copy.deepcopy(random.choice(_VALUES))


def _copy(values: Document, random: Random) -> None:
    other, there = _somewhere(values, random)
    holder, key = _somewhere(values, random)
    holder[key] = copy.deepcopy(other[there])


def _reword(values: Document, random: Random) -> None:
    holder, key = _somewhere(values, random)
    if isinstance(holder[key], str):
        holder[key] += " and more"


def _rename(values: Document, random: Random) -> None:
    holder, key = _somewhere(values, random)
    if isinstance(holder, dict):
        holder[random.choice(_KEYS)] = holder.pop(key)


def _add(values: Document, random: Random) -> None:
    _of(dict, values, random)[random.choice(_KEYS)] = copy.deepcopy(random.choice(_VALUES))


def _insert(values: Document, random: Random) -> None:
    items = _of(list, values, random)
    items.insert(random.randint(0, len(items)), copy.deepcopy(random.choice(_VALUES)))


def _shuffle(values: Document, random: Random) -> None:
    random.shuffle(_of(list, values, random))


def _write_out(values: Document, random: Random) -> None:
    """Write out what a reference leads to."""
    references = [item for _, item in _nodes(values) if isinstance(item, dict) and isinstance(item.get("$ref"), str)]
    shared = values["schema"].get("components", {}) if isinstance(values["schema"], dict) else {}
    parts = shared.get("schemas", {}) if isinstance(shared, dict) else {}
    for reference in references[:1]:
        random.shuffle(references)
        part = parts.get(reference["$ref"].rpartition("/")[2]) if isinstance(parts, dict) else None
        if isinstance(part, dict):
            reference.clear()
            reference.update(copy.deepcopy(part))


def _take_out(values: Document, random: Random) -> None:
    """Make a shared part of an object, wherever it stands."""
    shared = values["schema"].get("components") if isinstance(values["schema"], dict) else None
    parts = shared.get("schemas") if isinstance(shared, dict) else None
    holder, key = _somewhere(values, random)
    if (
        isinstance(parts, dict)
        and isinstance(holder[key], dict)
        and holder is not shared
        and holder is not values["schema"]
    ):
        name = random.choice(("Taken", "Out"))
        parts[name], holder[key] = copy.deepcopy(holder[key]), {"$ref": f"#/components/schemas/{name}"}


_EDITS: tuple[Callable[[Document, Random], None], ...] = (
    _remove, _replace, _copy, _reword, _rename, _add, _insert, _shuffle, _write_out, _take_out,
)  # fmt: skip

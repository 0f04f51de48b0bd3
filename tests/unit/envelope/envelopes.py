"""Bases, envelopes over them, documents within and documents beside, and a second opinion on which is which.

The opinion shares nothing with the store's own walk: it puts back what the envelope lets vary, by regular expressions
and by hand, and then compares canonical bytes.
"""

from __future__ import annotations

import copy
import json
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from shared.contracts.canonical import canonical_bytes
from shared.diff.places import pointer_to, split_pointer
from shared.envelope.document import Choice, Date, Envelope, Number, Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hypothesis.strategies import DrawFn

ROOT = "example.com"
ALSO = "https://eu.example.com"
_FIRST_DAY = date(2020, 1, 1)
_LETTERS = "abcdefghij"
SUMMARY = "/paths/~1lists/get/summary"
SORTS = "/paths/~1lists/get/parameters/0/schema/enum"
_TEXT = ["Prices as of ", {"date": "YYYY-MM-DD"}, " in ", {"one_of": ["euros", "dollars"]}, "."]
_COUNT = [
    "Holds ",
    {"number": {"least": 1, "most": 50}},
    " lists, ",
    {"words": {"characters": ["letters"], "longest": 6}},
]

type Draw = Callable[[st.SearchStrategy[Any]], Any]


def base() -> dict[str, Any]:
    """Return a document with everything that an envelope can speak of, and some that it cannot."""
    item = {"type": "object", "properties": {"name": {"type": "string", "maxLength": 80}, "count": {"minimum": 1}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Lists", "version": "1", "description": "Holds 3 lists, abc"},
        "servers": [{"url": "https://example.com"}],
        "paths": {
            "/lists": {
                "get": {
                    "operationId": "getLists",
                    "summary": "Prices as of 2023-05-22 in euros.",
                    "parameters": [
                        {"name": "sort", "in": "query", "schema": {"type": "string", "enum": ["name", "date"]}},
                        {"name": "all", "in": "query", "required": True, "schema": {"type": "boolean"}},
                    ],
                    "responses": {"200": _answer("Lists")},
                }
            },
            "/lists/{id}": {
                "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                "get": {"operationId": "getList", "responses": {"200": _answer("List")}},
                "delete": {
                    "operationId": "dropList",
                    "x-consequential": True,
                    "responses": {"204": {"description": "x"}},
                },
            },
        },
        "components": {
            "schemas": {
                "Lists": {"type": "array", "items": {"$ref": "#/components/schemas/List"}},
                "List": item,
                "Unused": {"type": "integer", "default": 1, "example": 1.5},
            },
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "key"}},
        },
    }


def envelope() -> Envelope:
    """Return an envelope with an entry of each sort over `base`."""
    return Envelope.model_validate(
        {
            "texts": [{"at": SUMMARY, "reads": _TEXT}, {"at": "/info/description", "reads": _COUNT}],
            "enums": [{"at": SORTS, "any_of": ["size"], "each": ["by-", {"number": {"most": 9}}], "most": 4}],
            "servers": {"any_of": [ALSO]},
            "optional_operations": ["GET /lists/{id}", "DELETE /lists/{id}"],
        }
    )


def _answer(name: str) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{name}"}
    return {"description": "OK", "content": {"application/json": {"schema": schema}}}


# -- Within ------------------------------------------------------------------------------------------------------------
@st.composite
def contained(draw: DrawFn) -> dict[str, Any]:
    """Draw a document within `envelope` over `base`, its keys in any order."""
    document = base()
    document["info"]["description"] = f"Holds {draw(st.integers(1, 50))} lists, {draw(st.text(_LETTERS, max_size=6))}"
    days = draw(st.dates(_FIRST_DAY, _FIRST_DAY + timedelta(days=4000)))
    currency = draw(st.sampled_from(["euros", "dollars"]))
    _at(document, SUMMARY.rpartition("/")[0])["summary"] = f"Prices as of {days} in {currency}."
    values = st.sampled_from(["name", "date", "size", *(f"by-{number}" for number in range(10))])
    _at(document, SORTS.rpartition("/")[0])["enum"] = draw(st.lists(values, min_size=1, max_size=4, unique=True))
    servers = [{"url": "https://example.com"}, {"url": ALSO}]
    document["servers"] = draw(st.lists(st.sampled_from(servers), min_size=1, max_size=2))
    for method in draw(st.sets(st.sampled_from(["get", "delete"]))):
        del document["paths"]["/lists/{id}"][method]
    if draw(st.booleans()) and not {"get", "delete"} & set(document["paths"]["/lists/{id}"]):
        del document["paths"]["/lists/{id}"]
    shuffled: dict[str, Any] = _shuffled(draw, document)
    return shuffled


def _shuffled(draw: DrawFn, value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        keys = draw(st.permutations(list(value))) if len(value) > 1 else list(value)
        return {key: _shuffled(draw, value[key]) for key in keys}
    return [_shuffled(draw, item) for item in value] if isinstance(value, list) else value


# -- Beside ------------------------------------------------------------------------------------------------------------
def places(value: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - any JSON
    """Give the tokens of every place of a document."""
    yield above
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, item in entries:
        yield from places(item, (*above, token))


_SCALARS = st.sampled_from(
    [True, False, None, 0, 1, 1.0, 2, "", "x", "1", "name", "#/components/schemas/Unused", "https://example.org"]
)
_KEYS = st.sampled_from(
    ["x", "x-y", "get", "post", "servers", "$ref", "description", "url", "enum", "/lists/{id}", "Lists"]
)


@st.composite
def mutated(draw: DrawFn) -> dict[str, Any]:
    """Draw a document within the envelope and change one to three places of it, anywhere."""
    document = draw(contained())
    for _ in range(draw(st.integers(1, 3))):
        tokens = draw(st.sampled_from([each for each in places(document) if each] or [("openapi",)]))
        holder: Any = document
        for token in tokens[:-1]:
            holder = holder[token]
        _mutate(draw, holder, tokens[-1])
    return document


def _mutate(draw: DrawFn, holder: Any, token: Any) -> None:  # noqa: ANN401 - any JSON
    value = holder[token]
    match draw(st.sampled_from(["replace", "remove", "add", "edit", "copy"])):
        case "remove":
            del holder[token]
        case "add" if isinstance(value, dict):
            value[draw(_KEYS)] = draw(st.one_of(_SCALARS, st.just({"url": "https://example.org"}), st.just({"x": 1})))
        case "add" if isinstance(value, list):
            value.insert(draw(st.integers(0, len(value))), draw(_SCALARS))
        case "edit" if isinstance(value, str):
            place = draw(st.integers(0, len(value)))
            holder[token] = (
                value[:place] + draw(st.text("a1- .", max_size=3)) + value[place + draw(st.integers(0, 2)) :]
            )
        case "copy" if isinstance(value, list) and value:
            value.append(copy.deepcopy(value[draw(st.integers(0, len(value) - 1))]))
        case _:
            holder[token] = draw(st.one_of(_SCALARS, st.just([]), st.just({})))


# -- A second opinion --------------------------------------------------------------------------------------------------
def is_within(spoken: Envelope, original: dict[str, Any], document: Any) -> bool:  # noqa: ANN401 - any JSON
    """Tell whether a document is contained, by putting back what may vary and comparing bytes."""
    restored = copy.deepcopy(document)
    if not isinstance(restored, dict):
        return False
    _restore_operations(spoken, original, restored)
    for text in spoken.texts:
        _put_back(original, restored, text.at, _pattern(text.reads))
    for enum in spoken.enums:
        _put_back_list(original, restored, enum)
    _put_back_servers(spoken, original, restored)
    _restore_parts(original, document, restored)
    return canonical_bytes(restored) == canonical_bytes(original)


def _restore_operations(spoken: Envelope, original: dict[str, Any], restored: dict[str, Any]) -> None:
    paths = restored.get("paths")
    if not isinstance(paths, dict):
        return
    for operation in spoken.optional_operations:
        method, path = operation.lower().split(" ", 1)
        methods = set(original["paths"][path]) & {"get", "delete"}
        if all(f"{each.upper()} {path}" in spoken.optional_operations for each in methods) and path not in paths:
            paths[path] = copy.deepcopy(original["paths"][path])
        if isinstance(paths.get(path), dict):
            paths[path].setdefault(method, copy.deepcopy(original["paths"][path][method]))


def _put_back(original: dict[str, Any], restored: dict[str, Any], at: str, pattern: re.Pattern[str]) -> None:
    holder, name = _holder(restored, at)
    value = holder.get(name) if isinstance(holder, dict) else None
    found = pattern.fullmatch(value) if isinstance(value, str) else None
    if found and all(_is_day(text) for text in re.findall(r"\d{4}-\d\d-\d\d", found.group())):
        holder[name] = _at(original, at)


def _put_back_list(original: dict[str, Any], restored: dict[str, Any], enum: Any) -> None:  # noqa: ANN401 - a slot
    holder, name = _holder(restored, enum.at)
    values = holder.get(name) if isinstance(holder, dict) else None
    if not isinstance(values, list) or not 0 < len(values) <= enum.most:
        return
    texts = [value for value in values if isinstance(value, str)]
    known = {*_at(original, enum.at), *enum.any_of}
    if len(set(texts)) == len(values) and all(t in known or _pattern(enum.each).fullmatch(t) for t in texts):
        holder[name] = _at(original, enum.at)


def _put_back_servers(spoken: Envelope, original: dict[str, Any], restored: dict[str, Any]) -> None:
    urls = [{"url": url} for url in (spoken.servers.any_of if spoken.servers else ())]
    servers = restored.get("servers")
    known = [canonical_bytes(each) for each in (*original["servers"], *urls)]
    if (
        isinstance(servers, list)
        and 0 < len(servers) <= len(known)
        and all(canonical_bytes(s) in known for s in servers)
    ):
        restored["servers"] = original["servers"]


def _restore_parts(original: dict[str, Any], document: object, restored: dict[str, Any]) -> None:
    text, before = json.dumps(document), json.dumps(original)
    components = restored.setdefault("components", {})
    schemas = components.setdefault("schemas", {}) if isinstance(components, dict) else None
    if not isinstance(schemas, dict):
        return
    for name, part in original["components"]["schemas"].items():
        reference = json.dumps(f"#{pointer_to(('components', 'schemas', name))}")
        if name not in schemas and reference in before and reference not in text:
            schemas[name] = part


def _pattern(pieces: Any) -> re.Pattern[str]:  # noqa: ANN401 - pieces of a slot
    written = ""
    for piece in pieces:
        match piece:
            case str():
                written += re.escape(piece)
            case Date():
                written += r"\d{4}-\d\d-\d\d"
            case Number():
                numbers = range(piece.number.least, piece.number.most + 1)
                written += f"(?:{'|'.join(map(str, numbers))})"
            case Choice():
                written += f"(?:{'|'.join(map(re.escape, piece.one_of))})"
            case Words():
                written += f"[A-Za-z]{{{piece.words.shortest},{piece.words.longest}}}"
    return re.compile(written, re.ASCII | re.DOTALL)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _holder(document: Any, at: str) -> tuple[Any, str]:  # noqa: ANN401 - any JSON
    above, _, name = at.rpartition("/")
    try:
        return _at(document, above), name
    except (KeyError, IndexError, TypeError, ValueError):
        return None, name


def _at(document: Any, pointer: str) -> Any:  # noqa: ANN401 - any JSON
    for token in split_pointer(pointer):
        document = document[int(token) if isinstance(document, list) else token]
    return document

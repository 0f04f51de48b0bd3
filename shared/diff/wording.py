"""Sentences about changes. Whatever a publisher wrote is shortened, in quotes, and cannot hide or break a line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shared.diff.changes import MISSING
from shared.diff.operations import METHODS
from shared.diff.references import SECTIONS
from shared.diff.texts import written_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shared.diff.places import Tokens

_LONGEST = 80
_PROPERTIES = "properties"
_LONGEST_NAME = 120
_BREAK = re.compile(r"[\t\n\r]+")


def shown(value: object) -> str:
    """Return a value as a sentence holds it: on one line, shortened, hidden characters written out."""
    if value is MISSING:
        return "not given"
    return _quoted(value) if isinstance(value, str) else _json(value)


def named(name: object) -> str:
    """Return a name in quotes, as a sentence holds it."""
    return f"'{_one_line(str(name), _LONGEST_NAME)}'"


def _quoted(text: str) -> str:
    return f'"{_one_line(text, _LONGEST)}"'


def _json(value: object) -> str:
    if isinstance(value, dict | list) and len(value) > _LONGEST:
        return f"{'an object' if isinstance(value, dict) else 'a list'} of {len(value)} entries"
    return _one_line(json.dumps(value, ensure_ascii=False), _LONGEST)


def _one_line(text: str, longest: int) -> str:
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return _BREAK.sub(" ", written_out(short))


def where(tokens: Tokens, document: object) -> str:
    """Return the place that some tokens lead to in words: "GET /search, parameter 'limit'".

    `document` holds the place; it is asked for the names of list items, and may be anything.
    """
    role, *rest = (*tokens, "")
    described = _PLACES.get(str(role), _plain)
    words = [word for word in described(tuple(rest[:-1]), document) if word]
    return ", ".join(words) if words else f"the {role}"


def _plain(tokens: Tokens, document: object) -> Iterator[str]:  # noqa: ARG001 - of the form that the table demands
    yield ".".join(str(token) for token in tokens)


def _in_manifest(tokens: Tokens, document: object) -> Iterator[str]:  # noqa: ARG001 - as above
    yield "the manifest"
    yield _one_line(".".join(str(token) for token in tokens), _LONGEST_NAME)


def _in_schema(tokens: Tokens, document: object) -> Iterator[str]:
    match tokens:
        case ("paths", path, method, *rest) if method in METHODS:
            yield f"{str(method).upper()} {_one_line(str(path), _LONGEST_NAME)}"
            yield from _inside(rest, tokens[:3], document)
        case ("paths", path, *rest):
            yield f"the path {named(path)}"
            yield from _inside(rest, tokens[:2], document)
        case ("components", section, name, *rest) if section in SECTIONS:
            yield f"the {SECTIONS[str(section)]} {named(name)}"
            yield from _inside(rest, tokens[:3], document)
        case ("info", *_):
            yield "the title block of the API"
        case _:
            yield "the API"
            yield from _inside(list(tokens), (), document)


def inside(tokens: Tokens) -> str:
    """Return a place inside a schema in words: "property 'owner.name'"."""
    return ", ".join(filter(None, _inside(list(tokens), (), None)))


def container(tokens: Tokens) -> Tokens:
    """Return the place of what holds a thing that is told by its name: `properties` and `parameters` are no places."""
    return tokens[:-2] if len(tokens) > 1 and tokens[-2] in _HOLDERS else tokens[:-1]


_HOLDERS = frozenset(
    {"properties", "patternProperties", "parameters", "responses", "content", "headers", "links", "callbacks", "scopes"}
)
_PLACES: dict[str, Callable[[Tokens, object], Iterator[str]]] = {"manifest": _in_manifest, "schema": _in_schema}


def _inside(rest: list[str | int], above: Tokens, document: object) -> Iterator[str]:
    """Yield what the further tokens of a place mean, from the outside in."""
    path: list[str] = []
    while rest:
        token = str(rest[0])
        following = rest[1] if len(rest) > 1 else None
        if token == _PROPERTIES and following is not None:
            path.append(f".{following}" if path else str(following))
            step = 2
        elif token in {"items", "additionalProperties"}:
            path.append("[]")
            step = 1
        else:
            words, step = _step(token, following, (*above, *rest[:1]), document)
            if words and path:
                yield _property(path)
                path = []
            yield words
        above = (*above, *rest[:step])
        rest = rest[step:]
    if path:
        yield _property(path)


def _property(path: list[str]) -> str:
    joined = "".join(path)
    return "each item" if joined == "[]" else f"property {named(joined)}"


def _step(token: str, following: str | int | None, list_at: Tokens, document: object) -> tuple[str, int]:
    """Return the words for one token, perhaps with the one that follows, and how many tokens they cover."""
    if following is None or token not in _FOLLOWED:
        return ("the request body" if token == _REQUEST_BODY and following is not None else ""), 1
    name = _one_line(str(following), _LONGEST_NAME)
    if token == "parameters":  # noqa: S105 - a token of a pointer
        return f"parameter {named(_name_of(document, (*list_at, following)))}", 2
    return ("" if name == _USUAL_MEDIA_TYPE else _FOLLOWED[token].format(name)), 2


_REQUEST_BODY = "requestBody"
_USUAL_MEDIA_TYPE = "application/json"
_FOLLOWED = {
    "parameters": "parameter {}",
    "responses": "response {}",
    "content": "{}",
    "headers": "header '{}'",
    "examples": "example '{}'",
    "callbacks": "callback '{}'",
    "links": "link '{}'",
    "servers": "server {}",
}


def _name_of(document: object, tokens: Tokens) -> object:
    """Return the name of the parameter at a place, or its number where it has none."""
    value = document
    for token in tokens:
        if isinstance(value, dict):
            value = value.get(str(token))
        elif isinstance(value, list) and isinstance(token, int) and token < len(value):
            value = value[token]
        else:
            return tokens[-1]
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return value["name"]
    reference = value.get("$ref") if isinstance(value, dict) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else tokens[-1]

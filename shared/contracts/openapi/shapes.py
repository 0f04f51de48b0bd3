"""The shape of an OpenAPI document, by the official meta-schemas of its version.

The validators are built when this module is loaded and touch neither file nor network afterwards. A publisher's own
`pattern` is data here and is never executed; the meta-schemas' patterns run on an engine that takes linear time.
"""

from __future__ import annotations

import json
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from shared.contracts.remarks import Remark, pointer_to

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_REMARKS = 100
"""Places named in one document. After that the publisher knows what to do."""
MAX_LISTED = 96 * 1024
"""Characters of a document in which all places are named.

The library makes all errors at once, each with a copy of its place: in a larger document only the first is named, so
that a broken one of 4 MiB costs milliseconds and not a gigabyte.
"""


def shape_remarks(schema: dict[str, object], version: str, *, size: int) -> Iterator[Remark]:
    """Yield where a document breaks the meta-schema of `version`, one of `3.0`, `3.1` and `3.2`.

    `size` is the length of the document's text.
    """
    validator = _VALIDATORS[version]
    if size > MAX_LISTED:
        yield from _first(validator, schema)
        return
    for error in islice(validator.iter_errors(schema), MAX_REMARKS):
        yield _remark(_deepest(error))


def _first(validator: jsonschema_rs.Validator, schema: dict[str, object]) -> Iterator[Remark]:
    try:
        validator.validate(schema)
    except jsonschema_rs.ValidationError as error:
        yield _remark(_deepest(error))


def _load(name: str) -> dict[str, Any]:
    resource = resources.files("shared.contracts").joinpath("metaschemas", name)
    loaded: dict[str, Any] = json.loads(resource.read_text(encoding="utf-8"))
    return loaded


def _validator(schema: dict[str, Any], registry: jsonschema_rs.Registry | None = None) -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(
        schema,
        registry=registry,
        offline=True,
        validate_formats=False,
        pattern_options=jsonschema_rs.RegexOptions(),
    )


def _validator_with_dialect(version: str) -> jsonschema_rs.Validator:
    """Bind the document's schema objects to the JSON Schema dialect of OpenAPI, as the official `schema-base` does."""
    document, dialect, vocabulary = (_load(f"openapi-{version}{part}.json") for part in ("", "-dialect", "-meta"))
    registry = jsonschema_rs.Registry([(part["$id"], part) for part in (document, dialect, vocabulary)])
    base = {
        "$id": f"https://spec.openapis.org/oas/{version}/schema-base",
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$ref": document["$id"],
        "$defs": {"schema": {"$dynamicAnchor": "meta", "$ref": dialect["$id"]}},
    }
    return _validator(base, registry)


_VALIDATORS = {
    "3.0": _validator(_load("openapi-3.0.json")),
    "3.1": _validator_with_dialect("3.1"),
    "3.2": _validator_with_dialect("3.2"),
}


def _deepest(error: jsonschema_rs.ValidationError) -> jsonschema_rs.ValidationError:
    """Follow "is neither this nor a reference" down to what is wrong with this."""
    while True:
        branches: list[list[jsonschema_rs.ValidationError]] = getattr(error.kind, "context", None) or []
        inner = [branch[0] for branch in branches if branch and not _is_about_reference(branch[0])]
        if not inner:
            return error
        error = max(inner, key=lambda candidate: len(candidate.instance_path))


def _is_about_reference(error: jsonschema_rs.ValidationError) -> bool:
    return error.kind.name == "required" and getattr(error.kind, "property", "") == "$ref"


def _remark(error: jsonschema_rs.ValidationError) -> Remark:
    path = tuple(error.instance_path)
    place = "/".join(str(token) for token in path[-3:]) or "the document"
    return Remark("schema.shape", f"At {place[:160]}: {_explain(error.kind)}.", pointer_to(*path))


def _explain(kind: jsonschema_rs.ValidationErrorKind) -> str:
    explain = _EXPLANATIONS.get(kind.name)
    return explain(kind) if explain else f"the value breaks the rule '{kind.name}' of the meta-schema"


def _misplaced(kind: jsonschema_rs.ValidationErrorKind) -> str:
    names = ", ".join(_quoted(name) for name in getattr(kind, "unexpected", [])[:5])
    return f"{names} does not belong here"


def _types(kind: jsonschema_rs.ValidationErrorKind) -> str:
    types = getattr(kind, "types", [])
    return " or ".join(str(name) for name in types) or "allowed"


def _quoted(name: object) -> str:
    return repr(str(name)[:60])


_EXPLANATIONS: dict[str, Callable[[jsonschema_rs.ValidationErrorKind], str]] = {
    "required": lambda kind: f"{_quoted(getattr(kind, 'property', ''))} is missing",
    "additionalProperties": _misplaced,
    "unevaluatedProperties": _misplaced,
    "type": lambda kind: f"the value has another type than {_types(kind)}",
    "enum": lambda kind: f"the value is none of {json.dumps(getattr(kind, 'options', ''))[:200]}",
    "const": lambda kind: f"the value is not {json.dumps(getattr(kind, 'expected_value', ''))[:100]}",
    "pattern": lambda _: "the text does not have the form that is demanded here",
    "oneOf": lambda _: "the value is none of the objects that may stand here",
    "anyOf": lambda _: "the value is none of the objects that may stand here",
}

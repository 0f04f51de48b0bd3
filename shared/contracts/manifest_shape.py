"""Reading a manifest: the model where it fits, and a remark for each place where it does not."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from shared.contracts.ai_plugin_v1 import Manifest
from shared.contracts.remarks import MAX_FINDINGS, Remark, pointer_to

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails

_AUTH_TYPES = ("none", "service_http", "user_http", "oauth")
_VALUE_ERRORS = frozenset({"literal_error", "union_tag_invalid", "string_pattern_mismatch"})
_MISSING_ERRORS = frozenset({"missing", "union_tag_not_found"})
_KINDS_OF_VALUE = {
    "string_type": "a string",
    "bool_type": "true or false",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dict_type": "an object",
}


def read_manifest(value: dict[str, object]) -> tuple[Manifest | None, tuple[Remark, ...]]:
    """Return the manifest, None where it does not fit the model, and what is wrong with its shape."""
    try:
        manifest = Manifest.model_validate(value)
    except ValidationError as error:
        details = error.errors(include_url=False, include_context=True)
        return None, tuple(_remark(detail) for detail in details)
    return manifest, tuple(islice(_unknown_keys(manifest, ()), MAX_FINDINGS))


def _remark(detail: ErrorDetails) -> Remark:
    path = tuple(token for place, token in enumerate(detail["loc"]) if not (place == 1 and token in _AUTH_TYPES))
    kind = detail["type"]
    field = ".".join(str(token) for token in path)
    if kind in _MISSING_ERRORS:
        return _missing(path, kind)
    pointer = pointer_to(*path)
    if kind in _VALUE_ERRORS:
        return _bad_value(detail, field, pointer)
    wanted = _KINDS_OF_VALUE.get(kind, "of another type")
    message = f"{field} is {_describe(detail['input'])}; it has to be {wanted}."
    return Remark("manifest.type", message, pointer)


def _missing(path: tuple[str | int, ...], kind: str) -> Remark:
    path = (*path, "type") if kind == "union_tag_not_found" else path
    message = f"The field {'.'.join(str(token) for token in path)} is missing."
    return Remark("manifest.missing", message, pointer_to(*path[:-1]))


def _bad_value(detail: ErrorDetails, field: str, pointer: str) -> Remark:
    context = detail.get("ctx", {})
    if detail["type"] == "union_tag_invalid":
        message = f"{field}.type is {str(context.get('tag'))[:60]!r}; it has to be {context.get('expected_tags')}."
        return Remark("manifest.value", message, f"{pointer}/type")
    # The one pattern of the model is that of schema_version, of which there is one version.
    message = f"{field} is {_describe(detail['input'])}; it has to be {context.get('expected', repr('v1'))}."
    return Remark("manifest.value", message, pointer)


def _describe(value: object) -> str:
    """Say what somebody wrote, in the words of JSON."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return repr(value[:60])
        case int() | float():
            return f"the number {str(value)[:60]}"
        case list():
            return "a list"
        case _:
            return "an object"


def _unknown_keys(model: BaseModel, path: tuple[str, ...]) -> Iterator[Remark]:
    for key in model.model_extra or ():
        message = f"The field {'.'.join((*path, key))[:80]} is not part of the format."
        yield Remark("manifest.unknown-key", message, pointer_to(*path, key))
    for name in type(model).model_fields:
        child = getattr(model, name)
        if isinstance(child, BaseModel):
            yield from _unknown_keys(child, (*path, name))

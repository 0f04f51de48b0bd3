"""Where an envelope lets a document vary: its entries laid over the base as a tree, and what is wrong with them.

What may vary is texts that describe, lists of allowed values, the servers of the document and whole operations. Nothing
else ever does: no key, no reference, no address, no scheme of authentication, no extension.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from shared.diff.changes import MISSING
from shared.diff.places import pointer_to, split_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shared.envelope.document import EnumSlot, Envelope, ServersSlot, TextSlot

    type Slot = TextSlot | EnumSlot | ServersSlot

SERVERS = ("servers",)
TEXT_KEYS = frozenset({"description", "summary", "title", "example"})
_VERSION_OF_API = ("info", "version")
_FIXED = frozenset(
    {"servers", "security", "securitySchemes", "scopes", "mapping", "links", "default", "const", "enum", "externalDocs"}
)
"""Below these nothing varies: addresses, authentication, references by name, and values that are data."""
_FIXED_FOR_ENUMS = _FIXED - {"enum"} | {"example", "examples"}
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"})
_CALLS = METHODS | {"additionalOperations", "$ref"}
"""Members of a path that hold calls, or lead to some. Only the first ones can be named one by one."""


class Misplacement(NamedTuple):
    """What is wrong with one entry of an envelope, and where it stands in there."""

    pointer: str
    code: str
    message: str


@dataclass(slots=True)
class Plan:
    """What may vary at a place of the base and below it. `is_optional` is for operations and what they leave empty."""

    slot: Slot | None = None
    is_optional: bool = False
    below: dict[str, Plan] = field(default_factory=dict)

    def at(self, tokens: Sequence[str]) -> Plan:
        """Return the plan of a place below, a new one where there is none yet."""
        plan = self
        for token in tokens:
            plan = plan.below.setdefault(token, Plan())
        return plan


def plan_of(envelope: Envelope, base: Mapping[str, object]) -> Plan:
    """Lay an envelope without misplacements over its base."""
    plan = Plan()
    for text in envelope.texts:
        plan.at(split_pointer(text.at)).slot = text
    for enum in envelope.enums:
        plan.at(split_pointer(enum.at)).slot = enum
    if envelope.servers:
        plan.at(SERVERS).slot = envelope.servers
    for operation in envelope.optional_operations:
        plan.at(tokens_of_operation(operation)).is_optional = True
    paths = base.get("paths")
    for path, item in paths.items() if isinstance(paths, dict) else ():
        calls = [key for key in item if key in _CALLS] if isinstance(item, dict) else []
        if calls and all(is_optional(plan, ("paths", path, key)) for key in calls):
            plan.at(("paths", path)).is_optional = True
    return plan


def is_optional(plan: Plan, tokens: Sequence[str]) -> bool:
    """Tell whether what stands at a place may be left out."""
    found: Plan | None = plan
    for token in tokens:
        found = found.below.get(token) if found else None
    return bool(found and found.is_optional)


def tokens_of_operation(operation: str) -> tuple[str, str, str]:
    """Return the place of an operation that is named by method and path."""
    method, _, path = operation.partition(" ")
    return "paths", path, method.lower()


def look_up(base: object, tokens: Sequence[str]) -> object:
    """Return what stands at a place, MISSING where nothing does. References are not followed."""
    value = base
    for token in tokens:
        if isinstance(value, dict):
            value = value.get(token, MISSING)
        elif isinstance(value, list) and token.isascii() and token.isdigit() and str(int(token)) == token:
            value = value[int(token)] if int(token) < len(value) else MISSING
        else:
            return MISSING
    return value


def misplacements(envelope: Envelope, base: object) -> Iterator[Misplacement]:
    """Yield which entries of an envelope do not fit its base."""
    taken: set[tuple[str, ...]] = set()
    for pointer, tokens, problem in _entries(envelope, base):
        if tokens in taken:
            yield Misplacement(pointer, "envelope.place-twice", "This place has an entry already.")
        elif problem:
            yield Misplacement(pointer, *problem)
        taken.add(tokens)


type _Problem = tuple[str, str] | None


def _entries(envelope: Envelope, base: object) -> Iterator[tuple[str, tuple[str, ...], _Problem]]:
    for index, text in enumerate(envelope.texts):
        tokens = tuple(split_pointer(text.at))
        yield pointer_to(("texts", index, "at")), tokens, _problem_with_text(tokens, look_up(base, tokens))
    for index, enum in enumerate(envelope.enums):
        tokens = tuple(split_pointer(enum.at))
        yield pointer_to(("enums", index, "at")), tokens, _problem_with_enum(tokens, look_up(base, tokens))
    if envelope.servers:
        yield "/servers", SERVERS, _problem_with_servers(look_up(base, SERVERS))
    for index, operation in enumerate(envelope.optional_operations):
        path = tokens_of_operation(operation)
        yield pointer_to(("optional_operations", index)), path, _problem_with_operation(path, look_up(base, path))


def _problem_with_text(tokens: tuple[str, ...], value: object) -> _Problem:
    if value is MISSING:
        return _nowhere(tokens)
    if tokens != _VERSION_OF_API and (tokens[-1] not in TEXT_KEYS or _is_fixed(tokens, _FIXED)):
        return "envelope.place-kind", f"No text may vary at {_spelled(tokens)}."
    return None if isinstance(value, str) else ("envelope.place-kind", f"There is no text at {_spelled(tokens)}.")


def _problem_with_enum(tokens: tuple[str, ...], value: object) -> _Problem:
    if value is MISSING:
        return _nowhere(tokens)
    if tokens[-1] != "enum" or _is_fixed(tokens, _FIXED_FOR_ENUMS):
        return "envelope.place-kind", f"No list of values may vary at {_spelled(tokens)}."
    return None if isinstance(value, list) else ("envelope.place-kind", f"There is no list at {_spelled(tokens)}.")


def _problem_with_servers(value: object) -> _Problem:
    if isinstance(value, list) and value:
        return None
    return "envelope.place-unknown", "The base lists no servers, so that none can be added to them."


def _problem_with_operation(tokens: tuple[str, ...], value: object) -> _Problem:
    if tokens[-1] in METHODS and isinstance(value, dict):
        return None
    return "envelope.operation-unknown", f"The base has no operation {tokens[2].upper()} {tokens[1][:160]}."


def _is_fixed(tokens: tuple[str, ...], fixed: frozenset[str]) -> bool:
    return any(token in fixed or token.startswith("x-") for token in tokens[:-1])


def _nowhere(tokens: tuple[str, ...]) -> tuple[str, str]:
    return "envelope.place-unknown", f"The base has nothing at {_spelled(tokens)}."


def _spelled(tokens: tuple[str, ...]) -> str:
    return repr(pointer_to(tokens)[:300])

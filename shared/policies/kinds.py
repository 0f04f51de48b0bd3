"""What a rule can allow: the table of kinds. A check says why a case is none of its kind, "" where it is one.

No reason holds a publisher's own words: it stands in the audit, and in logs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from shared.diff.changes import Change, Lane
from shared.policies.policy import Case, Rule

type Check = Callable[[Rule, Case], str]

_MOST_CODES = 5
_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_TAKES_AWAY = frozenset(
    {
        "capability.callback-removed",
        "capability.consequential-flag-set",
        "capability.operation-removed",
        "capability.scope-removed",
        "capability.scopes-narrowed",
        "contract.component-removed",
        "contract.enum-value-removed",
        "contract.format-narrowed",
        "contract.header-removed",
        "contract.limit-narrowed",
        "contract.link-removed",
        "contract.media-type-removed",
        "contract.parameter-removed",
        "contract.property-removed",
        "contract.request-body-removed",
        "contract.response-removed",
        "contract.type-narrowed",
        "contract.variant-removed",
    }
)
"""Changes after which a plugin can do, ask for or get less. A value that becomes required is none: it asks for more."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: its name in a policy, what it lets through, which options it takes, and its check."""

    name: str
    means: str
    takes: frozenset[str]
    check: Check


def _byte_only(_rule: Rule, case: Case) -> str:
    if not case.is_same_content:
        return "what it says is not the same"
    return _refused(case.changes, "beyond other bytes")


def _narrowing(_rule: Rule, case: Case) -> str:
    others = [change for change in case.changes if change.code not in _TAKES_AWAY or _brings_words(change)]
    return _refused(others, "beyond narrowing")


def _listing_only(rule: Rule, case: Case) -> str:
    others = [change for change in case.changes if change.lane is not Lane.LISTING or _is_graver(change, rule)]
    return _refused(others, f"beyond the listing at {rule.risk} risk")


def _changes(rule: Rule, case: Case) -> str:
    named = [change for change in case.changes if change.code in rule.codes or change.lane in rule.lanes]
    others = [change for change in case.changes if change not in named or _is_graver(change, rule)]
    return _refused(others, f"beyond what the rule names at {rule.risk} risk")


def _in_envelope(_rule: Rule, case: Case) -> str:
    others = [change for change in case.changes if not _is_of_schema(change)]
    return _refused(others, "beyond the schema") or case.outside_envelope()


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "byte-only",
            "The documents say the same in other bytes: order of keys, white space, JSON instead of YAML. The URLs that"
            " they came from and the logo are the same.",
            frozenset(),
            _byte_only,
        ),
        Kind(
            "narrowing",
            "Every change takes something away: an operation, a parameter, a scope, an allowed value. Nothing that a"
            " model reads is new, and nothing is sent elsewhere.",
            frozenset(),
            _narrowing,
        ),
        Kind(
            "listing-only",
            "Every change is one of the listing, what people see in the store, of low risk unless `risk` says more.",
            frozenset({"risk"}),
            _listing_only,
        ),
        Kind(
            "in-envelope",
            "The live version was approved with an envelope, the manifest is unchanged, and the new schema is inside"
            " the envelope.",
            frozenset(),
            _in_envelope,
        ),
        Kind(
            "changes",
            "Every change has one of the `codes` or is in one of the `lanes`, of low risk unless `risk` says more. The"
            " only kind that can let changed hosts, authentication or texts through: it has to name them.",
            frozenset({"codes", "lanes", "risk"}),
            _changes,
        ),
    )
}
"""All kinds by name, the strictest first. `docs/policies.md` is generated from them."""


def _is_graver(change: Change, rule: Rule) -> bool:
    return change.severity.rank > rule.risk.rank


def _is_of_schema(change: Change) -> bool:
    return all(pointer.startswith("/schema") for pointer in (change.old_pointer, change.new_pointer) if pointer)


def _brings_words(change: Change) -> bool:
    """Tell whether a value has words that it did not have: a narrower pattern is a new text all the same."""
    before = {word for text in _texts(change.before) for word in text.split()}
    return any(word not in before | _TYPES for text in _texts(change.after) for word in text.split())


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _refused(changes: list[Change] | tuple[Change, ...], what: str) -> str:
    """Say how many changes stand in the way, and of which kinds; "" where none does."""
    if not changes:
        return ""
    codes = [code for code, _ in Counter(change.code for change in changes).most_common()]
    named = ", ".join(codes[:_MOST_CODES]) + (" and others" if len(codes) > _MOST_CODES else "")
    return f"{len(changes)} change{'' if len(changes) == 1 else 's'} {what}: {named}"

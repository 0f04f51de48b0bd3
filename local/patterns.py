"""Event patterns, as far as filters of event sources need them.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.cloudformation import TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_ABSENT = object()


def matches(pattern: Mapping[str, Any], event: object) -> bool:
    """Tell whether an event has everything that a pattern asks for. Raises TemplateError for an unknown operator."""
    if not isinstance(event, dict):
        return False
    return all(_field_matches(wanted, event.get(name, _ABSENT)) for name, wanted in pattern.items())


def _field_matches(wanted: Any, value: object) -> bool:  # noqa: ANN401 - a part of a pattern
    if isinstance(wanted, dict):
        return matches(wanted, {} if value is _ABSENT else value)
    values = value if isinstance(value, list) else [value]
    return any(_alternative_matches(each, one) for each in wanted for one in values)


def _alternative_matches(wanted: Any, value: object) -> bool:  # noqa: ANN401
    if not isinstance(wanted, dict):
        return value is not _ABSENT and wanted == value
    ((operator, operand),) = wanted.items()
    if operator not in _OPERATORS:
        message = f"The filter operator {operator!r} is not understood here."
        raise TemplateError(message)
    return _OPERATORS[operator](operand, value)


def _is_other(operand: Any, value: object) -> bool:  # noqa: ANN401
    if value is _ABSENT:
        return False
    if isinstance(operand, dict):
        return not _alternative_matches(operand, value)
    return value not in (operand if isinstance(operand, list) else [operand])


def _is_within(operand: Sequence[Any], value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    pairs = zip(operand[::2], operand[1::2], strict=True)
    return all(_COMPARISONS[sign](value, bound) for sign, bound in pairs)


_COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda value, bound: value == bound,
    "<": lambda value, bound: value < bound,
    "<=": lambda value, bound: value <= bound,
    ">": lambda value, bound: value > bound,
    ">=": lambda value, bound: value >= bound,
}

_OPERATORS: Mapping[str, Callable[[Any, object], bool]] = {
    "exists": lambda operand, value: (value is not _ABSENT) == operand,
    "prefix": lambda operand, value: isinstance(value, str) and value.startswith(operand),
    "suffix": lambda operand, value: isinstance(value, str) and value.endswith(operand),
    "equals-ignore-case": lambda operand, value: isinstance(value, str) and value.lower() == operand.lower(),
    "anything-but": _is_other,
    "numeric": _is_within,
}

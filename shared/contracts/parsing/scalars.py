"""Plain scalars as the core schema of YAML 1.2 reads them: `no` and `2023-05-22` are strings, `0o17` is fifteen.

YAML 1.2.2, section 10.3.2. Differences from YAML 1.1, which most loaders implement, are what keep a country code of
Norway from becoming false.
"""

from __future__ import annotations

import math
import re

from shared.contracts.parsing.limits import MAX_NUMBER

type Scalar = str | int | float | bool | None

_CONSTANTS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_MAY_BE_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class NotFiniteError(Exception):
    """The scalar is a number that is not finite, or has too many digits."""


def resolve(text: str) -> Scalar:
    """Return the value of a plain scalar. Raises NotFiniteError."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _MAY_BE_NUMBER:
        return text
    return _number(text)


def _number(text: str) -> Scalar:
    if len(text) > MAX_NUMBER:
        if _FLOAT.fullmatch(text) or _OTHER_BASE.fullmatch(text):
            raise NotFiniteError
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if _OTHER_BASE.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return _finite(float(text))
    if _NOT_FINITE.fullmatch(text):
        raise NotFiniteError
    return text


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise NotFiniteError
    return number

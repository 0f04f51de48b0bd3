"""JSON as RFC 8259 has it and as I-JSON narrows it: no equal keys, no NaN, no lone surrogates.

The standard library's scanner does the work. It knows no positions, so that a second, slower scan over the tokens runs
when somebody asks where something stands, which is when there is something to complain about.
"""

from __future__ import annotations

import json
import math
import re
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

from shared.contracts.parsing.failures import ParseError
from shared.contracts.parsing.limits import MAX_DEPTH, MAX_NODES, MAX_NUMBER
from shared.contracts.parsing.positions import Trail
from shared.contracts.parsing.text import place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NODE = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]|[^\s\[\]{},:"]+', re.DOTALL)
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},:]|[^\s\[\]{},:"]+', re.DOTALL)
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_LARGE = re.compile(r"[0-9](?:[eE]\+?[0-9]{3}|[0-9]{19})")
_LARGE_EXPONENT = re.compile(r"[0-9][eE]\+?[0-9]{3}")
_DIGITS = re.compile(r"[0-9]{20,}")
_MANY_DIGITS = 300
_COLLECTIONS = frozenset({dict, list})
_OPENING, _CLOSING, _BEFORE_KEY = "{[", "}]", "{,"


class _EqualKeysError(Exception):
    """Two keys of one object are equal."""


class _NumberError(Exception):
    """A number is not finite, or has more digits than anybody needs. Holds its text."""


def read(text: str) -> object:
    """Return the value of a JSON text. Raises ParseError."""
    _check_count(text)
    decoder = _CAREFUL_DECODER if _may_overflow(text) else _DECODER
    try:
        value = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise _syntax_error(text, error) from error
    except RecursionError as error:
        raise _too_deep(text) from error
    except _EqualKeysError as error:
        raise _equal_keys(text) from error
    except _NumberError as error:
        raise _bad_number(text, str(error)) from error
    _check_size(text, value)
    _check_surrogates(text)
    return value


def trail(text: str) -> Trail:
    """Return where each node of a text that `read` accepts begins."""
    found = Trail()
    opened: list[int] = []
    for match in _NODE.finditer(text):
        first = text[match.start()]
        if first in _CLOSING:
            found.close(opened.pop())
        else:
            number = found.open(match.start())
            if first in _OPENING:
                opened.append(number)
    return found


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    mapping = dict(pairs)
    if len(mapping) != len(pairs):
        raise _EqualKeysError
    return mapping


def _float(text: str) -> float:
    number = float(text) if len(text) <= MAX_NUMBER else math.inf
    if not math.isfinite(number):
        raise _NumberError(text)
    return number


def _int(text: str) -> int:
    if len(text) > MAX_NUMBER:
        raise _NumberError(text)
    return int(text)


def _constant(text: str) -> NoReturn:
    raise _NumberError(text)


_DECODER = json.JSONDecoder(object_pairs_hook=_pairs, parse_constant=_constant)
_CAREFUL_DECODER = json.JSONDecoder(
    object_pairs_hook=_pairs, parse_float=_float, parse_int=_int, parse_constant=_constant
)
"""Looks at each number, which takes three times as long: only for texts that hold one that needs it."""


def _may_overflow(text: str) -> bool:
    """Tell whether a text may hold a number that is not finite as a double, or has too many digits."""
    if not _LARGE.search(text):
        return False
    return bool(_LARGE_EXPONENT.search(text)) or any(len(run.group()) >= _MANY_DIGITS for run in _DIGITS.finditer(text))


def _check_count(text: str) -> None:
    """Refuse what has too many nodes before they are built. Each comma and colon outside of strings stands for one."""
    if text.count(",") + text.count(":") > MAX_NODES:
        bare = _STRING.sub("", text)
        if bare.count(",") + bare.count(":") > MAX_NODES:
            raise _too_many_nodes()


def _check_size(text: str, value: object) -> None:
    nodes, depth, level = 1, 0, _collections([value])
    while level:
        depth += 1
        children = [item.values() if item.__class__ is dict else item for item in level]
        nodes += sum(map(len, level)) + sum(len(item) for item in level if item.__class__ is dict)
        level = _collections(chain.from_iterable(children))
    if depth > MAX_DEPTH:
        raise _too_deep(text)
    if nodes > MAX_NODES:
        raise _too_many_nodes()


def _collections(values: Iterable[object]) -> list[Any]:
    return [value for value in values if value.__class__ in _COLLECTIONS]


def _too_many_nodes() -> ParseError:
    return ParseError("document.too-many-nodes", f"The document has more than {MAX_NODES:,} keys and values.")


def _check_surrogates(text: str) -> None:
    if not _SURROGATE.search(text):
        return
    for match in _TOKEN.finditer(text):
        if "\\u" in match.group() and not _is_encodable(json.loads(match.group())):
            message = "A string holds half of a surrogate pair, which is no character."
            raise _error("document.lone-surrogate", message, text, match.start())


def _is_encodable(string: str) -> bool:
    try:
        string.encode()
    except UnicodeEncodeError:
        return False
    return True


def _syntax_error(text: str, error: json.JSONDecodeError) -> ParseError:
    message = f"This is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
    fix = next((advice for sign, advice in _ADVICE if sign.match(text, _before(text, error.pos))), "")
    return ParseError("document.json-syntax", message, line=error.lineno, column=error.colno, fix=fix)


def _before(text: str, offset: int) -> int:
    """Return the offset of the last visible character before `offset`, or `offset` itself where that is the cause."""
    seen = text[:offset].rstrip()
    return len(seen) - 1 if seen.endswith(",") else offset


_ADVICE = (
    (re.compile(r",\s*[}\]]"), "Remove the comma before the closing bracket: JSON allows none there."),
    (re.compile(r"'"), "Write strings in double quotes: JSON knows no others."),
    (re.compile(r"//|/\*|#"), "Remove the comment: JSON has none."),
    (
        re.compile(r"(?<=\{)\{|\{\{|\{%|<%|\$\{"),
        "Fill in the template: the placeholder was served as it stands in the source.",
    ),
    (re.compile(r"[\u201c\u201d\u201e]"), 'Write strings in straight double quotes ("), not typographic ones.'),
    (re.compile(r"[\n\t\r]"), "Write line breaks and tabs inside a string as \\n and \\t."),
    (
        re.compile(r"True|False|None|undefined"),
        "Write true, false and null in lower case: this is the code of a program.",
    ),
    (re.compile(r"[A-Za-z_$][\w$]*\s*:"), "Put the key in double quotes."),
    (re.compile(r'"'), "Put a comma between this and what stands before it."),
)


def _too_deep(text: str) -> ParseError:
    depth = 0
    message = f"Collections are nested more than {MAX_DEPTH} deep."
    for match in _TOKEN.finditer(text):
        depth += (match.group() in _OPENING) - (match.group() in _CLOSING)
        if depth > MAX_DEPTH:
            return _error("document.too-deep", message, text, match.start())
    return ParseError("document.too-deep", message)


def _equal_keys(text: str) -> ParseError:
    for key, offset in _repeated_keys(text):
        message = f"The key {_shortened(key)} stands twice in one object."
        return _error("document.duplicate-key", message, text, offset)
    return ParseError("document.duplicate-key", "A key stands twice in one object.")


def _repeated_keys(text: str) -> Iterator[tuple[str, int]]:
    keys: list[set[str] | None] = []
    previous = ""
    for match in _TOKEN.finditer(text):
        token = match.group()
        if token in _OPENING:
            keys.append(set() if token == _OPENING[0] else None)
        elif token in _CLOSING:
            keys.pop()
        elif token.startswith('"') and previous in _BEFORE_KEY and keys and (known := keys[-1]) is not None:
            key = json.loads(token)
            if key in known:
                yield token, match.start()
            known.add(key)
        previous = token


def _bad_number(text: str, number: str) -> ParseError:
    message = f"{_shortened(number)} is not a finite number of at most {MAX_NUMBER} characters."
    for match in _TOKEN.finditer(text):
        if match.group() == number:
            return _error("document.number", message, text, match.start())
    return ParseError("document.number", message)


def _error(code: str, message: str, text: str, offset: int) -> ParseError:
    line, column = place(text, offset)
    return ParseError(code, message, line=line, column=column)


def _shortened(text: str) -> str:
    longest = 60
    return text if len(text) <= longest else text[: longest - 1] + "…"

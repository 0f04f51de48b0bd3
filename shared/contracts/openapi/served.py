"""The served form of a schema that does not say where it is called.

The bytes are edited, not written anew, so that a reader of the served form sees the publisher's document, comments and
all. An edit counts only when reading the result gives the document and the change, and nothing else.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from shared.contracts.canonical import canonical_bytes
from shared.contracts.openapi.places import Place, spell
from shared.contracts.parsing import ParseError, parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.contracts.openapi.servers import Completion
    from shared.contracts.parsing import Parsed

_BOM = b"\xef\xbb\xbf"
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|' + r"'(?:[^']|'')*'")
_NOTHING = re.compile(r"\[\s*\]|\{\s*\}|null|Null|NULL|~|")
_LINE_END = re.compile(r"\r?\n")


class NotCompletableError(Exception):
    """No served form can be made that reads as it should."""


def served_schema(body: bytes, parsed: Parsed, changes: Sequence[Completion]) -> bytes:
    """Return the served form with some servers completed, in the format of the document. Raises NotCompletableError."""
    wanted = canonical_bytes(_completed(parsed.value, changes))
    for attempt in (_edited, _rewritten):
        text = attempt(parsed, changes)
        if text is not None and _reads_as(text, wanted, parsed.format):
            return (_BOM if body.startswith(_BOM) else b"") + text.encode()
    raise NotCompletableError


def _completed(document: object, changes: Sequence[Completion]) -> object:
    """Return the document with the changes made, sharing what did not change."""
    for change in changes:
        document = _replaced(document, _tokens(change.place), change.url)
    return document


def _tokens(place: Place) -> list[str | int]:
    tokens: list[str | int] = []
    while place is not None:
        place, token = place
        tokens.append(token)
    return tokens[::-1]


def _replaced(value: object, tokens: list[str | int], url: str) -> object:
    if not tokens:
        return {**value, "servers": [{"url": url}]} if isinstance(value, dict) else url
    token, rest = tokens[0], tokens[1:]
    if isinstance(value, dict):
        return {**value, token: _replaced(value[str(token)], rest, url)}
    if isinstance(value, list):
        return [_replaced(item, rest, url) if index == token else item for index, item in enumerate(value)]
    return value


def _reads_as(text: str, wanted: bytes, format_: str) -> bool:
    try:
        parsed = parse(text.encode())
    except ParseError:
        return False
    return parsed.format == format_ and canonical_bytes(parsed.value) == wanted


def _edited(parsed: Parsed, changes: Sequence[Completion]) -> str | None:
    """Return the text with each change written at its place, None where one has no place."""
    edits = [_edit(parsed, change) for change in changes]
    if None in edits:
        return None
    text = parsed.text
    for start, end, replacement in sorted((edit for edit in edits if edit), reverse=True):
        text = text[:start] + replacement + text[end:]
    return text


def _edit(parsed: Parsed, change: Completion) -> tuple[int, int, str] | None:
    url = json.dumps(change.url)
    if change.place is None:
        return _insertion(parsed, url)
    start = parsed.offset(spell(change.place))
    quoted = _QUOTED.match(parsed.text, start)
    if quoted:
        return start, quoted.end(), url
    written = _value_at(parsed.value, _tokens(change.place))
    return (start, start + len(written), url) if parsed.text.startswith(written, start) else None


def _value_at(value: object, tokens: list[str | int]) -> str:
    for token in tokens:
        value = value[token]  # type: ignore[index]  # the place was found by walking this very value
    return str(value)


def _insertion(parsed: Parsed, url: str) -> tuple[int, int, str] | None:
    """Write servers before the first key of the document, or in the place of those that name nothing."""
    text = parsed.text
    if isinstance(parsed.value, dict) and "servers" in parsed.value:
        nothing = _NOTHING.match(text, parsed.offset("/servers"))
        written = f'[{{"url": {url}}}]'
        return (*nothing.span(), written if nothing.group() else f" {written}") if nothing else None
    start = parsed.offset("")
    if text.startswith("{", start):
        after = start + 1
        blank = text[after : len(text) - len(text[after:].lstrip())]
        return after, after, f'{blank}"servers": [{{"url": {url}}}],{"" if blank else " "}'
    line_end = _LINE_END.search(text)
    newline = line_end.group() if line_end else "\n"
    indent = " " * (start - text.rfind("\n", 0, start) - 1)
    return start, start, f"servers:{newline}{indent}  - url: {url}{newline}{indent}"


def _rewritten(parsed: Parsed, changes: Sequence[Completion]) -> str:
    """Write the document anew. JSON behind a document mark is YAML, and says the same under 1.1 and 1.2."""
    text = json.dumps(_completed(parsed.value, changes), ensure_ascii=False, indent=2)
    return text if parsed.format == "json" else f"---\n{text}\n"

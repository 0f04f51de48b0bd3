"""From bytes to text: size, encoding, forbidden characters. The first gate for JSON and YAML alike."""

from __future__ import annotations

import re

from shared.contracts.parsing.failures import ParseError

_BOM = b"\xef\xbb\xbf"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORBIDDEN_BYTES = bytes(code for code in range(0x20) if chr(code) not in "\t\n\r")


def decode(body: bytes, *, most: int) -> str:
    """Return the text of a document of at most `most` bytes, less one byte order mark. Raises ParseError."""
    if len(body) > most:
        message = f"The document has {len(body):,} bytes; at most {most:,} are read."
        raise ParseError("document.too-large", message)
    text = _utf8(body.removeprefix(_BOM))
    # In UTF-8 these are single bytes, which are counted faster than letters are searched.
    forbidden = _FORBIDDEN.search(text) if len(body.translate(None, _FORBIDDEN_BYTES)) < len(body) else None
    if forbidden:
        line, column = place(text, forbidden.start())
        message = f"The document holds the control character U+{ord(forbidden.group()):04X}."
        raise ParseError("document.control-character", message, line=line, column=column)
    if not text.strip():
        raise ParseError("document.empty", "The document is empty.")
    return text


def place(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, counted from 1, of an offset in code points. Lines end at line feeds."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _utf8(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = body[: error.start].decode("utf-8")
        line, column = place(before, len(before))
        message = f"The document is not UTF-8: byte {body[error.start]:#04x} at offset {error.start}."
        raise ParseError("document.not-utf8", message, line=line, column=column) from error

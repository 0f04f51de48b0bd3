"""Showing what cannot be seen: hidden code points become ⟦U+202E⟧."""

from __future__ import annotations

import re
import unicodedata

HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Code points that show nothing, or change how others are shown, as the inside of a character class."""
_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_PRIVATE = "\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\U000f0000-\U0010ffff"
_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_SUSPICIOUS = re.compile(f"[{HIDDEN}{_CONTROLS}{_PRIVATE}{_SPACES}\ud800-\udfff]")
_NOT_ASCII = re.compile(r"[^\t\n\r\x20-\x7e]")


def visible(text: str) -> str:
    """Return a text in which each code point that hides, moves or imitates others is written out."""
    return _SUSPICIOUS.sub(_written_out, text)


def visible_throughout(text: str) -> str:
    """Return a text in which each code point outside printable ASCII is written out."""
    return _NOT_ASCII.sub(_written_out, text)


def describe(character: str) -> str:
    """Return number and Unicode name of a character, for a message."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _written_out(match: re.Match[str]) -> str:
    return f"⟦U+{ord(match.group()):04X}⟧"

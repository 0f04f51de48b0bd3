"""The logo: what its bytes are, whatever its name or media type says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.contracts.remarks import Remark

if TYPE_CHECKING:
    from collections.abc import Iterator

_SVG = (
    rb"(?:\xef\xbb\xbf)?\s{0,64}(?:<\?xml[^>]{0,400}>\s{0,64})?(?:<!--.{0,2000}?-->\s{0,64}){0,4}"
    rb"(?:<!DOCTYPE svg[^>]{0,400}>\s{0,64})?<svg[\s>]"
)
_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "png"),
    (re.compile(rb"\xff\xd8\xff"), "jpg"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "webp"),
    (re.compile(rb"GIF8[79]a"), "gif"),
    (re.compile(_SVG, re.IGNORECASE | re.DOTALL), "svg"),
)
_ACTIVE = re.compile(
    rb"<\s{0,4}(?:script|foreignObject|iframe|embed|object)\b|\son[a-z]{3,30}\s{0,4}=|javascript:|<!ENTITY|"
    rb"(?:href|src)\s{0,4}=\s{0,4}[\"']\s{0,4}(?:https?:)?//",
    re.IGNORECASE,
)


def logo_remarks(body: bytes) -> Iterator[Remark]:
    """Yield what is wrong with a logo."""
    match _format(body):
        case "":
            yield Remark("logo.not-image", "What came back is no PNG, JPEG, WebP or SVG.")
        case "gif":
            yield Remark("logo.gif", "The logo is a GIF.")
        case "svg" if _ACTIVE.search(body):
            yield Remark("logo.active-svg", "The SVG does more than show a picture.")


def logo_name(body: bytes) -> str:
    """Return the file name that a logo is pinned under."""
    return f"logo.{_format(body) or 'bin'}"


def _format(body: bytes) -> str:
    return next((name for signature, name in _SIGNATURES if signature.match(body)), "")

"""What a text carries besides words: comments, markup, encoded strings, links and images."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shared.contracts.sites import host_of, is_related
from shared.contracts.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"<!--|\[(?://|comment)\]:\s{0,4}(?:#|<>)|<!\[CDATA\[", re.IGNORECASE)
_TAG = re.compile(
    r"<(?:\s{0,4}(?:script|iframe|object|embed|style|svg|form|meta|link|base|template|noscript|textarea|details)\b|"
    r"[a-z]{1,10}\s[^<>]{0,200}\b(?:hidden|aria-hidden|on(?:error|load|click|mouseover)|style\s{0,4}=\s{0,4}[\"'][^\"'<>]{0,200}"
    r"(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|font-size\s{0,4}:\s{0,4}0|opacity\s{0,4}:\s{0,4}0|"
    r"color\s{0,4}:\s{0,4}(?:white|transparent|#fff)|position\s{0,4}:\s{0,4}absolute)))",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"\b(?:java|vb)script:\S|data:(?:text/html|application/(?:x-)?javascript)", re.IGNORECASE)
_ENCODED = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{80,}={0,2}")
_ESCAPES = re.compile(
    r"(?:\\?\\x[0-9a-fA-F]{2}){12,}|(?:%[0-9a-fA-F]{2}){20,}|(?:\\u[0-9a-fA-F]{4}){10,}|(?:&#x?[0-9a-fA-F]{1,6};){6,}"
)
_IMAGE = re.compile(
    r"!\[[^\[\]]{0,300}\]\(\s{0,4}<?((?:https?:)?//[^\s)>]{1,2000})|<img\b[^<>]{0,300}\bsrc\s{0,4}=\s{0,4}[\"']?((?:https?:)?//[^\s\"'>]{1,2000})",
    re.IGNORECASE,
)
_IMAGE_BY_NAME = re.compile(r"!\[[^\[\]]{0,300}\]\[|!\[[^\[\]]{1,300}\]\(\s{0,4}data:", re.IGNORECASE)
_LINK = re.compile(r"\bhttps?://[^\s<>\"'`\])}]{1,2000}", re.IGNORECASE)
MARKUP_ANCHORS = ("<", "[//]", "[comment]", "script:", "data:")
LINK_ANCHORS = ("//", "![")
ESCAPE_ANCHORS = ("\\x", "\\u", "&#", "%")
"""One of these, in lower case, is in every text that the rules of these names have something to say of.
"""
SHORTEST_ENCODED = 80
_CLASSES = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"[0-9]"))
_SHOWN = 60
_RESERVED = ("example.com", "example.org", "example.net", "localhost")


def markup_hits(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and what was found: comments and markup."""
    if found := _COMMENT.search(text):
        yield "text.html-comment", f"a comment: {visible(text[found.start() : found.start() + _SHOWN])!r}"
    if found := _TAG.search(text) or _SCHEME.search(text):
        yield "text.markup", f"markup: {visible(found.group()[:_SHOWN])!r}"


def escape_hits(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and what was found: a row of escapes that spells something."""
    # Percent signs belong into a link; where it leads is another rule's business.
    if found := _ESCAPES.search(_LINK.sub(" ", text)):
        yield "text.base64", f"a row of escapes: {found.group()[:_SHOWN]!r}"


def encoded_hits(text: str) -> Iterator[tuple[str, str]]:
    """Yield code and what was found: a long encoded string."""
    runs = (match.group() for match in _ENCODED.finditer(text))
    if run := next((run for run in runs if _is_encoding(run)), ""):
        yield "text.base64", f"an encoded string of {len(run)} characters: {run[:_SHOWN]!r}"


def link_hits(text: str, root: str) -> Iterator[tuple[str, str]]:
    """Yield links and images that lead off a plugin's site, each host once."""
    images = {match.group(1) or match.group(2) for match in _IMAGE.finditer(text)}
    hosts: set[str] = set()
    for url in sorted(images):
        host = host_of(url)
        if host not in hosts and not is_related(host, root):
            hosts.add(host)
            yield "text.image", f"an image from {host or 'somewhere'}: {url[:_SHOWN]!r}"
    if _IMAGE_BY_NAME.search(text):
        yield "text.image", "an image whose address stands elsewhere"
    for match in _LINK.finditer(text):
        host = host_of(match.group())
        if host not in hosts and not is_related(host, root) and not host.endswith(_RESERVED):
            hosts.add(host)
            yield "text.link", f"a link to {host or 'no host'}: {match.group()[:_SHOWN]!r}"


def _is_encoding(run: str) -> bool:
    """Tell bytes written as letters, which are of several kinds, from long paths and rows of dashes."""
    return sum(bool(kind.search(run)) for kind in _CLASSES) > 1 and run.count("/") * 8 < len(run) and "--" not in run

"""URLs that a stranger gave: the rules that need no network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from shared.fetching.failures import FetchCode, UrlRefusedError
from shared.fetching.hosts import normalise_host

LONGEST_URL = 2048
"""Characters, before and after percent-encoding."""
PORT = 443

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_PARTS = re.compile(r"https://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.IGNORECASE)
# White space and control characters of all of Unicode, lone surrogates, and the backslash, a slash to browsers.
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ud800-\udfff\ufeff]")
# RFC 3986: unreserved, sub-delims, and what a path or query may hold besides. `%` stays: the URL is encoded already.
_SAFE = "/?:@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class PublisherUrl:
    """An https URL on port 443 of a public-looking host name, without fragment.

    `host` is lower-case ASCII; `target` is the request target: path and query, percent-encoded, starting with `/`.
    """

    host: str
    target: str

    def __str__(self) -> str:
        """Return the normalised URL."""
        return f"https://{self.host}{self.target}"


def parse_publisher_url(text: str, *, field: str = "url") -> PublisherUrl:
    """Read a publisher's URL. Raises UrlRefusedError, which is an InvalidValueError and a FetchFailedError."""
    _refuse_form(text, field)
    _refuse_scheme(text, field)
    parts = _PARTS.fullmatch(text)
    if not parts or not parts[1]:
        raise UrlRefusedError(FetchCode.URL_FORM, "The URL names no host.", field=field)
    url = PublisherUrl(_host(parts[1], field), _target(parts[2], parts[3] or ""))
    if len(str(url)) > LONGEST_URL:
        raise UrlRefusedError(FetchCode.URL_FORM, _too_long(), field=field)
    return url


def _too_long() -> str:
    return f"The URL is longer than {LONGEST_URL} characters."


def _refuse_form(text: str, field: str) -> None:
    # On the raw text, before anything is split: parsers that strip these first see another URL than this one.
    if len(text) > LONGEST_URL:
        raise UrlRefusedError(FetchCode.URL_FORM, _too_long(), field=field)
    if match := _FORBIDDEN.search(text):
        message = f"The URL holds the character U+{ord(match[0]):04X} at position {match.start() + 1}."
        raise UrlRefusedError(FetchCode.URL_FORM, message, field=field)


def _refuse_scheme(text: str, field: str) -> None:
    scheme = _SCHEME.match(text)
    if not scheme:
        raise UrlRefusedError(FetchCode.URL_SCHEME, "The URL has no scheme.", field=field)
    if scheme[1].lower() != "https":
        message = f"The URL's scheme is {scheme[1][:32]!r}, and only 'https' is fetched."
        raise UrlRefusedError(FetchCode.URL_SCHEME, message, field=field)


def _host(authority: str, field: str) -> str:
    if "@" in authority:
        raise UrlRefusedError(FetchCode.URL_USERINFO, "The URL holds a user name.", field=field)
    # More than one colon is an IPv6 address, in brackets or out of them: `normalise_host` refuses it as one.
    host, colon, port = authority.partition(":") if authority.count(":") == 1 else (authority, "", "")
    if colon and port != str(PORT):
        message = f"The URL's port is {port[:16]!r}, and only {PORT} is fetched."
        raise UrlRefusedError(FetchCode.URL_PORT, message, field=field)
    return normalise_host(host, field=field)


def _target(path: str, query: str) -> str:
    return quote(path or "/", safe=_SAFE) + quote(query, safe=_SAFE)

"""One request as it goes over the wire (RFC 9112)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.fetching.urls import PublisherUrl

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x20-\x7e\t]*")


@dataclass(frozen=True, slots=True)
class Request:
    """A request for one URL. `headers` are the caller's own, beside those that every request carries."""

    url: PublisherUrl
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def to_bytes(self, *, user_agent: str) -> bytes:
        """Write the request. Raises ValueError for a header that would break out of its line."""
        fields = {"Host": self.url.host, "User-Agent": user_agent, **_fixed(self), **self.headers}
        lines = [f"{self.method} {self.url.target} HTTP/1.1", *(_line(name, fields[name]) for name in fields), "", ""]
        return "\r\n".join(lines).encode("ascii") + self.body


def _fixed(request: Request) -> dict[str, str]:
    # One answer per connection, uncompressed: decompression is where clients balloon.
    fields = {"Accept-Encoding": "identity", "Connection": "close"}
    if request.body or request.method == "POST":
        fields["Content-Length"] = str(len(request.body))
    return fields


def _line(name: str, value: str) -> str:
    if not _TOKEN.fullmatch(name) or not _VALUE.fullmatch(value):
        message = f"The request header {name!r} is malformed."
        raise ValueError(message)
    return f"{name}: {value}"

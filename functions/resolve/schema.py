"""What the public gets. Plain dataclasses: there is no room for pydantic on this path."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """A served document: its entity tag, what it is, and a body that is asked for only when it is sent."""

    etag: str
    media_type: str
    cache_control: str
    body: bytes | None

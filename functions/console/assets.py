"""The static files, each under a name with its content's hash: a browser keeps it for good."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_MEDIA_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}
_HASH_LENGTH = 12
PREFIX = "/console/static/"


def address(name: str) -> str:
    """Return the path of a static file."""
    return f"{PREFIX}{_named(name)}"


def find(named: str) -> tuple[str, str] | None:
    """Return a file's text and media type by its name with the hash; None where there is no such file."""
    place = _every().get(named)
    return (place.read_text(encoding="utf-8"), _MEDIA_TYPES[place.suffix]) if place else None


@cache
def _every() -> dict[str, Path]:
    return {_named(place.name): place for place in _FOLDER.iterdir() if place.suffix in _MEDIA_TYPES}


@cache
def _named(name: str) -> str:
    place = _FOLDER / name
    digest = hashlib.sha256(place.read_bytes()).hexdigest()[:_HASH_LENGTH]
    return f"{place.stem}.{digest}{place.suffix}"

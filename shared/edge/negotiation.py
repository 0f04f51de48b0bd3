"""Which of the media types that a route can write the client would rather have (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_LONGEST = 2_000
"""Characters of an Accept header that are read."""


class _Range(NamedTuple):
    """A media range: how exactly it names a type, which one, and how much it is wanted."""

    exactness: int
    name: str
    quality: float

    def covers(self, media_type: str) -> bool:
        if self.name == "*/*":
            return True
        return self.name == media_type or (self.name.endswith("/*") and media_type.startswith(self.name[:-1]))


def preferred(accept: str, offered: Sequence[str]) -> str:
    """Return the offered type that an Accept header wants most, the first one where it wants none of them."""
    ranges = sorted(_ranges(accept[:_LONGEST]), reverse=True)
    return max(offered, key=lambda media_type: _quality(media_type, ranges))


def _quality(media_type: str, ranges: Sequence[_Range]) -> float:
    """Return how much a type is wanted: what the most exact range says of it."""
    return next((each.quality for each in ranges if each.covers(media_type)), 0.0)


def _ranges(accept: str) -> Iterator[_Range]:
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            yield _Range(2 - name.count("*"), name, _weight(parameters))


def _weight(parameters: Sequence[str]) -> float:
    for name, _, value in (parameter.partition("=") for parameter in parameters):
        if name.strip() == "q":
            return float(value) if value.strip().replace(".", "", 1).isdecimal() else 0.0
    return 1.0

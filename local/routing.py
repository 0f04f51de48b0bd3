"""Finding the route of a request, as an HTTP API does: the most specific one that matches.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from local.template import ANY_METHOD, DEFAULT_PATH, HttpRoute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Match:
    """The route of a request, and what stands in the place of its path variables, decoded."""

    route: HttpRoute
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class _Pattern:
    route: HttpRoute
    segments: tuple[str, ...]

    @property
    def rank(self) -> tuple[tuple[int, ...], bool]:
        """Sort key: literal before variable before greedy, segment by segment; a named method before any."""
        return tuple(_openness(segment) for segment in self.segments), self.route.method == ANY_METHOD

    def match(self, method: str, path: Sequence[str]) -> Match | None:
        if self.route.method not in {method, ANY_METHOD}:
            return None
        parameters: dict[str, str] = {}
        for place, segment in enumerate(self.segments):
            if segment.endswith("+}"):
                rest = "/".join(path[place:])
                return Match(self.route, parameters | {segment[1:-2]: unquote(rest)}) if rest else None
            if place >= len(path) or (segment and not path[place]):  # only the root's one segment is empty
                return None
            if segment.startswith("{"):
                parameters[segment[1:-1]] = unquote(path[place])
            elif segment != unquote(path[place]):
                return None
        return Match(self.route, parameters) if len(path) == len(self.segments) else None


class Router:
    """The routes of an API."""

    def __init__(self, routes: Iterable[HttpRoute]) -> None:
        every = list(routes)
        patterns = [_Pattern(route, tuple(route.path.split("/")[1:])) for route in every if route.path != DEFAULT_PATH]
        self._patterns = sorted(patterns, key=lambda pattern: pattern.rank)
        self._default = next((route for route in every if route.path == DEFAULT_PATH), None)

    def match(self, method: str, raw_path: str) -> Match | None:
        """Return the route of a request by its path as it came, not decoded; None where there is none."""
        path = raw_path.split("/")[1:]
        for pattern in self._patterns:
            if match := pattern.match(method, path):
                return match
        return Match(self._default, {}) if self._default else None


def _openness(segment: str) -> int:
    if segment.endswith("+}"):
        return 2
    return 1 if segment.startswith("{") else 0

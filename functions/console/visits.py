"""One visit of a page, and the table of the pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from functions.console.addresses import came_from, way_back, way_in
from functions.console.schema import Form, Page, Redirect, Request
from functions.console.session import Person, Session
from functions.console.store import StoreApi

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

DEVELOPERS, REVIEWERS, OPERATORS = "developers", "reviewers", "operators"
"""The groups that have pages of their own. Which of them may do what is for the API to say."""


class Door(StrEnum):
    """Who gets to see a page at all."""

    OPEN = "open"
    SIGNED_IN = "signed in"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a view is given: the request, what stands in the path, who asks, and the API as they may use it."""

    request: Request
    path: Mapping[str, str]
    session: Session | None
    store: StoreApi
    now: datetime

    @property
    def query(self) -> Form:
        """The query of the address."""
        return self.request.query

    @property
    def form(self) -> Form:
        """The form that was sent."""
        return self.request.form

    @property
    def person(self) -> Person | None:
        """Who is signed in."""
        return self.session.person if self.session else None

    @property
    def way_in(self) -> str:
        """The address that signs in and comes back to this page."""
        return way_in(way_back(self.request))

    @property
    def came_from(self) -> str:
        """The page of ours that the browser came from; the first page where it does not say."""
        return came_from(self.request)

    def is_in(self, *groups: str) -> bool:
        """Tell whether somebody is signed in who is in one of these groups."""
        return self.person is not None and self.person.is_in(*groups)


type View = Callable[[Visit], Page | Redirect]


@dataclass(frozen=True, slots=True)
class Place:
    """A page: its method, the form of its address, what makes it, and who gets to see it."""

    method: str
    pattern: str
    view: View
    door: Door

    def match(self, path: str) -> dict[str, str] | None:
        """Return what stands in the place of the variables; None where the path, which is decoded, is another one."""
        found = _form_of(self.pattern).fullmatch(path)
        return found.groupdict() if found else None


_VARIABLE = re.compile(r"\{([a-z_]+)\}")


@cache
def _form_of(pattern: str) -> re.Pattern[str]:
    """Return what the addresses of a pattern look like: made once, since every request is held against many."""
    return re.compile(_VARIABLE.sub(r"(?P<\1>[^/\\s]+)", pattern))


class Places:
    """The table of the pages. Each module of views declares its own part."""

    def __init__(self) -> None:
        self.every: list[Place] = []

    def get(self, pattern: str, door: Door = Door.SIGNED_IN) -> Callable[[View], View]:
        """Declare a page."""
        return self._declare("GET", pattern, door)

    def post(self, pattern: str, door: Door = Door.SIGNED_IN) -> Callable[[View], View]:
        """Declare what a form is sent to."""
        return self._declare("POST", pattern, door)

    def _declare(self, method: str, pattern: str, door: Door) -> Callable[[View], View]:
        def declare(view: View) -> View:
            self.every.append(Place(method, pattern, view, door))
            return view

        return declare


@dataclass(frozen=True, slots=True)
class Found:
    """The place of a request, and what stands in its path."""

    place: Place
    path: Mapping[str, str]


class Map:
    """All pages, to find one by method and path. An address without variables goes before one with."""

    def __init__(self, *tables: Places) -> None:
        every = [place for table in tables for place in table.every]
        self.places = sorted(every, key=lambda place: place.pattern.count("{"))

    def find(self, method: str, path: str) -> Found | None:
        """Return the place of a request, if there is one."""
        return next(self._matches(path, [place for place in self.places if place.method == method]), None)

    def methods(self, path: str) -> frozenset[str]:
        """Return the methods that an address takes."""
        return frozenset(found.place.method for found in self._matches(path, self.places))

    @staticmethod
    def _matches(path: str, places: Iterable[Place]) -> Iterator[Found]:
        for place in places:
            variables = place.match(path)
            if variables is not None:
                yield Found(place, variables)

"""A request as the pages see it, and what they answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form or of a query, each with all of its values."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Return the first value of a field, without space around it; "" where there is none."""
        return next(iter(self.values.get(name, ())), "").strip()

    def every(self, name: str) -> tuple[str, ...]:
        """Return all values of a field."""
        return self.values.get(name, ())

    def number(self, name: str) -> int | None:
        """Return a field as a whole number from 0; None where it is none."""
        text = self.text(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


_MOST_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Request:
    """A request of a browser. `origin` is where people reach this store, `api` where its API is.

    `passed_on` are the headers that the API is to get as they came.
    """

    method: str
    path: str
    query: Form
    form: Form
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    origin: str
    api: str
    passed_on: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The path with its query, to come back to."""
        pairs = [(name, value) for name, values in self.query.values.items() for value in values]
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path


@dataclass(frozen=True, slots=True)
class Page:
    """A template and what it shows."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    cookies: tuple[str, ...] = ()

    @classmethod
    def of(cls, template: str, *, status: int = 200, **values: object) -> Page:
        """Make a page; values by their names in the template."""
        return cls(template, values, status)


@dataclass(frozen=True, slots=True)
class Redirect:
    """Elsewhere, by GET (303). `notice` names a sentence of `notices.py` that the page there shows once."""

    to: str
    notice: str = ""
    cookies: tuple[str, ...] = ()

    @property
    def location(self) -> str:
        """The address, with the notice in its query."""
        if not self.notice:
            return self.to
        path, hash_, fragment = self.to.partition("#")
        joint = "&" if "?" in path else "?"
        return f"{path}{joint}{urlencode({'notice': self.notice})}{hash_}{fragment}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: text, headers, and cookies as whole `Set-Cookie` values."""

    status: int
    body: str
    headers: Mapping[str, str]
    cookies: tuple[str, ...] = ()

"""One document, read."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Literal

from shared.contracts.parsing import json_text, yaml_text
from shared.contracts.parsing.failures import ParseError
from shared.contracts.parsing.limits import MAX_BYTES
from shared.contracts.parsing.positions import Locator, Trail, split_pointer
from shared.contracts.parsing.text import decode, place
from shared.contracts.pauses import collector_paused

type Format = Literal["json", "yaml"]

_PAGE = re.compile(r"\s*(?:<!doctype\s+html|<html|<head|<\?xml|<!--)", re.IGNORECASE)
_LONGEST_FLOW = 1024 * 1024
"""Characters. What begins like JSON and is not is read a second time only up to here, to bound the time."""


class Parsed:
    """A document's value, the format it parses as, and where everything stands in its text."""

    misreading: ParseError | None = None
    """Why a document that begins like JSON is none, where it was read as YAML."""

    def __init__(self, text: str, value: object, format_: Format, trail: Trail | None = None) -> None:
        self.text = text
        """The text less its byte order mark."""
        self.value = value
        self.format: Format = format_
        self._known_trail = trail

    def position(self, pointer: str) -> tuple[int, int]:
        """Return line and column, from 1, of the value at an RFC 6901 pointer, or of the nearest above it."""
        return place(self.text, self.offset(pointer))

    def offset(self, pointer: str) -> int:
        """Return the same place as an offset into `text`."""
        return self._locator.locate(split_pointer(pointer))

    @cached_property
    def _locator(self) -> Locator:
        return Locator(self._known_trail or json_text.trail(self.text), self.value)


def parse(body: bytes) -> Parsed:
    """Read a document as what its content is: JSON where it is JSON, else YAML. Raises ParseError."""
    text = _text(body, MAX_BYTES)
    with collector_paused():
        return _parse_flow(text) if text.lstrip().startswith(("{", "[")) else _parse_yaml(text)


def parse_json(body: bytes, *, most: int = MAX_BYTES) -> Parsed:
    """Read a document that must be JSON, of at most `most` bytes. Raises ParseError."""
    text = _text(body, most)
    with collector_paused():
        return Parsed(text, json_text.read(text), "json")


def _text(body: bytes, most: int) -> str:
    text = decode(body, most=most)
    if _PAGE.match(text):
        raise ParseError("document.html", "This is a web page or XML, not a JSON or YAML document.", line=1, column=1)
    return text


def _parse_yaml(text: str) -> Parsed:
    value, trail = yaml_text.read(text)
    return Parsed(text, value, "yaml", trail)


def _parse_flow(text: str) -> Parsed:
    """Read what begins like JSON: as JSON, or as YAML in flow style, or else as broken JSON, which explains more."""
    try:
        return Parsed(text, json_text.read(text), "json")
    except ParseError as error:
        if error.code != "document.json-syntax" or len(text) > _LONGEST_FLOW:
            raise
        misreading = error
    try:
        parsed = _parse_yaml(text)
    except ParseError as other:
        raise (misreading if other.code == "document.yaml-syntax" else other) from other
    parsed.misreading = misreading
    return parsed

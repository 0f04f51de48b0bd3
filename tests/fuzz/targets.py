"""What is fuzzed, and what must hold of every input."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from shared.contracts.catalogue import CATALOGUE
from shared.contracts.kinds import kind_named
from shared.contracts.parsing import ParseError, parse
from shared.domain.documents import AI_PLUGIN_V1, MANIFEST, SCHEMA, Document
from shared.domain.errors import StandfastError
from shared.fetching.urls import parse_publisher_url

if TYPE_CHECKING:
    from collections.abc import Callable

_KIND = kind_named(AI_PLUGIN_V1)
_MANIFEST = json.dumps({"api": {"type": "openapi", "url": "/openapi.yaml"}}).encode()
_HOST = "https://todo.example.com"
_HOST_LETTERS = set("abcdefghijklmnopqrstuvwxyz0123456789.-")


def parsing(data: bytes) -> None:
    """Every document is read, with a place for its root, or refused by a code that the catalogue knows."""
    code = ""
    try:
        parsed = parse(data)
    except ParseError as error:
        code = error.code
    if code:
        assert code in CATALOGUE
        return
    assert parsed.position("")
    if parsed.format == "json":
        assert json.loads(data.decode("utf-8-sig")) == parsed.value


def judging(data: bytes) -> None:
    """No document makes the judges raise, as a manifest or as a schema, and what they say is the same twice."""
    as_manifest = {MANIFEST: Document(MANIFEST, f"{_HOST}/.well-known/ai-plugin.json", data)}
    as_schema = {
        MANIFEST: Document(MANIFEST, f"{_HOST}/.well-known/ai-plugin.json", _MANIFEST),
        SCHEMA: Document(SCHEMA, f"{_HOST}/openapi.yaml", data),
    }
    for documents in (as_manifest, as_schema):
        assert _KIND.judge(documents) == _KIND.judge(documents)


def urls(data: bytes) -> None:
    """Every URL is refused, or names an https host in plain letters and reads the same when it is read again."""
    text = data.decode("utf-8", errors="surrogateescape")
    try:
        url = parse_publisher_url(text)
    except StandfastError:
        return
    assert set(url.host) <= _HOST_LETTERS, url.host
    assert "." in url.host
    assert parse_publisher_url(str(url)) == url


def planted(data: bytes) -> None:
    """A target that fails on one input in many: whoever runs the fuzzer must hear of it."""
    assert not (len(data) > 2 and data[0] == ord("{") and data[1] == ord("["))


TARGETS: dict[str, Callable[[bytes], None]] = {target.__name__: target for target in (parsing, judging, urls, planted)}

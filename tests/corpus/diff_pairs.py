"""Consecutive versions of the plugins of a real store, as parsed documents."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from shared.contracts.parsing import ParseError, parse, parse_json

if TYPE_CHECKING:
    from collections.abc import Iterator

type Document = dict[str, Any]

STORE = Path(__file__).parents[3] / "shared/corpus/store"
SCHEMAS = ("openapi.json", "openapi.yaml", "openapi.yml")

needs_corpus = pytest.mark.skipif(not STORE.is_dir(), reason=f"the corpus of real plugins is not at {STORE}")


class Pair(NamedTuple):
    """Two versions of one plugin, one after the other, both with a schema that can be read."""

    name: str
    old: Document
    new: Document


@cache
def pairs() -> tuple[Pair, ...]:
    """Return every pair of consecutive versions of the store, by plugin."""
    return tuple(pair for plugin in sorted(STORE.iterdir()) if plugin.is_dir() for pair in _pairs(plugin))


def upgraded_plugins() -> set[str]:
    """Return the plugins of which the store held more than one version."""
    return {plugin.name for plugin in STORE.iterdir() if plugin.is_dir() and len(list(plugin.iterdir())) > 1}


def newest_versions() -> Iterator[Pair]:
    """Yield the newest version of each plugin, beside itself."""
    for plugin in sorted(folder for folder in STORE.iterdir() if folder.is_dir()):
        versions = [documents for version in sorted(plugin.iterdir()) if (documents := read(version))]
        if versions:
            yield Pair(plugin.name, versions[-1], versions[-1])


def read(folder: Path) -> Document | None:
    """Return the documents of one version by role, None where the schema is missing or cannot be read."""
    files = [folder / name for name in SCHEMAS if (folder / name).exists()]
    try:
        manifest = parse_json((folder / "ai-plugin.json").read_bytes()).value
        return {"manifest": manifest, "schema": parse(files[0].read_bytes()).value} if files else None
    except ParseError:
        return None


def _pairs(plugin: Path) -> Iterator[Pair]:
    found = [(version.name, documents) for version in sorted(plugin.iterdir()) if (documents := read(version))]
    for (_, old), (number, new) in pairwise(found):
        yield Pair(f"{plugin.name}/{number}", old, new)

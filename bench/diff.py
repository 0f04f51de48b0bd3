"""What comparing two versions costs, beside a bare comparison of the same values that only says whether they differ."""

from __future__ import annotations

import copy
import json
import statistics
import time
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.tables import Table, number, times
from shared.contracts.parsing import ParseError, parse, parse_json
from shared.diff.changes import VersionDocuments
from shared.diff.equality import is_same
from shared.diff.versions import compare
from shared.domain.documents import AI_PLUGIN_V1

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

type Documents = dict[str, Any]

CORPUS = Path(__file__).parents[2] / "shared/corpus"
_SCHEMAS = ("openapi.json", "openapi.yaml", "openapi.yml")
_PROMISED_LARGE, _PROMISED_MEDIAN = "1,000", "5"
_LARGE = 1_000_000
"""Bytes."""
_EVERY = 40
"""One of so many texts of a large document is changed."""


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure real upgrades and large documents, where the corpus is at hand, and a made-up document."""
    rows = [_row(name, *pair, promised=_PROMISED_LARGE, runs=2 if quick else 7) for name, pair in _large()]
    yield Table(
        title="Comparing two versions of a large API description",
        columns=("documents", "MB", "changes", "ms", "promised", "bare ms", "ratio"),
        rows=tuple(rows),
        notes=("bare: equality of the parsed values by the same rules, which finds the first difference and stops",),
    )
    pairs = list(_upgrades())
    if pairs:
        yield _of_the_store(pairs[:20] if quick else pairs)


def _of_the_store(pairs: list[tuple[Documents, Documents]]) -> Table:
    taken = sorted(_milliseconds(compare, *map(_version, pair), runs=3) for pair in pairs)
    bare = sorted(_milliseconds(is_same, *pair, runs=3) for pair in pairs)
    rows = [
        (name, number(pick(taken)), promised, number(pick(bare)), times(pick(taken), pick(bare)))
        for name, pick, promised in (("median", statistics.median, _PROMISED_MEDIAN), ("most", max, "-"))
    ]
    title = f"Comparing {len(pairs)} real upgrades"
    return Table(title, ("upgrade", "ms", "promised", "bare ms", "ratio"), tuple(rows))


def _row(name: str, old: Documents, new: Documents, *, promised: str, runs: int) -> tuple[str, ...]:
    taken = _milliseconds(compare, _version(old), _version(new), runs=runs)
    # Without a difference to stop at, so that it sees all of the document.
    bare = _milliseconds(is_same, old, copy.deepcopy(old), runs=runs)
    size = number(len(json.dumps(old)) / 1e6)
    count = len(compare(_version(old), _version(new)))
    return (name, size, str(count), number(taken), promised, number(bare), times(taken, bare))


def _milliseconds[Value](call: Callable[[Value, Value], object], old: Value, new: Value, *, runs: int) -> float:
    """Return the median of some runs."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        call(old, new)
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def _version(values: Documents) -> VersionDocuments:
    return VersionDocuments(AI_PLUGIN_V1, values)


def _large() -> Iterator[tuple[str, tuple[Documents, Documents]]]:
    made_up = {"schema": _made_up(operations=2_500)}
    yield "made up", (made_up, _reworded(made_up))
    for path in sorted((CORPUS / "openapi").glob("*")) if CORPUS.is_dir() else ():
        if path.stat().st_size > _LARGE and "swagger2" not in path.name:
            document = {"schema": parse(path.read_bytes()).value}
            yield path.name, (document, _reworded(document))


def _made_up(*, operations: int) -> Documents:
    item = {"type": "object", "properties": {f"p{n}": {"type": "string", "description": "A text."} for n in range(4)}}
    return {
        "openapi": "3.0.1",
        "info": {"title": "Made up", "version": "1"},
        "paths": {
            f"/things/{n}": {
                "get": {
                    "operationId": f"thing{n}",
                    "summary": "A thing.",
                    "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                    "responses": {"200": {"description": "Fine.", "content": {"application/json": {"schema": item}}}},
                }
            }
            for n in range(operations)
        },
    }


def _reworded(documents: Documents) -> Documents:
    """Return a copy in which some descriptions have other words."""
    changed: Documents = json.loads(json.dumps(documents))
    waiting: list[Any] = [changed]
    seen = 0
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("description"), str):
                seen += 1
                item["description"] += " And more." if seen % _EVERY == 0 else ""
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return changed


def _upgrades() -> Iterator[tuple[Documents, Documents]]:
    store = CORPUS / "store"
    for plugin in sorted(store.iterdir()) if store.is_dir() else ():
        found = (
            [documents for folder in sorted(plugin.iterdir()) if (documents := _read(folder))]
            if plugin.is_dir()
            else []
        )
        yield from pairwise(found)


def _read(folder: Path) -> Documents | None:
    files = [folder / name for name in _SCHEMAS if (folder / name).exists()]
    try:
        manifest = parse_json((folder / "ai-plugin.json").read_bytes()).value
        return {"manifest": manifest, "schema": parse(files[0].read_bytes()).value} if files else None
    except ParseError:
        return None

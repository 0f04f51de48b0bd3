"""What deciding about containment in an envelope costs, beside bare equality and beside canonical bytes."""

from __future__ import annotations

import copy
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.tables import Table, number, times
from shared.contracts.canonical import canonical_bytes
from shared.contracts.parsing import parse
from shared.diff.equality import is_same
from shared.envelope.containment import contains
from shared.envelope.document import MOST_SLOTS, Envelope
from shared.envelope.places import misplacements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_DESCRIPTIONS = Path(__file__).parents[2] / "shared/corpus/openapi"
_LARGE = 800_000
"""Bytes."""
_PROMISED = "1,000"
_PATHS = 3_000
_ROOT = "example.com"


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure a made-up document, and large real ones where the corpus is at hand."""
    rows = [_row(name, document, runs=1 if quick else 7) for name, document in _documents(quick=quick)]
    yield Table(
        title="Deciding whether a document stays within an envelope",
        columns=("document", "MB", "slots", "ms", "promised", "equality ms", "ratio", "canonical bytes ms", "ratio"),
        rows=tuple(rows),
        notes=(
            "the documents differ in every slot, so that every text is read and judged; parsing is not counted",
            "equality: of the parsed values, which cannot say where; canonical bytes: of both, compared",
        ),
    )


def _row(name: str, base: dict[str, Any], *, runs: int) -> tuple[str, ...]:
    envelope, document = _varied(base)
    verdict = contains(envelope, base, document, root=_ROOT)
    if not verdict.contained:
        raise AssertionError(verdict.reasons[:3])
    copied = copy.deepcopy(base)
    taken = _milliseconds(lambda: contains(envelope, base, document, root=_ROOT), runs)
    bare = _milliseconds(lambda: is_same(base, copied), runs)
    canonical = _milliseconds(lambda: canonical_bytes(base) == canonical_bytes(copied), runs)
    size = number(len(canonical_bytes(base)) / 1e6)
    figures = (number(taken), _PROMISED, number(bare), times(taken, bare), number(canonical), times(taken, canonical))
    return (name, size, str(len(envelope.texts)), *figures)


def _varied(base: dict[str, Any]) -> tuple[Envelope, dict[str, Any]]:
    """Return an envelope with as many dates as may vary, and a document with another date in each."""
    document = copy.deepcopy(base)
    texts = []
    for holder, pointer in _summaries(base):
        slot = {"at": f"{pointer}/summary", "reads": [{"date": "YYYY-MM-DD"}, f" {holder['summary']}"]}
        spoken = Envelope.model_validate({"texts": [slot]})
        if not list(misplacements(spoken, base)):
            texts.append(slot)
        if len(texts) == MOST_SLOTS:
            break
    chosen = {slot["at"] for slot in texts}
    for day, root in (("2026-11-21", base), ("2026-11-22", document)):
        for holder, pointer in _summaries(root):
            if f"{pointer}/summary" in chosen:
                holder["summary"] = f"{day} {holder['summary']}"
    return Envelope.model_validate({"texts": texts}), document


def _summaries(document: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    found = []
    for path, item in document["paths"].items():
        for method, operation in item.items() if isinstance(item, dict) else ():
            if isinstance(operation, dict) and len(str(operation.get("summary") or "")) > 1:
                found.append((operation, f"/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}"))
    return found


def _documents(*, quick: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    operation = {"operationId": "a", "summary": "A call.", "responses": {"200": {"description": "Fine." * 40}}}
    paths = {f"/p{n}": {"get": copy.deepcopy(operation)} for n in range(_PATHS // (10 if quick else 1))}
    yield "made up", {"openapi": "3.0.1", "info": {"title": "Made up", "version": "1"}, "paths": paths}
    for path in sorted(_DESCRIPTIONS.iterdir()) if _DESCRIPTIONS.is_dir() and not quick else ():
        if path.stat().st_size > _LARGE and "swagger2" not in path.name:
            value: Any = parse(path.read_bytes()).value
            yield path.name, value


def _milliseconds(call: Callable[[], object], runs: int) -> float:
    """Return the median of some runs."""
    seconds = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000

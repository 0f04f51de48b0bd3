"""What reading and judging a document costs, beside the common loaders and validators where these survive."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

from bench.tables import Table, number, times
from shared.contracts.kinds import kind_named
from shared.contracts.parsing import parse
from shared.domain.documents import AI_PLUGIN_V1, Document

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CORPUS = Path(__file__).parents[2] / "shared/corpus/openapi"
_ROOT = Path(__file__).parents[1]
_FULL = 4 * 1024 * 1024
"""Bytes: the most that is read."""
_LARGE = 500_000
"""Bytes from which a vendor's document is measured."""
_PROMISED = {"yaml": "1.0", "json": "0.25"}
"""CPU seconds for reading a document of 4 MiB."""
_SECONDS = 60
"""Wall-clock limit for one measurement: some alternatives take longer, or never end."""
_URL = "https://todo.some-publisher.net/openapi"


class _Cost(NamedTuple):
    seconds: float
    megabytes: int
    """Peak of the whole process: interpreter, libraries, document and all."""


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure made-up documents of 4 MiB, the vendors' where the corpus is at hand, and a bomb."""
    with tempfile.TemporaryDirectory() as folder:
        documents = dict(_documents(Path(folder), _FULL // 8 if quick else _FULL))
        yield _reading(documents, runs=1 if quick else 3)
        yield _judging({name: path for name, path in documents.items() if "bomb" not in name}, runs=1 if quick else 3)


def _reading(documents: dict[str, Path], *, runs: int) -> Table:
    rows = []
    for name, path in documents.items():
        ours, theirs = _best("parse", path, runs), _best("loader", path, runs)
        ratio = times(ours.seconds, theirs.seconds) if ours and theirs else "-"
        promised = _PROMISED[path.suffix[1:]] if path.stat().st_size > _FULL - 200_000 else "-"
        rows.append((name, _megabytes(path), *_cells(ours), promised, *_cells(theirs), ratio))
    return Table(
        title="Reading a document",
        columns=("document", "MB", "CPU s", "peak MB", "promised s", "loader CPU s", "peak MB", "ratio"),
        rows=tuple(rows),
        notes=(
            "loader: CSafeLoader for YAML, the standard json for JSON, which take equal keys, NaN and any depth",
            "peak: of the whole process; 150 MB are promised. A dash: it died, or took more than a minute",
        ),
    )


def _judging(documents: dict[str, Path], *, runs: int) -> Table:
    rows = []
    for name, path in documents.items():
        ours, theirs = _best("judge", path, runs), _best("validator", path, 1)
        ratio = times(ours.seconds, theirs.seconds) if ours and theirs else "-"
        rows.append((name, _megabytes(path), *_cells(ours), *_cells(theirs), ratio))
    return Table(
        title="Judging a document, reading included",
        columns=("document", "MB", "CPU s", "peak MB", "validator CPU s", "peak MB", "ratio"),
        rows=tuple(rows),
        notes=("validator: the loader and then the package jsonschema with the same meta-schema; it looks at no text",),
    )


def _cells(cost: _Cost | None) -> tuple[str, str]:
    return (number(cost.seconds), str(cost.megabytes)) if cost else ("-", "-")


def _megabytes(path: Path) -> str:
    return number(path.stat().st_size / 1e6)


def _best(arm: str, path: Path, runs: int) -> _Cost | None:
    costs = [cost for _ in range(runs) if (cost := _run(arm, path))]
    return min(costs) if costs else None


def _run(arm: str, path: Path) -> _Cost | None:
    """Measure in a process of its own: peaks do not mix, and what crashes is only missing."""
    program = [sys.executable, "-m", "bench.parsing", arm, str(path)]
    try:
        done = subprocess.run(  # noqa: S603 - this very interpreter, on this module
            program, cwd=_ROOT, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    seconds, megabytes = done.stdout.split()
    return _Cost(float(seconds), int(megabytes))


def _documents(folder: Path, size: int) -> Iterator[tuple[str, Path]]:
    made = _made(size)
    for name, suffix, text in (
        ("made up, YAML", "yaml", _as_yaml(size)),
        ("made up, JSON", "json", json.dumps(made)),
        ("bomb of dashes", "yaml", "- " * 50_000),
        ("bomb of aliases", "yaml", _laughs()),
    ):
        path = folder / f"{name.replace(', ', '-').replace(' ', '-')}.{suffix}"
        path.write_text(text, encoding="utf-8")
        yield name, path
    for path in sorted(CORPUS.iterdir()) if CORPUS.is_dir() else ():
        if path.stat().st_size > _LARGE and "swagger2" not in path.name:
            yield path.name, path


def _made(size: int) -> dict[str, Any]:
    # 300 bytes of JSON an operation: as dense in keys and values as what frameworks write.
    paths = {f"/things/{number}": _operation(number) for number in range(size // 280)}
    servers = [{"url": "https://todo.some-publisher.net"}]
    return {"openapi": "3.0.3", "info": {"title": "Things", "version": "1"}, "servers": servers, "paths": paths}


def _operation(number: int) -> dict[str, Any]:
    schema = {"type": "array", "items": {"type": "string"}}
    answer = {"description": f"The things of {number}.", "content": {"application/json": {"schema": schema}}}
    summary = f"List the things of group {number}, the newest first."
    return {"get": {"operationId": f"listThings{number}", "summary": summary, "responses": {"200": answer}}}


def _as_yaml(size: int) -> str:
    head = 'openapi: 3.0.3\ninfo:\n  title: Things\n  version: "1"\nservers:\n  - url: https://todo.some-publisher.net\npaths:\n'
    pieces: list[str] = []
    length = len(head)
    while length < size - 500:
        pieces.append(_yaml_operation(len(pieces)))
        length += len(pieces[-1])
    return head + "".join(pieces)


def _yaml_operation(number: int) -> str:
    return (
        f"  /things/{number}:\n    get:\n      operationId: listThings{number}\n"
        f"      summary: List the things of group {number}, the newest first.\n      responses:\n        '200':\n"
        f"          description: The things of {number}.\n          content:\n            application/json:\n"
        "              schema:\n                type: array\n                items:\n                  type: string\n"
    )


def _laughs() -> str:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol]"]
    lines += [f"a{number}: &a{number} [{', '.join([f'*a{number - 1}'] * 5)}]" for number in range(1, 10)]
    return "\n".join(lines)


# -- arms: each is one process ---------------------------------------------------------------------------------------


def _parse(body: bytes, _suffix: str) -> object:
    return parse(body).value


def _load(body: bytes, suffix: str) -> object:
    value = json.loads(body) if suffix == ".json" else yaml.load(body, Loader=yaml.CSafeLoader)
    # What every later step does: look at all of it. Aliases cost nothing until then.
    return len(json.dumps(value, default=str))


def _judge(body: bytes, _suffix: str) -> object:
    manifest = Document("manifest", f"{_URL}.json", b"{}")
    return kind_named(AI_PLUGIN_V1).judge({"manifest": manifest, "schema": Document("schema", _URL, body)})


def _validate(body: bytes, suffix: str) -> object:
    import jsonschema  # type: ignore[import-untyped]  # noqa: PLC0415 - the other arms must not pay for it

    value = json.loads(body) if suffix == ".json" else yaml.load(body, Loader=yaml.CSafeLoader)
    meta_schema = json.loads((_ROOT / "shared/contracts/metaschemas/openapi-3.0.json").read_text(encoding="utf-8"))
    return list(jsonschema.Draft4Validator(meta_schema).iter_errors(value))


_ARMS: dict[str, Callable[[bytes, str], object]] = {
    "parse": _parse,
    "loader": _load,
    "judge": _judge,
    "validator": _validate,
}


def main() -> None:
    """Measure one arm on one file and print CPU seconds and megabytes."""
    arm, path = sys.argv[1], Path(sys.argv[2])
    body = path.read_bytes()
    kind_named(AI_PLUGIN_V1)
    start = time.process_time()
    try:
        _ARMS[arm](body, path.suffix)
    except Exception:  # noqa: BLE001 - a refusal is an answer too; what counts is what it cost
        sys.stderr.write("refused\n")
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    sys.stdout.write(f"{seconds:.4f} {peak // 1024}\n")


if __name__ == "__main__":
    main()

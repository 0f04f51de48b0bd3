"""Writes the documents that follow from the code, or checks them: `python -m docs.generate [--check]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from docs import (
    api,
    decisions,
    diagrams,
    drift,
    envelopes,
    events,
    figures,
    findings,
    openapi,
    policies,
    readme,
    settings,
)
from shared.diff import catalogue as changes

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs/pictures"


def generated() -> dict[Path, str]:
    """Return every generated document by its path."""
    description = openapi.document()
    introduction = ROOT / "README.md"
    return {
        introduction: readme.with_functions(introduction.read_text(encoding="utf-8")),
        ROOT / "docs/api.md": api.page(description),
        decisions.INDEX: decisions.page(),
        ROOT / "docs/events.md": events.page(),
        ROOT / "docs/settings.md": settings.page(),
        ROOT / "docs/findings.md": findings.page(),
        ROOT / "docs/changes.md": changes.page(),
        ROOT / "docs/policies.md": policies.page(),
        ROOT / "docs/drift.md": drift.page(),
        figures.RUNBOOK: figures.page(),
        ROOT / "docs/envelopes.md": envelopes.page(),
        ROOT / "docs/envelope.schema.json": envelopes.schema(),
        ROOT / "functions/status/openapi.json": json.dumps(description, indent=1, ensure_ascii=False) + "\n",
        ROOT / "functions/status/docs.html": openapi.page(description),
        ROOT / "functions/status/findings.html": findings.web_page(),
    }


def stale() -> list[Path]:
    """Return the paths whose documents are not what the code says."""
    return [*differing(generated()), *undrawn(PICTURES)]


def differing(documents: dict[Path, str]) -> list[Path]:
    """Return the paths that do not hold these documents."""
    return [path for path, text in documents.items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def undrawn(folder: Path) -> list[Path]:
    """Return the paths in a folder that do not hold the pictures of today's graphs."""
    paths = {folder / f"{name}.svg": graph for name, graph in diagrams.graphs().items()}
    return [
        path
        for path, graph in paths.items()
        if not path.exists() or not diagrams.is_drawn(graph, path.read_text(encoding="utf-8"))
    ]


def main() -> int:
    """Write or check. Exit status 1 when something is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is not current")
    if parser.parse_args().check:
        for path in stale():
            print(f"{path.relative_to(ROOT)} is not current: run `make docs-write`.", file=sys.stderr)
        return 1 if stale() else 0
    for path, text in generated().items():
        path.write_text(text, encoding="utf-8")
    return _draw(undrawn(PICTURES))


def _draw(paths: list[Path]) -> int:
    try:
        for path in paths:
            path.write_text(diagrams.draw(diagrams.graphs()[path.stem]), encoding="utf-8")
    except FileNotFoundError:
        names = ", ".join(str(path.relative_to(ROOT)) for path in paths)
        print(f"To draw {names}, Graphviz is needed: its program `dot` is not installed.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench`: run the benchmarks and print their tables."""

from __future__ import annotations

import argparse
import ast
import importlib
import os
import platform
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.tables import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from bench.tables import Table

    type Measure = Callable[..., Iterator[Table]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for and return the exit status."""
    found = benchmarks()
    options = _parser(found).parse_args(arguments)
    _say(f"{time.strftime('%Y-%m-%d')}, {_machine()}. Read ratios within a table, not figures across runs.\n")
    for name in options.only or sorted(found):
        measure: Measure = importlib.import_module(f"bench.{name}").measure
        for table in measure(quick=options.quick):
            _say(render(table))
    return 0


def benchmarks() -> Mapping[str, str]:
    """Return every module of this package that measures something, and the first line of what it says about itself.

    Read and not imported: what one of them needs and is not there is no matter to whoever runs another one.
    """
    parsed = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("*.py")}
    return {
        name: (ast.get_docstring(module) or "").partition("\n")[0]
        for name, module in parsed.items()
        if any(isinstance(part, ast.FunctionDef) and part.name == "measure" for part in module.body)
    }


def _parser(found: Mapping[str, str]) -> argparse.ArgumentParser:
    told = "\n".join(f"  {name:<12} {found[name]}" for name in sorted(found))
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measure, and print tables.",
        epilog=f"benchmarks:\n{told}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--only", action="append", choices=sorted(found), metavar="NAME", help="run this one alone; may be repeated")
    add("--quick", action="store_true", help="small and short: shows that it works, and little else")
    return parser


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, CPython {platform.python_version()}"


if __name__ == "__main__":
    sys.exit(main())

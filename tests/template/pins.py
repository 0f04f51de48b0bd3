"""The requirements of each function, from two sources that cannot go stale: its imports, and the lock.

`python -m tests.template.pins` writes the files; the tests compare them with what it would write.
"""

from __future__ import annotations

import re
import sys
import tomllib
from functools import cache
from importlib.metadata import packages_distributions
from typing import TYPE_CHECKING, Any

import grimp

from tests.template.document import ROOMS, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

RUNTIME_PROVIDES = frozenset({"boto3", "botocore"})
"""What Lambda's own Python brings; see docs/adr/0006-the-template-enforces-what-the-code-promises.md."""

TRUE_ON_LAMBDA = frozenset({"platform_python_implementation != 'PyPy'", "implementation_name != 'PyPy'"})
"""The conditions that are known to hold: Lambda's Python is CPython."""

HEADER = """\
# What `functions/{name}` imports and Lambda does not bring, with all that it needs in turn: the versions of uv.lock,
# wheels only. Written by `python -m tests.template.pins`.
"""

# Wheels that CPython 3.13 can take, on whatever machine the build runs; no source, so that building runs no setup code.
_WHEEL = re.compile(r"-(?:cp313-cp313|cp3\d+-abi3|(?:py2\.)?py3-none)-[^/]+\.whl$")

type Package = dict[str, Any]


class LockError(Exception):
    """The lock has no wheel for a package, or a condition on it that this module does not read."""


@cache
def import_graph() -> grimp.ImportGraph:
    """Return who imports whom when the program runs: imports for type checkers alone are left out."""
    return grimp.build_graph(
        "functions", "shared", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


def imported(function: str) -> frozenset[str]:
    """Return the third-party packages that a function's entry point imports, directly or not, by import name."""
    graph = import_graph()
    reached = graph.find_upstream_modules(f"functions.{function}.app")
    return frozenset(name for name in reached if graph.is_module_squashed(name) and name not in sys.stdlib_module_names)


distributions = cache(packages_distributions)
"""The distributions that are installed, by import name. Reads every one of them, once."""


def needed(function: str) -> frozenset[str]:
    """Return the distributions that a function's artifact must bring, those that these need in turn left out."""
    names = distributions()
    return frozenset(_normalised(names[package][0]) for package in imported(function) - RUNTIME_PROVIDES)


def _normalised(name: str) -> str:
    """Spell a distribution's name as the lock does (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def requirements(function: str) -> str:
    """Return what a function's requirements.txt must say."""
    locked = lock()
    lines = [_pinned(locked[name]) for name in closure(needed(function), locked)]
    return HEADER.format(name=function) + "".join(f"{line}\n" for line in lines)


def closure(names: Iterable[str], locked: Mapping[str, Package]) -> list[str]:
    """Return the names with all that they need in turn, sorted. Raises LockError for a conditional need."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for need in locked[name].get("dependencies", ()):
            if "extra" in need or need.get("marker") not in {None, *TRUE_ON_LAMBDA}:
                raise LockError(f"{name} needs {need}, which depends on where it is installed.")
            waiting.append(need["name"])
    return sorted(found)


@cache
def lock() -> dict[str, Package]:
    """Return the packages of uv.lock by name."""
    packages = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    return {package["name"]: package for package in packages}


def _pinned(package: Package) -> str:
    hashes = [wheel["hash"] for wheel in package.get("wheels", ()) if _WHEEL.search(wheel["url"])]
    if not hashes:
        raise LockError(f"{package['name']} has no wheel for CPython 3.13.")
    name_and_version = f"{package['name']}=={package['version']}"
    return " \\\n    ".join([name_and_version, *(f"--hash={each}" for each in hashes)])


def path_of(function: str) -> Path:
    """Return where a function's requirements are kept."""
    return ROOT / "functions" / function / "requirements.txt"


if __name__ == "__main__":
    for each in ROOMS:
        path_of(each).write_text(requirements(each), encoding="utf-8")

"""What a cold start of the public route imports: the AWS SDK's core, and our own few modules."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from tests.architecture.isolation import copy_source, lay_runtime, run_isolated

if TYPE_CHECKING:
    from pathlib import Path

# Two stages: what importing the handler loads, and what making the clients adds. botocore itself is loaded first, so
# that its own share of the standard library is not counted as ours.
PROBE = """
import json, sys
root, runtime = sys.argv[1:]
sys.path.insert(0, root)
sys.path.append(runtime)
import botocore.config, botocore.session
sdk = set(sys.modules)
import functions.resolve.app
imported = set(sys.modules) - sdk
functions.resolve.app.from_environment()
print(json.dumps([sorted(sdk), sorted(imported), sorted(set(sys.modules) - sdk - imported)]))
"""
OWN = frozenset({"functions", "shared"})
STANDARD = frozenset(sys.stdlib_module_names)
SDK = frozenset({"botocore", "dateutil", "jmespath", "six", "urllib3"})
MOST_OWN_MODULES = 40


def cold_start(source: Path, runtime: Path) -> tuple[set[str], set[str]]:
    """Return the packages that a cold start loads, the standard library aside, and what it adds of that library."""
    result = run_isolated(PROBE, source, runtime)
    assert result.returncode == 0, result.stderr
    sdk, *stages = ({name.partition(".")[0] for name in stage} - {"__main__"} for stage in json.loads(result.stdout))
    added = set().union(*stages) - sdk - OWN
    return (sdk | added) - STANDARD, added & STANDARD


def own_modules(source: Path, runtime: Path) -> list[str]:
    """Return our own modules that a cold start loads."""
    _, imported, added = json.loads(run_isolated(PROBE, source, runtime).stdout)
    return [name for name in imported + added if name.partition(".")[0] in OWN]


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lay_runtime(tmp_path_factory.mktemp("runtime"))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return copy_source(tmp_path, "functions", "shared")


def plant(source: Path, file: str, line: str) -> None:
    planted = source / file
    planted.write_text(f"{planted.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")


def test_a_cold_start_loads_the_sdks_core_and_nothing_else(source: Path, runtime: Path) -> None:
    packages, standard = cold_start(source, runtime)
    assert packages == SDK
    assert standard == set()


def test_a_cold_start_loads_few_modules_of_our_own(source: Path, runtime: Path) -> None:
    loaded = own_modules(source, runtime)
    assert "functions.resolve.app" in loaded
    assert len(loaded) <= MOST_OWN_MODULES


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        (("functions/resolve/app.py", "import boto3"), "boto3"),
        (("shared/edge/problems.py", "import s3transfer"), "s3transfer"),
        (("shared/domain/errors.py", "import asyncio"), "asyncio"),
        (("shared/storage/clients.py", "def _late():\n    import sqlite3\n_late()"), "sqlite3"),
        (("functions/resolve/wiring.py", "def Bodies():\n    import boto3"), "boto3"),
    ],
)
def test_a_planted_import_exceeds_the_budget(source: Path, runtime: Path, planted: tuple[str, str], found: str) -> None:
    file, line = planted
    plant(source, file, line)
    packages, standard = cold_start(source, runtime)
    assert found in (packages - SDK) | standard

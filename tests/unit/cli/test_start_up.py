"""The command line loads what a command needs, when it needs it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.plugins import write_plugin

if TYPE_CHECKING:
    from pathlib import Path

# Not pydantic, which typer itself is made with.
HEAVY = {"yaml", "jsonschema_rs", "publicsuffixlist", "boto3", "botocore", "ssl", "rich", "shared.contracts"}


def loaded(*arguments: str) -> set[str]:
    """Return the modules that are there after a command, by their first names and those of our rooms."""
    code = (
        "import sys\nfrom cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sorted(sys.modules)), file=sys.stderr)"
    )
    ended = subprocess.run(  # noqa: S603 - our own code
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return set(ended.stderr.split())


@pytest.mark.parametrize("arguments", [["--help"], ["check", "--help"], ["diff", "--help"], ["--version"], ["check"]])
def test_help_and_usage_load_nothing_heavy(arguments: list[str]) -> None:
    assert loaded(*arguments) & HEAVY == set()


def test_a_folder_is_checked_without_sockets_and_without_the_cloud(tmp_path: Path) -> None:
    modules = loaded("check", str(write_plugin(tmp_path)), "--format", "json")
    assert "shared.contracts.gathering" in modules
    assert modules & {"boto3", "botocore", "ssl", "rich", "shared.fetching.fetcher"} == set()


def test_a_comparison_needs_no_judges(tmp_path: Path) -> None:
    folder = str(write_plugin(tmp_path))
    modules = loaded("diff", folder, folder, "--format", "json")
    assert modules & {"jsonschema_rs", "ssl", "rich"} == set()

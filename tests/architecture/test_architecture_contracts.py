"""The import contracts hold, and each of them can fail."""

from __future__ import annotations

import configparser
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.isolation import ROOT, copy_source

TOOL = Path(sys.executable).with_name("lint-imports")
SOURCE = ("cli", "exchange", "functions", "local", "shared", "tests/architecture/contracts.py", ".importlinter")

VIOLATIONS = [
    ("inward", "shared/domain/plugin.py", "import shared.storage.items"),
    ("inward", "shared/fetching/urls.py", "import shared.contracts.policy"),
    ("inward", "shared/contracts/policy.py", "import shared.edge.problems"),
    ("inward", "shared/diff/versions.py", "import shared.reporting.page"),
    ("inward", "shared/storage/codec.py", "import shared.contracts.policy"),
    ("inward", "shared/edge/problems.py", "import functions.status.schema"),
    ("inward", "functions/status/use_case.py", "import local"),
    ("inward", "shared/domain/plugin.py", "if TYPE_CHECKING:\n    from shared.storage import items"),
    ("rooms", "functions/review/use_case.py", "import functions.status.schema"),
    ("domain", "shared/domain/plugin.py", "import pydantic"),
    ("domain", "shared/domain/plugin.py", "import shared.fetching.urls"),
    ("client", "cli/__init__.py", "import shared.storage.table"),
    ("client", "cli/commands/plugins.py", "import exchange.commands"),
    ("inward", "local/__init__.py", "import exchange"),
    ("console", "functions/console/visiting.py", "import shared.storage.store"),
    ("console", "functions/console/store.py", "import botocore.session"),
    ("sdk", "functions/resolve/use_case.py", "import botocore"),
    ("sdk", "local/__init__.py", "import botocore.session"),
    ("boto3", "shared/storage/clients.py", "import boto3"),
    ("boto3", "local/__init__.py", "import boto3"),
    ("powertools", "functions/review/use_case.py", "import aws_lambda_powertools"),
    ("hot-path", "functions/resolve/app.py", "import pydantic"),
    ("hot-path", "shared/edge/problems.py", "import shared.edge.api"),
    ("hot-path", "shared/contracts/serving.py", "import yaml"),
]
"""Which contract breaks when which line is added to which file."""


def lint(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a folder, for some contracts or for all."""
    limits = [part for contract in contracts for part in ("--contract", contract)]
    command: list[str | Path] = [TOOL, "--config", ".importlinter", "--no-cache", *limits]
    return subprocess.run(  # noqa: S603 - our own tool
        command, cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )


def test_every_import_keeps_the_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(("contract", "file", "line"), VIOLATIONS)
def test_a_planted_import_breaks_its_contract(contract: str, file: str, line: str, tmp_path: Path) -> None:
    source = copy_source(tmp_path, *SOURCE)
    planted = source / file
    planted.write_text(f"{planted.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    result = lint(source, contract)
    assert (result.returncode, "1 broken" in result.stdout) == (1, True), result.stdout + result.stderr


def test_every_contract_has_a_planted_violation() -> None:
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    contracts = {name.rpartition(":")[2] for name in config.sections() if name.startswith("importlinter:contract:")}
    assert contracts == {contract for contract, _, _ in VIOLATIONS}

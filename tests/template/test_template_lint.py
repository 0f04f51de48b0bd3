"""The linters, offline, and that each of their skips says why."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template.document import ROOT, TEMPLATE

TOOLS = Path(sys.executable).parent
SERVERLESS_RULES = "cfn_lint_serverless.rules"
_SKIP = re.compile(r"^ +- ([EW][A-Z]?\d{4})$")


def lint(template: Path, region: str = "eu-west-1") -> subprocess.CompletedProcess[str]:
    """Run cfn-lint with the serverless rules; informational findings count, too."""
    command: list[str | Path] = [
        TOOLS / "cfn-lint",
        "--append-rules",
        SERVERLESS_RULES,
        "--include-checks",
        "I",
        "--regions",
        region,
        "--template",
        template,
    ]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)  # noqa: S603 - our own tool


def unexplained_skips(text: str) -> list[str]:
    """Name the skipped checks that no comment stands directly above."""
    lines = text.splitlines()
    return [
        found[1]
        for above, line in zip(["", *lines], lines, strict=False)
        if (found := _SKIP.match(line)) and not above.strip().startswith("#")
    ]


FAULTS = {
    "ES6000": ("            - ES6000\n", "            - ES6001\n"),
    "E3002": ("      DelaySeconds:", "      DelaySecond:"),
}
"""What to replace by what, by the check that must find it."""


@pytest.mark.slow
def test_the_template_passes_the_linters() -> None:
    result = lint(TEMPLATE)
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["alarms/function.yaml", "alarms/queue.yaml", "edge.yaml"])
def test_the_smaller_templates_pass_them_too(name: str) -> None:
    result = lint(ROOT / name, "us-east-1")
    assert (result.returncode, result.stdout + result.stderr) == (0, "")


@pytest.mark.slow
def test_planted_faults_are_found_by_the_linters(tmp_path: Path) -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    for sound, faulty in FAULTS.values():
        assert sound in text
        text = text.replace(sound, faulty)
    planted = tmp_path / "template.yaml"
    planted.write_text(text, encoding="utf-8")
    found = lint(planted).stdout
    assert [check for check in FAULTS if check not in found] == []


def test_every_skipped_check_says_why() -> None:
    text = TEMPLATE.read_text(encoding="utf-8")
    assert unexplained_skips(text) == []
    assert unexplained_skips(text.replace("        - WS1000\n", "        - WS1000\n        - WS1003\n")) == ["WS1003"]


@pytest.mark.slow
def test_sam_accepts_the_template() -> None:
    environment = os.environ | {"SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "eu-west-1"}
    command: list[str | Path] = [TOOLS / "sam", "validate", "--lint"]
    result = subprocess.run(  # noqa: S603 - our own tool
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=100
    )
    assert result.returncode == 0, result.stdout + result.stderr

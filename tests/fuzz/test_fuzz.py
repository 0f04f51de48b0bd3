"""The fuzzer finds nothing in what reads strangers' documents and URLs, and finds what is planted."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

SECONDS = int(os.environ.get("FUZZ_SECONDS", "60"))
ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS + 120)]


def fuzz(target: str, seconds: int) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("atheris", reason="atheris has no build for this platform")
    command = [sys.executable, "-m", "tests.fuzz", target, "--seconds", str(seconds)]
    return subprocess.run(  # noqa: S603 - our own interpreter, our own words
        command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 100
    )


@pytest.mark.parametrize("target", ["parsing", "judging", "urls"])
def test_no_input_breaks_it(target: str) -> None:
    run = fuzz(target, SECONDS)
    assert run.returncode == 0, run.stderr[-4000:]
    assert "DONE" in run.stderr or "Done" in run.stderr


def test_a_planted_fault_is_found() -> None:
    assert fuzz("planted", 60).returncode != 0

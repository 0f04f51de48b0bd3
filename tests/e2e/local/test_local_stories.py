"""`make demo` and `make replay`, as they are run."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from local.process import PROJECT

pytestmark = [pytest.mark.enable_socket, pytest.mark.slow, pytest.mark.timeout(900)]

CORPUS = PROJECT.parent / "shared" / "corpus" / "store"


def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "local", *arguments]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603


def test_the_demonstration_tells_of_an_upgrade_without_a_failed_poll() -> None:
    demo = ran("demo")
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert "Everything held." in demo.stdout
    assert "FAILED" not in demo.stdout
    assert demo.stderr == ""


@pytest.mark.skipif(not Path(CORPUS).exists(), reason="the corpus is no part of the project")
def test_the_history_of_a_real_store_goes_through_without_a_gap() -> None:
    replay = ran("replay", "--corpus", str(CORPUS))
    print(replay.stdout)  # noqa: T201 - the figures, for whoever runs it with -s
    assert replay.returncode == 0, replay.stdout + replay.stderr

"""Lambda's runtime, installed once for the whole run, or a reason why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.emulation import Lambda, installed, lay_task
from bench.processes import ProgramMissingError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Lambda:
    try:
        return installed(tmp_path_factory.mktemp("lambda"))
    except ProgramMissingError as missing:
        pytest.skip(str(missing))


@pytest.fixture
def task(tmp_path: Path) -> Path:
    return lay_task(tmp_path / "task", "resolve")

"""What the proofs may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof.theatre import Stages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    made = Stages(tmp_path_factory.mktemp("stages"))
    yield made
    made.close()


@pytest.fixture
def own_stages(tmp_path: Path) -> Iterator[Stages]:
    """Stages that a test may spoil."""
    made = Stages(tmp_path)
    yield made
    made.close()

"""A plugin that is live, and its publisher's website, for each test anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.functions.drift.scene import Scene

if TYPE_CHECKING:
    from pathlib import Path

    from local.database import Database


@pytest.fixture
def scene(database: Database, tmp_path: Path) -> Scene:
    made = Scene(database, tmp_path)
    made.release()
    return made

"""A database in memory and one in a file, for the tests of what is built on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Moment:
    """A clock that stands still until it is moved. In seconds."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture(params=["memory", "file"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    opened = Database() if request.param == "memory" else Database(tmp_path / "standfast.db")
    yield opened
    opened.close()

"""A store in memory, for each test anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.database import Database
from tests.unit.functions.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def database() -> Iterator[Database]:
    opened = Database()
    yield opened
    opened.close()


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)

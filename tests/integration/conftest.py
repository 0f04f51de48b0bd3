"""The store on moto, for each test anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.aws import Cloud, Web, cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def web() -> Web:
    return Web()


@pytest.fixture
def store(web: Web) -> Iterator[Cloud]:
    with cloud(web) as opened:
        yield opened

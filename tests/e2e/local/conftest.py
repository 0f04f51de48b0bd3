"""Real stores in processes of their own, and publishers' hosts for them to fetch from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.process import StoreProcess
from local.publisher import PublisherHosts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def hosts() -> Iterator[PublisherHosts]:
    with PublisherHosts() as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path, hosts: PublisherHosts) -> Iterator[StoreProcess]:
    """A store that is not started yet; it is ended after the test, whatever happens."""
    made = StoreProcess(tmp_path / "data", connect_to=hosts.address)
    yield made
    made.end()


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[StoreProcess, PublisherHosts]]:
    """A store that serves, for all tests of a module that leave it running, and the hosts that it fetches from."""
    with PublisherHosts() as hosts, StoreProcess(tmp_path_factory.mktemp("data"), connect_to=hosts.address) as running:
        yield running, hosts

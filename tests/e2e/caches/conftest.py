"""A store in a process of its own, for all tests of a module."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bench.seeding import seed
from local.machine import Machine
from local.process import StoreProcess
from local.publisher import PublisherHosts
from tests.e2e.caches.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.terminal import TerminalReporter

CROWD = 200
"""Plugins that are there from the start."""

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def tell(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Show a figure at the end of the run: what was measured is worth more than that it was enough."""
    return pytestconfig.stash.setdefault(_FIGURES, []).append


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    for figure in config.stash.get(_FIGURES, []):
        terminalreporter.write_line(f"FIGURE {figure}")


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    data = tmp_path_factory.mktemp("store")
    machine = Machine.at(data)
    seed(machine.table, machine.objects, plugins=CROWD)
    machine.close()
    with (
        PublisherHosts() as hosts,
        StoreProcess(data, connect_to=hosts.address) as store,
        Shelf(store, hosts) as opened,
    ):
        yield opened

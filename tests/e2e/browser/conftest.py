"""A browser for all tests, a store for all tests of a module, and a window for whoever needs one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.process import PROJECT, StoreProcess
from local.publisher import PublisherHosts
from tests.e2e.browser.scenes import Cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.terminal import TerminalReporter
    from playwright.sync_api import Browser

    from tests.e2e.browser.windows import Window

PICTURES = PROJECT / "build" / "screenshots"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    pytest.importorskip("playwright", reason="Playwright is not installed: make setup")
    from tests.e2e.browser import chromium  # noqa: PLC0415 - it needs Playwright, which may not be there

    if not chromium.find():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with chromium.launched() as running:
        yield running


@pytest.fixture(scope="module")
def hosts() -> Iterator[PublisherHosts]:
    with PublisherHosts() as opened:
        yield opened


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, hosts: PublisherHosts) -> Iterator[StoreProcess]:
    with StoreProcess(tmp_path_factory.mktemp("data"), connect_to=hosts.address) as running:
        yield running


@pytest.fixture(scope="module")
def cast(store: StoreProcess, hosts: PublisherHosts) -> Iterator[Cast]:
    made = Cast(store, hosts)
    yield made
    made.close()


@pytest.fixture
def open_window(browser: Browser, store: StoreProcess) -> Iterator[Callable[..., Window]]:
    """Open windows as they are asked for. None of them may have had any trouble when the test is over."""
    from tests.e2e.browser import windows  # noqa: PLC0415 - as above

    opened: list[Window] = []

    def open_one(*, width: int = windows.DESK, script: bool = True) -> Window:
        opened.append(windows.opened(browser, store.base_url, width=width, script=script))
        return opened[-1]

    yield open_one
    troubles = [trouble for window in opened for trouble in window.troubles]
    for window in opened:
        window.close()
    assert troubles == []


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    kept = sorted(PICTURES.glob("*.png"))
    if kept:
        terminalreporter.write_line(f"{len(kept)} screenshots in {PICTURES}")

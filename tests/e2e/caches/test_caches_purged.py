"""The store purges the cache in front of it by itself: at once, and once more for what was under way."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest

from local.edge import SECOND_PURGE_SECONDS
from local.process import StoreProcess, free_port
from local.publisher import PublisherHosts
from tests.e2e.caches.scene import VARNISH, Scene, scene
from tests.e2e.caches.shelf import Shelf, manifest_path, text_of, version_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(120)]

SOON = 5.0
"""Seconds; without a purge it would be 30."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def purged_shelf(tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A store that was told where the cache takes purges."""
    monkeypatch.setenv("PURGE_URL", f"http://127.0.0.1:{port}")
    with (
        PublisherHosts() as hosts,
        StoreProcess(tmp_path / "store", connect_to=hosts.address) as store,
        Shelf(store, hosts) as shelf,
    ):
        yield shelf


def seconds_until(happened: Callable[[], bool], *, at_most: float) -> float:
    """Poll until something happened, and return how long that took; infinity where it did not happen in time."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > at_most:
            return float("inf")
        time.sleep(0.02)
    return time.monotonic() - began


def seconds_to_see_a_flip_and_a_ban(at: Scene, shelf: Shelf) -> tuple[float, float]:
    """Change a plugin twice that the cache holds, and return how long each change takes to show."""
    plugin = shelf.add()
    path = manifest_path(plugin)
    assert seconds_until(lambda: at.get(path).status == 200, at_most=SOON) < SOON
    shelf.flip(plugin, 2)
    flip = seconds_until(lambda: version_in(at.get(path)) == text_of(2), at_most=SOON)
    shelf.ban(plugin)
    return flip, seconds_until(lambda: at.get(path).status == 410, at_most=SOON)


def test_a_flip_and_a_ban_show_at_once(
    purged_shelf: Shelf, port: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    with scene(VARNISH, purged_shelf.store.port, tmp_path / "cache", port=port) as at:
        flip, ban = seconds_to_see_a_flip_and_a_ban(at, purged_shelf)
    tell(f"{VARNISH}, purged by the store: a flip was seen {flip * 1000:.0f} ms after it, a ban {ban * 1000:.0f} ms")
    assert max(flip, ban) < SOON


def test_a_store_that_knows_of_no_cache_leaves_it_as_it_is(shelf: Shelf, tmp_path: Path) -> None:
    with scene(VARNISH, shelf.store.port, tmp_path) as at:
        assert min(seconds_to_see_a_flip_and_a_ban(at, shelf)) == float("inf")


def test_an_old_answer_that_was_under_way_is_purged_by_the_second_purge(
    purged_shelf: Shelf, port: int, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    plugin = purged_shelf.add()
    path = manifest_path(plugin)
    with scene(VARNISH, purged_shelf.store.port, tmp_path / "cache", port=port) as at:
        at.wire.seconds = 2.0
        under_way = threading.Thread(target=at.get, args=(path,))
        under_way.start()
        assert seconds_until(lambda: len(at.wire.to(path)) == 1, at_most=1) < 1
        purged_shelf.ban(plugin)
        under_way.join()
        at.wire.seconds = 0.0
        assert at.get(path).status == 200, "the old answer came after the first purge"
        waited = seconds_until(lambda: at.get(path).status == 410, at_most=SECOND_PURGE_SECONDS + SOON)
    tell(f"{VARNISH}: an old answer that came after the first purge was gone {waited:.1f} s later")
    assert waited < SECOND_PURGE_SECONDS + SOON

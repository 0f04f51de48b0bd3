"""How long a cache serves what is live no longer: after a flip or a ban, with and without a purge, and with no store.

The bounds are those of the headers: s-maxage and stale-while-revalidate while the store answers, s-maxage and
stale-if-error while it does not.
"""

from __future__ import annotations

import contextlib
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import pytest

from functions.resolve.use_case import DOCUMENT_CACHE, MANIFEST_CACHE, MISS_CACHE
from tests.e2e.caches.scene import KINDS, VARNISH, Fault, Scene, cases, missing_directive, saying, scene, without
from tests.e2e.caches.shelf import manifest_path, schema_path, text_of, version_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.e2e.caches.shelf import Shelf

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(180)]

BOUND = 60.0
"""Seconds for which an edge that missed every purge may go on serving what is live no longer."""

SLACK = 2.0
"""Seconds: caches count in whole ones."""

AT_ONCE = 0.5
PACE = 15
OUTAGE_PACE = 30


def seconds_of(cache_control: str, directive: str) -> float:
    """Return a directive's seconds, 0 where it is absent."""
    said = dict(each.strip().partition("=")[::2] for each in cache_control.split(","))
    return float(said.get(directive, 0))


LEAST_SERVED = seconds_of(MANIFEST_CACHE, "stale-if-error") / OUTAGE_PACE
MOST_SERVED = LEAST_SERVED + seconds_of(MANIFEST_CACHE, "s-maxage") / OUTAGE_PACE
"""Seconds for which a plugin is served while the store is down, at that pace."""


def test_the_headers_themselves_keep_the_bound() -> None:
    for cache_control in (MANIFEST_CACHE, DOCUMENT_CACHE, MISS_CACHE):
        served = seconds_of(cache_control, "s-maxage") + seconds_of(cache_control, "stale-while-revalidate")
        assert 0 < served <= BOUND


def seconds_until(happened: Callable[[], bool], *, at_most: float) -> float:
    """Poll until something happened, and return how long that took; infinity where it did not happen in time."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() - began > at_most:
            return float("inf")
        time.sleep(0.05)
    return time.monotonic() - began


# --------------------------------------------------------------------------------------------- flips and bans, unpurged


def test_an_edge_that_missed_every_purge_follows_within_the_bound(
    shelf: Shelf, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """In real time, at both caches at once. The lonely readers are the worst case: nobody asked before them."""
    flipped, banned = shelf.add(), shelf.add()
    paths = {"flip": manifest_path(flipped), "ban": manifest_path(banned), "ban, its schema": schema_path(banned)}
    with contextlib.ExitStack() as stack:
        scenes = [stack.enter_context(scene(kind, shelf.store.port, tmp_path / kind)) for kind in KINDS]
        lonely = [stack.enter_context(scene(kind, shelf.store.port, tmp_path / f"{kind}-2")) for kind in KINDS]
        filled = time.monotonic()
        for at in (*scenes, *lonely):
            assert [at.get(path).status for path in paths.values()] == [200, 200, 200]
        shelf.flip(flipped, 2)
        shelf.ban(banned)
        changed = time.monotonic()

        for name, kind, seconds in _followed(scenes, paths, changed=changed, until=filled + BOUND + SLACK):
            tell(f"{kind}: a {name} was seen {seconds:.1f} s after it, without a purge, by a reader who polls")
            assert seconds <= BOUND + SLACK
        time.sleep(max(0.0, filled + BOUND + SLACK - time.monotonic()))
        for at in lonely:
            assert [_is_followed(name, at, path) for name, path in paths.items()] == [True, True, True]


def _followed(
    scenes: list[Scene], paths: dict[str, str], *, changed: float, until: float
) -> list[tuple[str, str, float]]:
    """Poll everything until it follows; return what, where, and how many seconds after the change."""
    waiting = [(name, at) for name in paths for at in scenes]
    found: list[tuple[str, str, float]] = []
    while waiting and time.monotonic() < until:
        for name, at in list(waiting):
            if _is_followed(name, at, paths[name]):
                found.append((name, at.cache.name, time.monotonic() - changed))
                waiting.remove((name, at))
        time.sleep(0.1)
    return found + [(name, at.cache.name, float("inf")) for name, at in waiting]


def _is(at: Scene, path: str, status: int) -> bool:
    return at.get(path).status == status


def _is_followed(name: str, at: Scene, path: str) -> bool:
    reply = at.get(path)
    return version_in(reply) == text_of(2) if name == "flip" else reply.status == 410


def read_by_a_lonely_reader(at: Scene, shelf: Shelf) -> str:
    """Return what a reader gets when the bound is over, where nobody else has asked since a flip."""
    plugin = shelf.add()
    at.get(manifest_path(plugin))
    shelf.flip(plugin, 2)
    time.sleep(BOUND / PACE + SLACK)
    return version_in(at.get(manifest_path(plugin)))


@pytest.mark.parametrize("kind", KINDS)
def test_a_lonely_reader_gets_what_is_live_when_the_bound_is_over(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE) as at:
        assert read_by_a_lonely_reader(at, shelf) == text_of(2)


@pytest.mark.parametrize(
    ("kind", "fault"),
    cases(
        ("fresh-for-long", saying("public, s-maxage=600")),
        ("stale-for-long", saying("public, s-maxage=1, stale-while-revalidate=600")),
    ),
)
def test_a_lonely_reader_of_a_planted_fault_gets_what_was_live(
    shelf: Shelf, tmp_path: Path, kind: str, fault: Fault
) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE, fault=fault) as at:
        assert read_by_a_lonely_reader(at, shelf) == text_of(1)


def test_a_release_is_seen_although_its_absence_was_kept(shelf: Shelf, tmp_path: Path) -> None:
    plugin = shelf.add(live=False)
    with contextlib.ExitStack() as stack:
        scenes = [stack.enter_context(scene(kind, shelf.store.port, tmp_path / kind)) for kind in KINDS]
        for at in scenes:
            assert at.get(manifest_path(plugin)).status == 404
        shelf.approve(plugin, 1)
        kept = seconds_of(MISS_CACHE, "s-maxage") + seconds_of(MISS_CACHE, "stale-while-revalidate")
        for at in scenes:
            assert seconds_until(partial(_is, at, manifest_path(plugin), 200), at_most=kept + SLACK) <= kept + SLACK


# ------------------------------------------------------------------------------------------------------------- purges


def seen_after_a_purge(at: Scene, shelf: Shelf, plugin: str) -> dict[str, float]:
    """Flip and then ban a plugin that the cache holds, purge each time; return after how many seconds each is seen."""
    manifest, schema, tag = manifest_path(plugin), schema_path(plugin), f"plugin-{plugin}"
    for path in (manifest, schema):
        at.get(path)
    shelf.flip(plugin, 2)
    at.cache.purge(tag)
    seen = {"flip": seconds_until(lambda: version_in(at.get(manifest)) == text_of(2), at_most=AT_ONCE)}
    shelf.ban(plugin)
    at.cache.purge(tag)
    gone = [seconds_until(partial(_is, at, path, 410), at_most=AT_ONCE) for path in (manifest, schema)]
    return seen | {"ban": max(gone)}


def test_a_flip_and_a_ban_are_seen_at_once_after_a_purge_by_tag(
    shelf: Shelf, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    bystander = shelf.add()
    with scene(VARNISH, shelf.store.port, tmp_path) as at:
        at.get(manifest_path(bystander))
        seen = seen_after_a_purge(at, shelf, shelf.add())
        for what, seconds in seen.items():
            tell(f"{VARNISH}: a {what} was seen {seconds * 1000:.0f} ms after its purge")
        assert max(seen.values()) < AT_ONCE
        at.get(manifest_path(bystander))
        assert len(at.wire.to(manifest_path(bystander))) == 1, "a purge of one plugin costs the others nothing"


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        pytest.param(VARNISH, without("cache-tag"), id="no-tag"),
        pytest.param(VARNISH, Fault({VARNISH: ("obj.http.cache-tag == ", "obj.http.tag == ")}), id="other-header"),
    ],
)
def test_a_purge_of_a_planted_fault_changes_nothing(shelf: Shelf, tmp_path: Path, kind: str, fault: Fault) -> None:
    with scene(kind, shelf.store.port, tmp_path, fault=fault) as at:
        assert set(seen_after_a_purge(at, shelf, shelf.add()).values()) == {float("inf")}


def test_only_a_second_purge_reaches_an_answer_that_was_under_way_at_the_first(shelf: Shelf, tmp_path: Path) -> None:
    """Why the purge function asks twice: the old answer lands after the first purge, and stays for its whole life."""
    plugin = shelf.add()
    path, tag = manifest_path(plugin), f"plugin-{plugin}"
    with scene(VARNISH, shelf.store.port, tmp_path) as at:
        at.wire.seconds = 2.0
        under_way = threading.Thread(target=at.get, args=(path,))
        under_way.start()
        assert seconds_until(lambda: len(at.wire.to(path)) == 1, at_most=1) < 1
        shelf.ban(plugin)
        at.cache.purge(tag)
        under_way.join()
        at.wire.seconds = 0.0
        assert at.get(path).status == 200
        at.cache.purge(tag)
        assert at.get(path).status == 410


# ------------------------------------------------------------------------------------------------------ the store stops


def served_without_a_store(at: Scene, path: str, *, at_most: float) -> float:
    """Return for how many seconds a reader who polls is still served."""
    return seconds_until(lambda: at.get(path).status != 200, at_most=at_most)


@pytest.mark.parametrize(
    "outage",
    # To an answer of 503 nginx applies no stale-if-error: it can serve stale without a bound there, or not at all.
    [(0, KINDS), (503, (VARNISH,))],
    ids=["gone", "failing"],
)
def test_readers_are_served_while_the_store_is_down_and_a_banned_plugin_no_longer_than_the_bound(
    shelf: Shelf, tmp_path: Path, outage: tuple[int, tuple[str, ...]], tell: Callable[[str], None]
) -> None:
    """At both caches at once, 30 times as fast. Every purge of one ban is missed; the other one's is not."""
    status, kinds = outage
    steady, banned, purged = shelf.add(), shelf.add(), shelf.add()
    with contextlib.ExitStack() as stack:
        scenes = [
            stack.enter_context(scene(kind, shelf.store.port, tmp_path / kind, pace=OUTAGE_PACE)) for kind in kinds
        ]
        for at in scenes:
            assert {at.get(manifest_path(plugin)).status for plugin in (steady, banned, purged)} == {200}
        for plugin in (banned, purged):
            shelf.ban(plugin)
        for at in scenes:
            at.cache.purge(f"plugin-{purged}")
            at.wire.status = status
        assert scenes[0].get(manifest_path(purged)).status == 503
        seconds = _seconds_served(scenes, {"steady": steady, "banned": banned})
    for (kind, which), served in seconds.items():
        tell(f"{kind}: store down ({status}), {which} plugin served for {served:.1f} s, {OUTAGE_PACE} times as fast")
        assert LEAST_SERVED - SLACK <= served <= MOST_SERVED + SLACK


def _seconds_served(scenes: list[Scene], plugins: dict[str, str]) -> dict[tuple[str, str], float]:
    found: dict[tuple[str, str], float] = {}

    def watch(at: Scene, which: str) -> None:
        path = manifest_path(plugins[which])
        found[at.cache.name, which] = served_without_a_store(at, path, at_most=MOST_SERVED + 2 * SLACK)

    watches = [threading.Thread(target=watch, args=(at, which)) for at in scenes for which in plugins]
    for each in watches:
        each.start()
    for each in watches:
        each.join()
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_without_stale_if_error_readers_go_down_with_the_store(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    plugin = shelf.add()
    fault = missing_directive("stale-if-error")
    with scene(kind, shelf.store.port, tmp_path, pace=OUTAGE_PACE, fault=fault) as at:
        at.get(manifest_path(plugin))
        at.wire.status = 0
        assert served_without_a_store(at, manifest_path(plugin), at_most=10) < LEAST_SERVED - SLACK


@pytest.mark.parametrize("kind", KINDS)
def test_with_an_endless_stale_if_error_a_banned_plugin_outlives_the_bound(
    shelf: Shelf, tmp_path: Path, kind: str
) -> None:
    plugin = shelf.add()
    fault = saying("public, s-maxage=1, stale-if-error=86400")
    with scene(kind, shelf.store.port, tmp_path, fault=fault) as at:
        at.get(manifest_path(plugin))
        shelf.ban(plugin)
        at.wire.status = 0
        served = served_without_a_store(at, manifest_path(plugin), at_most=MOST_SERVED + SLACK)
        assert served == float("inf")


def test_a_store_that_is_killed_and_started_again_is_hardly_noticed(
    shelf: Shelf, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    plugin = shelf.add()
    with contextlib.ExitStack() as stack:
        scenes = [stack.enter_context(scene(kind, shelf.store.port, tmp_path / kind, pace=PACE)) for kind in KINDS]
        for at in scenes:
            at.get(manifest_path(plugin))
        seconds, statuses = shelf.restarted(lambda: [at.get(manifest_path(plugin)).status for at in scenes])
        tell(f"store down for {seconds:.1f} s: of {len(statuses)} reads meanwhile, {statuses.count(200)} were served")
        assert set(statuses) == {200}
        for at in scenes:
            assert seconds_until(partial(_is_asking, at, manifest_path(plugin)), at_most=10) < 10


def _is_asking(at: Scene, path: str) -> bool:
    """Read, and tell whether the cache has an answer of the store again."""
    at.get(path)
    return at.wire.to(path)[-1].status in {200, 304}

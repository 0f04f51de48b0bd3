"""What a cache in front of the store keeps from it, and when it asks."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate, islice
from typing import TYPE_CHECKING

import pytest

from bench.seeding import name_of
from local.client import Client
from local.reader import percentile
from tests.e2e.caches.conftest import CROWD
from tests.e2e.caches.scene import (
    KINDS,
    NGINX,
    VARNISH,
    Fault,
    Scene,
    cases,
    missing_directive,
    saying,
    scene,
    without,
)
from tests.e2e.caches.shelf import manifest_path, schema_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.e2e.caches.shelf import Shelf

pytestmark = [pytest.mark.slow, pytest.mark.enable_socket, pytest.mark.timeout(120)]

REQUESTS = 1500
"""Of each reader. A number and no time, so that the ratio does not depend on the machine."""

READERS = 6
LEAST_HIT_RATIO = 0.9
STAMPEDE = 48
PACE = 10
"""Makes 30 s of freshness 3 s, and the 30 s in which it may be served while it is fetched anew 3 s as well."""

STALE_SECONDS = 4.6
EXPIRED_SECONDS = 7.6
"""When it is the one, or neither. Caches count in whole seconds, and nginx rounds up."""


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    kind: str = request.param
    return kind


# ------------------------------------------------------------------------------------------------------------ hit ratio


@dataclass(slots=True)
class Load:
    """What readers asked for, and how long they waited, in seconds."""

    requests: int
    wrong: list[str]
    latencies: list[float]


def wishes(seed: int) -> Iterator[tuple[str, dict[str, str]]]:
    """Give what one reader asks for: few plugins often, many seldom (Zipf), with the dirt that real requests have."""
    chance = random.Random(seed)  # noqa: S311 - a load, no secret
    weights = list(accumulate(1 / (place + 1) ** 1.1 for place in range(CROWD)))
    while True:
        (number,) = chance.choices(range(CROWD), cum_weights=weights)
        plugin = name_of(number) if chance.random() > 0.02 else f"nobody-{chance.randrange(20)}"
        path = schema_path(plugin) if chance.random() < 0.2 else manifest_path(plugin)
        headers = {"cookie": f"visitor={chance.random()}"} if chance.random() < 0.3 else {}
        yield f"{path}?utm={chance.random()}" if chance.random() < 0.2 else path, headers


def loaded(at: Scene, requests: int) -> Load:
    """Let readers ask for so much each, over a connection that is kept."""
    load = Load(0, [], [])

    def read(seed: int) -> None:
        client = Client(at.cache.base_url)
        for path, headers in islice(wishes(seed), requests):
            reply = client.get(path, **headers)
            load.requests += 1
            load.latencies.append(reply.seconds)
            if reply.status != (404 if "nobody-" in path else 200):
                load.wrong.append(f"{path}: {reply.status}")
        client.close()

    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(read, range(READERS)))
    return load


def test_a_realistic_load_hardly_reaches_the_store(
    shelf: Shelf, tmp_path: Path, kind: str, tell: Callable[[str], None]
) -> None:
    with scene(kind, shelf.store.port, tmp_path) as at:
        load = loaded(at, REQUESTS)

        ratio = 1 - len(at.wire.seen) / load.requests
        p50, p99 = (percentile(load.latencies, share) * 1000 for share in (0.5, 0.99))
        tell(
            f"{kind}: {load.requests:,} requests of {READERS} readers for {CROWD} plugins, {len(at.wire.seen)} reached"
            f" the store, {ratio:.1%} hits; p50 {p50:.2f} ms, p99 {p99:.2f} ms"
        )
        assert load.wrong == []
        assert ratio >= LEAST_HIT_RATIO
        # Nothing that is kept expires meanwhile: each path is fetched once, whatever cookies and queries came with it.
        assert all(
            len(at.wire.to(path)) == 1 for path in {seen.target for seen in at.wire.seen} if "nobody-" not in path
        )
        assert not [seen.target for seen in at.wire.seen if "?" in seen.target or "cookie" in seen.headers]


@pytest.mark.parametrize(
    ("kind", "fault"),
    cases(
        ("no-store", saying("no-store")),
        ("private", saying("private, max-age=30")),
        ("always-misses", Fault({VARNISH: ("hash_data(req.url);", "set req.hash_always_miss = true;")})),
        ("key-of-each-request", Fault({NGINX: ("proxy_cache_key $uri;", "proxy_cache_key $request_id;")})),
    ),
)
def test_a_planted_fault_lets_the_load_through(shelf: Shelf, tmp_path: Path, kind: str, fault: Fault) -> None:
    with scene(kind, shelf.store.port, tmp_path, fault=fault) as at:
        load = loaded(at, 100)
        assert 1 - len(at.wire.seen) / load.requests < LEAST_HIT_RATIO


# --------------------------------------------------------------------------------------------------- what the key holds

SECRETS = {"cookie": "session=mine", "authorization": "Bearer mine"}


def fetches_for_strangers(at: Scene, path: str) -> tuple[int, bool]:
    """Return how often readers who differ in all but the path make the cache fetch, and whether it tells of them."""
    before = len(at.wire.to(path))
    for number in range(3):
        reply = at.get(f"{path}?number={number}", **{name: f"{value}-{number}" for name, value in SECRETS.items()})
        assert reply.status == 200
    client = Client(at.cache.base_url)
    client._connection.request("HEAD", path)
    head = client._connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    assert int(head.headers["content-length"]) > 0
    client.close()
    fetches = at.wire.to(path)[before:]
    told = any(seen.target != path or SECRETS.keys() & seen.headers.keys() for seen in fetches)
    return len(fetches), told


def test_the_path_alone_is_the_key_and_no_reader_is_told_from_another(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    with scene(kind, shelf.store.port, tmp_path) as at:
        assert fetches_for_strangers(at, manifest_path(name_of(0))) == (1, False)


@pytest.mark.parametrize(
    ("kind", "fault"),
    cases(
        ("query-in-the-key", Fault({VARNISH: ('regsub(req.url, "\\?.*", "")', "req.url")})),
        ("query-in-the-key", Fault({NGINX: ("proxy_cache_key $uri;", "proxy_cache_key $request_uri;")})),
        ("query-goes-on", Fault({NGINX: ('set $args "";', "")})),
        ("authorization-goes-on", Fault({VARNISH: ("unset req.http.authorization;", "")})),
        ("authorization-goes-on", Fault({NGINX: ('proxy_set_header Authorization "";', "")})),
    ),
)
def test_a_planted_fault_tells_readers_apart(shelf: Shelf, tmp_path: Path, kind: str, fault: Fault) -> None:
    with scene(kind, shelf.store.port, tmp_path, fault=fault) as at:
        assert fetches_for_strangers(at, manifest_path(name_of(0))) != (1, False)


# --------------------------------------------------------------------------------------------------------- revalidation


def answers_to_conditions(at: Scene, path: str) -> list[int]:
    """Return what the store answers to a cache that has something stale: too stale to be served meanwhile."""
    first = at.get(path)
    time.sleep(EXPIRED_SECONDS)
    second = at.get(path)
    assert (first.status, second.status, first.body) == (200, 200, second.body)
    return [seen.status for seen in at.wire.to(path)[1:] if "if-none-match" in seen.headers]


def test_what_is_stale_costs_the_store_a_304_without_a_body(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE) as at:
        assert answers_to_conditions(at, manifest_path(name_of(1))) == [304]


@pytest.mark.parametrize(
    ("kind", "fault"),
    cases(("no-etag", without("etag")), ("unconditional", Fault({NGINX: ("proxy_cache_revalidate on;", "")}))),
)
def test_a_planted_fault_costs_a_whole_body(shelf: Shelf, tmp_path: Path, kind: str, fault: Fault) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE, fault=fault) as at:
        assert answers_to_conditions(at, manifest_path(name_of(1))) == []


def seconds_to_refresh(at: Scene, path: str) -> float:
    """Return how long a reader waits for something stale while the store takes half a second to answer."""
    at.get(path)
    at.wire.seconds = 0.5
    time.sleep(STALE_SECONDS)
    waited = at.get(path).seconds
    time.sleep(1.0)
    assert len(at.wire.to(path)) == 2, "it was not fetched anew"
    return waited


def test_nobody_waits_while_something_stale_is_fetched_anew(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE) as at:
        assert seconds_to_refresh(at, manifest_path(name_of(2))) < 0.4


def test_without_stale_while_revalidate_somebody_waits(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    fault = missing_directive("stale-while-revalidate")
    with scene(kind, shelf.store.port, tmp_path, pace=PACE, fault=fault) as at:
        assert seconds_to_refresh(at, manifest_path(name_of(2))) >= 0.4


# --------------------------------------------------------------------------------------------------------------- misses


def missed(at: Scene, paths: list[str]) -> list[tuple[int, int]]:
    """Return, for a flood of requests for each path, the status and how many of them reached the store."""
    found = []
    for path in paths:
        (status,) = {reply.status for reply in at.get_at_once(path, 8) + at.get_at_once(path, 8)}
        found.append((status, len(at.wire.to(path))))
    return found


def test_a_flood_of_misses_stays_at_the_edge(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    banned = shelf.add()
    shelf.ban(banned)
    with scene(kind, shelf.store.port, tmp_path) as at:
        paths = [manifest_path("nobody"), schema_path("nobody"), manifest_path(banned), schema_path(banned)]
        assert missed(at, paths) == [(404, 1), (404, 1), (410, 1), (410, 1)]


def test_a_flood_of_misses_reaches_a_store_that_lets_none_be_kept(shelf: Shelf, tmp_path: Path, kind: str) -> None:
    with scene(kind, shelf.store.port, tmp_path, fault=saying("no-store")) as at:
        ((status, reached),) = missed(at, [manifest_path("nobody")])
        assert (status, reached > 1) == (404, True)


# ------------------------------------------------------------------------------------------------------------- stampede


def cold(at: Scene, path: str) -> None:
    """Leave a path as it is: nobody has asked for it."""


def stale(at: Scene, path: str) -> None:
    """Let a path expire, so that it may be served while it is fetched anew."""
    at.get(path)
    time.sleep(STALE_SECONDS)


def expired(at: Scene, path: str) -> None:
    """Let a path expire so long ago that it may not."""
    at.get(path)
    time.sleep(EXPIRED_SECONDS)


def stampede(at: Scene, path: str, before: Callable[[Scene, str], None]) -> int:
    """Return how many requests of a crowd reach a store that takes half a second to answer."""
    before(at, path)
    at.wire.seconds = 0.5
    asked = len(at.wire.to(path))
    replies = at.get_at_once(path, STAMPEDE)
    assert {reply.status for reply in replies} == {200}
    time.sleep(1.0)  # what is fetched in the background holds nobody up
    return len(at.wire.to(path)) - asked


@pytest.mark.parametrize(
    ("kind", "before"),
    # nginx locks what is not there, and what it may serve stale; what has expired for good, it fetches for everybody.
    [(VARNISH, cold), (VARNISH, stale), (VARNISH, expired), (NGINX, cold), (NGINX, stale)],
)
def test_a_stampede_on_one_hot_plugin_reaches_the_store_once(
    shelf: Shelf, tmp_path: Path, kind: str, before: Callable[[Scene, str], None]
) -> None:
    with scene(kind, shelf.store.port, tmp_path, pace=PACE) as at:
        assert stampede(at, manifest_path(name_of(3)), before) == 1


@pytest.mark.parametrize(
    ("kind", "fault"),
    cases(
        (
            "no-waiting",
            Fault({VARNISH: ("hash_data(req.url);", "hash_data(req.url); set req.hash_ignore_busy = true;")}),
        ),
        ("no-lock", Fault({NGINX: ("proxy_cache_lock on;", "proxy_cache_lock off;")})),
    ),
)
def test_a_planted_fault_lets_the_stampede_through(shelf: Shelf, tmp_path: Path, kind: str, fault: Fault) -> None:
    with scene(kind, shelf.store.port, tmp_path, fault=fault) as at:
        assert stampede(at, manifest_path(name_of(3)), cold) > 1

"""A cache in front of the wire in front of the store, and what may be wrong with it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from bench import caches
from bench.caches import Cache
from bench.processes import ProgramMissingError, program
from local.client import Client, Reply
from tests.e2e.caches.wire import Alter, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from _pytest.mark import ParameterSet


VARNISH, NGINX = "varnish", "nginx"
KINDS = (VARNISH, NGINX)
_PROGRAMS = {VARNISH: ("varnishd", "varnish"), NGINX: ("nginx", "nginx-light")}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is planted: a change of one cache's configuration, old text and new, or of what the origin says."""

    configuration: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    alter: Alter = dict

    def planted(self, kind: str, text: str) -> str:
        """Return a configuration with the fault in it."""
        if kind not in self.configuration:
            return text
        old, new = self.configuration[kind]
        assert old in text, f"the configuration of {kind} has no {old!r} to plant a fault in"
        return text.replace(old, new)


NO_FAULT = Fault()


@dataclass(frozen=True, slots=True)
class Scene:
    """A cache, and the wire behind it."""

    cache: Cache
    wire: Wire

    def get(self, path: str, **headers: str) -> Reply:
        """Read something once, over a connection of its own."""
        client = Client(self.cache.base_url)
        try:
            return client.get(path, **headers)
        finally:
            client.close()

    def get_at_once(self, path: str, readers: int) -> list[Reply]:
        """Let so many readers ask for the same at the same time."""
        with ThreadPoolExecutor(readers) as pool:
            return list(pool.map(lambda _: self.get(path), range(readers)))


@contextlib.contextmanager
def scene(
    kind: str, store_port: int, folder: Path, *, pace: int = 1, fault: Fault = NO_FAULT, port: int | None = None
) -> Iterator[Scene]:
    """Open a scene, or skip the test where the cache is not installed. `pace`: see `Wire`. `port` is for Varnish."""
    try:
        name, package = _PROGRAMS[kind]
        program(name, package=package)
    except ProgramMissingError as missing:
        pytest.skip(str(missing))
    with Wire(store_port, pace=pace) as wire:
        wire.alter = fault.alter
        if kind == VARNISH:
            opened = caches.varnish(wire.port, folder, vcl=fault.planted(kind, caches.VCL), port=port)
        else:
            opened = caches.nginx(wire.port, folder, configuration=fault.planted(kind, caches.NGINX))
        with opened as cache:
            yield Scene(cache, wire)


def cases(*faults: tuple[str, Fault]) -> list[ParameterSet]:
    """Name each fault for each cache that it can be planted in."""
    return [
        pytest.param(kind, fault, id=f"{kind}-{name}")
        for name, fault in faults
        for kind in KINDS
        if kind in fault.configuration or not fault.configuration
    ]


def without(*names: str) -> Fault:
    """Return the fault of an origin that leaves headers out."""
    return Fault(alter=lambda headers: {name: value for name, value in headers.items() if name not in names})


def saying(cache_control: str) -> Fault:
    """Return the fault of an origin that says something else about caching."""
    return Fault(alter=lambda headers: headers | {"cache-control": cache_control})


def missing_directive(name: str) -> Fault:
    """Return the fault of an origin that leaves one directive out of Cache-Control."""

    def alter(headers: dict[str, str]) -> dict[str, str]:
        directives = headers.get("cache-control", "").split(", ")
        kept = [each for each in directives if each.partition("=")[0] != name]
        return headers | {"cache-control": ", ".join(kept)}

    return Fault(alter=alter)

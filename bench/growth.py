"""How the cost of a read grows: with plugins, with versions, with readers; and the memory of a long-lived `resolve`."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench.load import Figures, read, typical
from bench.processes import LOOPBACK
from bench.seeding import name_of, seed
from bench.tables import Table, number, times
from local.machine import Machine
from local.process import PROJECT, StoreProcess
from local.reader import manifest_path

if TYPE_CHECKING:
    from collections.abc import Iterator

READ = 1000
"""Plugins that are read, chosen at random: more than that would measure the disk's cache alone."""

_READERS = 16
_SCRIPT = """\
request = function()
    return wrk.format("GET", "/plugins/seeded-" .. math.random(0, {last}) .. "/.well-known/ai-plugin.json")
end
"""


_COLUMNS = ("requests/s", "p50, ms", "p99, ms", "beside the first")


@dataclass(frozen=True, slots=True)
class Load:
    """For how long each target is read, in seconds, and how often."""

    seconds: int
    rounds: int


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure each growth on its own, from the same point."""
    load = Load(1, 1) if quick else Load(3, 4)
    plugins = (10, 1000) if quick else (10, 1000, 100_000)
    yield _by_size("Plugins in the store, 1 version each", [(each, 1) for each in plugins], load)
    versions = (1, 10) if quick else (1, 10, 100)
    yield _by_size("Versions of each of 1,000 plugins", [(1000, each) for each in versions], load)
    yield _by_readers((1, 16) if quick else (1, 4, 16, 64), load)
    yield _memory(quick=quick)


@contextlib.contextmanager
def _store(plugins: int, versions: int) -> Iterator[tuple[StoreProcess, Path]]:
    """Run a store of so many plugins, and give it with the script that reads them at random."""
    with tempfile.TemporaryDirectory(prefix="standfast-growth-") as folder:
        data, script = Path(folder) / "store", Path(folder) / "read.lua"
        machine = Machine.at(data)
        seed(machine.table, machine.objects, plugins=plugins, versions=versions, with_documents=READ)
        # What was seeded is no news to anybody: the stream starts after it.
        machine.changes.enrol({"seeding": "LATEST"})
        machine.changes.trim()
        machine.changes.enrol({})
        machine.close()
        script.write_text(_SCRIPT.format(last=min(plugins, READ) - 1), encoding="ascii")
        with StoreProcess(data, connect_to=f"{LOOPBACK}:9") as store:
            yield store, script


def _by_size(title: str, sizes: list[tuple[int, int]], load: Load) -> Table:
    with contextlib.ExitStack() as stack:
        stores = [stack.enter_context(_store(plugins, versions)) for plugins, versions in sizes]
        targets = [(store.base_url + manifest_path(name_of(0)), _READERS, script) for store, script in stores]
        figures = _figures(targets, load)
        kept = [((store.data / "standfast.db").stat().st_size / 2**20, _resident(store)) for store, _ in stores]
    rows = tuple(
        (f"{plugins:,} x {versions}", *_told(each, figures[0]), number(database), number(memory))
        for (plugins, versions), each, (database, memory) in zip(sizes, figures, kept, strict=True)
    )
    columns = ("plugins x versions", *_COLUMNS, "database, MiB", "RSS, MiB")
    notes = (
        f"The store itself, {_READERS} readers, {READ:,} plugins at random; {load.rounds} rounds in turn, medians.",
    )
    return Table(title, columns, rows, notes)


def _by_readers(readers: tuple[int, ...], load: Load) -> Table:
    with _store(1000, 1) as (store, script):
        url = store.base_url + manifest_path(name_of(0))
        figures = _figures([(url, count, script) for count in readers], load)
    rows = tuple((str(count), *_told(each, figures[0])) for count, each in zip(readers, figures, strict=True))
    return Table("Readers at once, 1,000 plugins", ("readers", *_COLUMNS), rows)


def _figures(targets: list[tuple[str, int, Path]], load: Load) -> list[Figures]:
    """Read each target for a while, in turn and again; return the medians."""
    found: list[list[Figures]] = [[] for _ in targets]
    for url, readers, script in targets:
        read(url, readers=readers, seconds=1, script=script)  # warm
    for _ in range(load.rounds):
        for place, (url, readers, script) in enumerate(targets):
            found[place].append(read(url, readers=readers, seconds=load.seconds, script=script))
    return [typical(each) for each in found]


def _told(figures: Figures, first: Figures) -> tuple[str, ...]:
    cells = (figures.per_second, figures.p50, figures.p99)
    return (*map(number, cells), times(figures.per_second, first.per_second))


def _resident(store: StoreProcess) -> float:
    """Return the memory of a store's process, whose id its lock holds."""
    status = Path("/proc", (store.data / "lock").read_text(encoding="ascii"), "status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def _memory(*, quick: bool) -> Table:
    """Serve ever more plugins from one process of `resolve` alone."""
    steps = "1,1000,5000" if quick else "1,1000,10000,50000,100000"
    command = [sys.executable, "-m", "bench._longlived", steps]
    done = subprocess.run(command, cwd=PROJECT, check=True, capture_output=True, text=True, timeout=600)  # noqa: S603
    rows = tuple(tuple(line.split()) for line in done.stdout.splitlines())
    columns = ("plugins served so far", "RSS, MiB", "bodies kept, MiB", "served again: RSS, MiB")
    return Table("Memory of a long-lived `resolve`", columns, rows, ("Bodies are kept within 64 MiB in all.",))

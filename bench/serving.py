"""The public manifest route under load: the store, caches in front of it, a static file, and two other registries."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.caches import Cache, filled, nginx, own_user, varnish
from bench.load import Figures, LoadFailedError, read, typical
from bench.processes import LOOPBACK, ProgramFailedError, ProgramMissingError, listens, program, running
from bench.registries import pypiserver, verdaccio
from bench.seeding import name_of, seed
from bench.tables import Table, number, times
from local.client import Client
from local.machine import Machine
from local.process import StoreProcess, free_port
from local.reader import manifest_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    type Start = Callable[[Path], contextlib.AbstractContextManager[str]]

READERS = 16
_PATH = manifest_path(name_of(0))
_STORE = "the store itself, one process"
_STATIC = "nginx, the same body as a file: the limit"
_STATIC_CONFIGURATION = """\
daemon off;
pid {{folder}}/nginx.pid;
error_log stderr warn;
worker_processes 1;
{{user}}
events { worker_connections 1024; }
http {
    access_log off;
    client_body_temp_path {{folder}}/body; proxy_temp_path {{folder}}/proxy; fastcgi_temp_path {{folder}}/fastcgi;
    uwsgi_temp_path {{folder}}/uwsgi; scgi_temp_path {{folder}}/scgi;
    keepalive_requests 1000000;
    sendfile on; tcp_nopush on; open_file_cache max=100; default_type application/json;
    server { listen 127.0.0.1:{{port}}; root {{folder}}/files; }
}
"""


@contextlib.contextmanager
def static(folder: Path, body: bytes) -> Iterator[str]:
    """Run nginx with one file, and give its URL. Raises ProgramMissingError."""
    place = folder / "files" / _PATH.lstrip("/")
    place.parent.mkdir(parents=True)
    place.write_bytes(body)
    # Its workers may be somebody else, who has to get here.
    port, configuration = free_port(), folder / "nginx.conf"
    text = filled(_STATIC_CONFIGURATION, folder=str(folder), port=str(port), user=own_user())
    configuration.write_text(text, encoding="utf-8")
    command: list[str | Path] = [program("nginx", package="nginx-light"), "-p", folder, "-c", configuration]
    with running([*command, "-e", "stderr"], log=folder / "said.log", is_ready=lambda: listens(port)):
        yield f"http://{LOOPBACK}:{port}{_PATH}"


@contextlib.contextmanager
def _cached(
    make: Callable[[int, Path], contextlib.AbstractContextManager[Cache]], port: int, folder: Path
) -> Iterator[str]:
    with make(port, folder) as cache:
        yield cache.base_url + _PATH


def measure(*, quick: bool) -> Iterator[Table]:
    """Measure everything that is there, in turn, and again."""
    seconds, rounds = (1, 1) if quick else (4, 3)
    notes: list[str] = []
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="standfast-serving-")))
        store = stack.enter_context(_seeded(folder / "store"))
        client = Client(store.base_url)
        body = client.get(_PATH).body
        client.close()
        starts: dict[str, Start] = {
            _STATIC: lambda place: static(place, body),
            "Varnish in front of the store": lambda place: _cached(varnish, store.port, place),
            "nginx in front of the store": lambda place: _cached(nginx, store.port, place),
            _STORE: lambda _: contextlib.nullcontext(store.base_url + _PATH),
        }
        if not quick:
            starts |= {"verdaccio 5.33, latest version": verdaccio, "pypiserver 2.4, a project": pypiserver}
        urls = dict(_started(stack, starts, folder, notes))
        figures = _figures(urls, seconds=seconds, rounds=rounds, notes=notes)
    yield _table(figures, [*notes, f"{READERS} readers; {rounds} rounds of {seconds} s each, in turn; medians."], body)


@contextlib.contextmanager
def _seeded(data: Path) -> Iterator[StoreProcess]:
    machine = Machine.at(data)
    seed(machine.table, machine.objects, plugins=10)
    machine.close()
    with StoreProcess(data, connect_to=f"{LOOPBACK}:9") as store:
        yield store


def _started(
    stack: contextlib.ExitStack, starts: dict[str, Start], folder: Path, notes: list[str]
) -> Iterator[tuple[str, str]]:
    for place, (name, start) in enumerate(starts.items()):
        try:
            yield name, stack.enter_context(start(folder / str(place)))
        except (ProgramMissingError, ProgramFailedError) as reason:
            notes.append(f"{name}: left out, {str(reason).splitlines()[0]}")


def _figures(urls: dict[str, str], *, seconds: float, rounds: int, notes: list[str]) -> dict[str, list[Figures]]:
    figures: dict[str, list[Figures]] = {name: [] for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            try:
                read(url, readers=READERS, seconds=1)  # warm
                figures[name].append(read(url, readers=READERS, seconds=seconds))
            except LoadFailedError as reason:
                notes.append(f"{name}: {reason}")
    return {name: found for name, found in figures.items() if found}


def _table(figures: dict[str, list[Figures]], notes: list[str], body: bytes) -> Table:
    found = {name: typical(each) for name, each in figures.items()}
    limit, store = (found[name].per_second if name in found else 0.0 for name in (_STATIC, _STORE))
    rows = tuple(
        (
            name,
            *map(number, (each.per_second, each.p50, each.p99)),
            times(each.per_second, limit),
            times(each.per_second, store),
        )
        for name, each in found.items()
    )
    columns = ("what answers", "requests/s", "p50, ms", "p99, ms", "beside the limit", "beside the store")
    return Table(f"The live manifest, {len(body):,} bytes, warm", columns, rows, tuple(notes))

"""Varnish and nginx in front of a store, configured as CloudFront would behave: see the files beside this one."""

from __future__ import annotations

import contextlib
import getpass
import http.client
import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from bench.processes import LOOPBACK, listens, program, running
from local.process import free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

VCL = Path(__file__).with_name("edge.vcl").read_text(encoding="utf-8")
NGINX = Path(__file__).with_name("edge.nginx.conf").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Cache:
    """A running cache."""

    name: str
    port: int

    @property
    def base_url(self) -> str:
        """Where it serves."""
        return f"http://{LOOPBACK}:{self.port}"

    def purge(self, tag: str) -> bool:
        """Invalidate everything under a cache tag; tell whether the cache did."""
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=10)
        with contextlib.closing(connection):
            connection.request("PURGE", "/", headers={"cache-tag": tag})
            return connection.getresponse().status == HTTPStatus.OK


@contextlib.contextmanager
def varnish(origin_port: int, folder: Path, *, vcl: str = VCL, port: int | None = None) -> Iterator[Cache]:
    """Run Varnish in front of an origin, on a free port or a given one. Raises as `running` and `program` do."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache("varnish", port or free_port())
    configuration = folder / "edge.vcl"
    configuration.write_text(filled(vcl, origin_port=str(origin_port)), encoding="utf-8")
    command: list[str | Path] = [program("varnishd", package="varnish"), "-F", "-j", "none", "-n", folder / "work"]
    command += ["-a", f"{LOOPBACK}:{cache.port}", "-f", configuration, "-s", "malloc,128m", "-T", "none"]
    # Nothing is cached, or served stale, that the origin did not ask for.
    command += ["-p", "default_ttl=0", "-p", "default_grace=0", "-p", "default_keep=0"]
    with running(command, log=folder / "said.log", is_ready=lambda: listens(cache.port)):
        yield cache


@contextlib.contextmanager
def nginx(origin_port: int, folder: Path, *, configuration: str = NGINX, workers: int = 1) -> Iterator[Cache]:
    """Run nginx in front of an origin. Raises ProgramMissingError, ProgramFailedError."""
    folder.mkdir(parents=True, exist_ok=True)
    cache = Cache("nginx", free_port())
    text = filled(
        configuration,
        folder=str(folder),
        port=str(cache.port),
        origin_port=str(origin_port),
        workers=str(workers),
        user=own_user(),
    )
    place = folder / "nginx.conf"
    place.write_text(text, encoding="utf-8")
    command: list[str | Path] = [program("nginx", package="nginx-light"), "-p", folder, "-c", place, "-e", "stderr"]
    with running(command, log=folder / "said.log", is_ready=lambda: listens(cache.port)):
        yield cache


def own_user() -> str:
    """Return nginx's line for its workers' user: root's workers would otherwise be somebody who may not write here."""
    return f"user {getpass.getuser()};" if os.geteuid() == 0 else ""


def filled(text: str, **values: str) -> str:
    """Put values in the places that a configuration leaves open. `{{name}}`: no language here uses that itself."""
    for name, value in values.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text

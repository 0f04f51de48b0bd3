"""Readers: wrk where it is installed, and plain sockets in threads of our own where it is not."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from local.reader import percentile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_RATE = re.compile(r"Requests/sec:\s+([\d.]+)")
_PERCENTILE = r"\s+{}%\s+([\d.]+)(us|ms|s)\b"
_FAILED = re.compile(r"Non-2xx or 3xx responses: (\d+)|Socket errors: (.*)")
_MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_OK = b" 200 "


class LoadFailedError(Exception):
    """The readers got something else than what was asked for: the figures would be of that."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests per second, and the milliseconds within which half and all but a hundredth were answered."""

    per_second: float
    p50: float
    p99: float


def typical(figures: Sequence[Figures]) -> Figures:
    """Return the medians of several rounds."""
    return Figures(
        *(median(values) for values in zip(*((each.per_second, each.p50, each.p99) for each in figures), strict=True))
    )


def read(url: str, *, readers: int, seconds: float, script: Path | None = None) -> Figures:
    """Let so many readers ask for a URL without pause, each over one connection. Raises LoadFailedError.

    `script` is a Lua script of wrk that chooses the paths; without wrk all readers ask for the one URL.
    """
    wrk = shutil.which("wrk")
    return _by_wrk(wrk, url, readers, seconds, script) if wrk else _by_sockets(url, readers, seconds)


def _by_wrk(wrk: str, url: str, readers: int, seconds: float, script: Path | None) -> Figures:  # noqa: PLR0917
    command = [wrk, "-t", "1", "-c", str(readers), "-d", f"{max(1, round(seconds))}s", "--latency"]
    command += [*(["-s", str(script)] if script else []), url]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 30)  # noqa: S603
    if failed := _FAILED.search(done.stdout):
        message = f"{url}: {failed[0]}"
        raise LoadFailedError(message)
    rate = _RATE.search(done.stdout)
    if done.returncode or not rate:
        message = f"wrk on {url}: {done.stdout[-500:]}{done.stderr[-500:]}"
        raise LoadFailedError(message)
    return Figures(float(rate[1]), _within(done.stdout, 50), _within(done.stdout, 99))


def _within(said: str, share: int) -> float:
    match = re.search(_PERCENTILE.format(share), said)
    return float(match[1]) * _MILLISECONDS[match[2]] if match else float("nan")


def _by_sockets(url: str, readers: int, seconds: float) -> Figures:
    latencies: list[float] = []
    began = time.monotonic()

    def ask_on(_: int) -> None:
        with _Connection(url) as connection:
            while time.monotonic() < began + seconds:
                latencies.append(connection.ask())

    with ThreadPoolExecutor(readers) as pool:
        list(pool.map(ask_on, range(readers)))
    rate = len(latencies) / (time.monotonic() - began)
    return Figures(rate, percentile(latencies, 0.5) * 1000, percentile(latencies, 0.99) * 1000)


class _Connection:
    """One kept connection that asks for one URL, and reads no more of the answer than it must."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or 80
        self._request = f"GET {parts.path} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode()
        self._socket = socket.create_connection((host, port), timeout=30)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def ask(self) -> float:
        """Ask once and return the seconds that it took. Raises LoadFailedError."""
        began = time.perf_counter()
        self._socket.sendall(self._request)
        status, length = self._file.readline(), 0
        while (line := self._file.readline()) not in {b"\r\n", b""}:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        self._file.read(length)
        if _OK not in status:
            raise LoadFailedError(status.decode("latin-1"))
        return time.perf_counter() - began

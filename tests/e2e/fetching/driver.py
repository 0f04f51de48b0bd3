"""Runs fetches in a process of its own, so that the memory measured is the fetcher's and not the servers'.

Reads cases as JSON from standard input, writes results as JSON to standard output. Memory is the peak resident set of
the process since the case began, interpreter included (`VmHWM` in /proc, reset before each case).
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from shared.domain.ports import FetchFailedError
from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.trust import public_tls

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

PUBLIC = "93.184.215.14"
GRACE_SECONDS = 0.1
_TRIES = 3
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True)
class Case:
    """One fetch. With `bundle` it goes by TLS to `port`, otherwise by plain HTTP; `client` says who fetches."""

    name: str
    url: str
    port: int
    deadline: float
    max_bytes: int
    bundle: str = ""
    client: str = "fetcher"
    hangs_for: str = ""


@dataclass(frozen=True)
class Result:
    """How a fetch ended: `ok`, a code or an exception's name; in how many seconds; with how many bytes at most."""

    name: str
    outcome: str
    message: str
    seconds: float
    peak_bytes: int


def run(case: Case) -> Result:
    """Run a case. One that is late runs again, since the machine may have been busy; a real hang is late each time."""
    results: list[Result] = []
    for _ in range(1 if case.client == "careless" else _TRIES):
        results.append(_measured(case))
        if results[-1].seconds <= case.deadline + GRACE_SECONDS:
            break
    return min(results, key=lambda result: result.seconds)


def _measured(case: Case) -> Result:
    Path("/proc/self/clear_refs").write_text("5")
    fetch = _careless(case) if case.client == "careless" else _fetcher(case)
    started = time.perf_counter()
    outcome, message = _outcome(fetch, case.url)
    return Result(case.name, outcome, message, time.perf_counter() - started, _peak_bytes())


def _outcome(fetch: Callable[[str], object], url: str) -> tuple[str, str]:
    try:
        fetch(url)
    except FetchFailedError as error:
        return str(error.code), str(error)
    except Exception as error:  # noqa: BLE001 - whatever else comes out is what the test has to see
        return type(error).__name__, str(error)
    return "ok", ""


def _peak_bytes() -> int:
    lines = [line for line in _STATUS.read_text().splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024


def _fetcher(case: Case) -> Callable[[str], object]:
    if not case.bundle:
        local = HttpsFetcher(
            deadline_seconds=case.deadline, max_bytes=case.max_bytes, connect_to=("127.0.0.1", case.port)
        )
        return lambda url: local(url, role="manifest")

    def resolve(host: str) -> Sequence[str]:
        if host == case.hangs_for:
            threading.Event().wait()
        return [PUBLIC]

    def connect(address: str, port: int, *, timeout: float) -> socket.socket:
        if (address, port) != (PUBLIC, 443):
            raise ConnectionRefusedError
        return socket.create_connection(("127.0.0.1", case.port), timeout)

    public = HttpsFetcher(
        deadline_seconds=case.deadline,
        max_bytes=case.max_bytes,
        resolver=resolve,
        connector=connect,
        tls=_trusting() if case.client == "trusting" else public_tls(case.bundle),
    )
    return lambda url: public(url, role="manifest")


def _trusting() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _careless(case: Case) -> Callable[[str], object]:
    """Fetch as people do: a time-out for each read, and the whole body whatever its size."""

    def get(url: str) -> bytes:
        connection = http.client.HTTPConnection("127.0.0.1", case.port, timeout=case.deadline)
        connection.request("GET", url)
        return connection.getresponse().read()

    return get


if __name__ == "__main__":
    json.dump([asdict(run(Case(**case))) for case in json.load(sys.stdin)], sys.stdout)

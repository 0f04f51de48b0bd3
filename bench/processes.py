"""Programs that a benchmark or a test starts beside itself, and ends again by their own process group."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

LOOPBACK = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class ProgramFailedError(Exception):
    """A program did not start. The text is what it said."""


class ProgramMissingError(Exception):
    """A program is not installed here. The text says how to get it."""


def program(name: str, *, package: str) -> str:
    """Return where a program is. Raises ProgramMissingError."""
    # A server's programs are not on everybody's PATH.
    found = shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
    if found is None:
        message = f"{name} is not installed: apt-get install {package}"
        raise ProgramMissingError(message)
    return found


@contextlib.contextmanager
def running(
    command: Sequence[str | Path],
    *,
    log: Path,
    is_ready: Callable[[], bool],
    environment: Mapping[str, str] | None = None,
    folder: Path | None = None,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the block runs. Raises ProgramFailedError when it ends before it is ready, or never is."""
    with log.open("wb") as said:
        process = subprocess.Popen(  # noqa: S603 - a command of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env={**os.environ, **(environment or {})},
            cwd=folder,
            start_new_session=True,
        )
    try:
        _await(process, is_ready, log)
        yield process
    finally:
        _end(process)


def _await(process: subprocess.Popen[bytes], is_ready: Callable[[], bool], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise ProgramFailedError(log.read_text(encoding="utf-8", errors="replace")[-2000:])
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        # Its whole group: a server's workers must not outlive it.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
            return


def listens(port: int) -> bool:
    """Tell whether somebody accepts connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0

"""A real store in a process of its own, started by the same command as everybody's, for demonstrations and tests."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

from local.client import Client

if TYPE_CHECKING:
    from collections.abc import Mapping

PROJECT = Path(__file__).resolve().parent.parent
_LOOPBACK = "127.0.0.1"
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


class StoreFailedError(Exception):
    """The store did not start. Its text is what the store said."""


class StoreProcess:
    """A store on a data directory, on the same port at every start. `said` is the file of what it prints.

    `policy` is the file of the fast lane's policy, if there is to be one.
    """

    def __init__(self, data: Path, *, connect_to: str, port: int | None = None, policy: Path | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.said = data / "said.log"
        self._connect_to = connect_to
        self._policy = str(policy.resolve()) if policy else ""
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        self.end()

    @property
    def base_url(self) -> str:
        """Where it serves."""
        return f"http://{_LOOPBACK}:{self.port}"

    @property
    def tokens(self) -> Mapping[str, str]:
        """The tokens of this start, by name."""
        tokens: dict[str, str] = json.loads((self.data / "tokens.json").read_text(encoding="utf-8"))
        return tokens

    def client(self, name: str = "") -> Client:
        """Return a client of the public, or of one of those who have a token."""
        return Client(self.base_url, token=self.tokens[name] if name else "")

    def start(self) -> float:
        """Start it, wait until it serves, and return the seconds that took. Raises StoreFailedError."""
        self.data.mkdir(parents=True, exist_ok=True)
        (self.data / "ready").unlink(missing_ok=True)
        started = time.monotonic()
        with self.said.open("ab") as said:
            self._process = self._spawn(said)
        while not (self.data / "ready").exists():
            if self._process.poll() is not None or time.monotonic() - started > _START_SECONDS:
                self.end(signal.SIGKILL)
                raise StoreFailedError(self.said.read_text(encoding="utf-8", errors="replace")[-2000:])
            time.sleep(0.01)
        return time.monotonic() - started

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it by a signal and return its exit status, negative for the signal that ended it."""
        if self._process is None:
            return 0
        self._process.send_signal(how)
        return self._process.wait(_STOP_SECONDS)

    def _spawn(self, said: IO[bytes]) -> subprocess.Popen[bytes]:
        named = {
            "PORT": str(self.port),
            "DATA_DIR": str(self.data),
            "CONNECT_TO": self._connect_to,
            "POLICY": self._policy,
        }
        # Nothing of the caller's own settings may change what is shown.
        inherited = {name: value for name, value in os.environ.items() if name not in {"BIND", "PUBLIC_BASE_URL"}}
        command = [sys.executable, "-m", "local", "run"]
        return subprocess.Popen(command, cwd=PROJECT, env=inherited | named, stdout=said, stderr=said)  # noqa: S603


def free_port() -> int:
    """Return a loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port

"""`python -m local run`: the store in a process of its own, until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import uvicorn

from local.policies import put_in_force
from local.stack import Options, Stack
from shared.domain.errors import StandfastError
from shared.policies.reading import PolicyInvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOOPBACK = "127.0.0.1"
_ALL_INTERFACES = "0.0.0.0"  # noqa: S104 - only where BIND says so
READY = "ready"
_LOCK = "lock"
_PATIENCE_SECONDS = 2.0
"""How long to wait for a store that has just been killed to let go of its lock and its port."""

_GRACE_SECONDS = 10


class CannotStartError(Exception):
    """The store cannot run here. Its text is for whoever started it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Where to serve and what to keep. `public_base_url` "" is the address served."""

    data: Path
    port: int
    bind: str = LOOPBACK
    connect_to: tuple[str, int] | None = None
    public_base_url: str = ""
    parameters: Mapping[str, str] = field(default_factory=dict)
    policy: Path | None = None
    purge_url: str = ""
    log_level: str = "WARNING"

    @property
    def base_url(self) -> str:
        """Where the store is reached from this machine."""
        host = LOOPBACK if self.bind == _ALL_INTERFACES else self.bind
        return f"http://{host}:{self.port}"


def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises CannotStartError."""
    _log_to_stderr(settings.log_level)
    with locked(settings.data), _listening(settings) as listener:
        ready = settings.data / READY
        ready.unlink(missing_ok=True)
        stack = _stack(settings)
        try:
            _Server(stack, lambda: _announce(settings, stack.tokens)).run(sockets=[listener])
        finally:
            ready.unlink(missing_ok=True)
            stack.stop()
    print("Stopped. Everything is kept.", flush=True)


def _stack(settings: Settings) -> Stack:
    parameters = {**settings.parameters, **_policy_in_force(settings)}
    try:
        base_url = settings.public_base_url or settings.base_url
        return Stack(Options(settings.data, base_url, settings.connect_to, parameters, settings.purge_url))
    except StandfastError as error:
        message = f"What is kept in {settings.data} cannot be used. {error}"
        raise CannotStartError(message) from error


def _policy_in_force(settings: Settings) -> Mapping[str, str]:
    if settings.policy is None:
        return {}
    try:
        return put_in_force(settings.policy, settings.data)
    except (OSError, PolicyInvalidError) as error:
        message = f"The policy {settings.policy} cannot be used. {error}"
        raise CannotStartError(message) from error


class _Server(uvicorn.Server):
    """uvicorn, telling when it serves, and ending with 0 when it was asked to end."""

    def __init__(self, stack: Stack, on_ready: Callable[[], None]) -> None:
        config = uvicorn.Config(
            stack.gateway,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # nobody stands in front whose word about the client counts
            timeout_graceful_shutdown=_GRACE_SECONDS,
            ws="none",
        )
        super().__init__(config)
        self._stack = stack
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._stack.start()
        self._on_ready()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        # uvicorn's own raises the signal again at the end, so that a clean stop looks like a crash to make.
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def locked(data: Path) -> Iterator[None]:
    """Hold the data directory. The kernel lets go of the lock when the process ends, however it ends.

    Raises CannotStartError where somebody else holds it.
    """
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (data / _LOCK).open("a+", encoding="ascii") as lock:
        if not _within_patience(lambda: _lock(lock)):
            lock.seek(0)
            holder = lock.read().strip() or "unknown"
            message = f"A store already runs on {data} (process {holder}). Stop it, or choose another DATA_DIR."
            raise CannotStartError(message)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _lock(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if not _within_patience(lambda: _bind(listener, settings)):
            message = f"Port {settings.port} of {settings.bind} is taken. Choose another PORT."
            raise CannotStartError(message)
        yield listener


def _bind(listener: socket.socket, settings: Settings) -> bool:
    try:
        listener.bind((settings.bind, settings.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        message = f"The store cannot serve on {settings.bind}:{settings.port}: {error.strerror or error}."
        raise CannotStartError(message) from error
    return True


def _within_patience(attempt: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not attempt():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _announce(settings: Settings, tokens: Path) -> None:
    """Say where to go next, and let others know by a file that the store serves."""
    manifests = " with every manifest from {}:{}".format(*settings.connect_to) if settings.connect_to else ""
    example = '{"manifest_url": "https://example.com/.well-known/ai-plugin.json"}'
    print(
        f"""Standfast serves on {settings.base_url}{manifests}

  the console               {settings.base_url}/
  API and its description   {settings.base_url}/v1/docs
  approved plugins          {settings.base_url}/catalog
  what is kept              {settings.data.resolve()}
  tokens for trying out     {tokens}
  look at all origins now   .venv/bin/python -m local drift --data {settings.data}

Submit a plugin:

  TOKEN=$(make -s token SUBJECT=developer GROUP=developers)
  curl -i {settings.base_url}/v1/plugins -H "Authorization: Bearer $TOKEN" \\
    -H 'Content-Type: application/json' -d '{example}'

Stop with Ctrl+C.""",
        flush=True,
    )
    (settings.data / READY).write_text(f"{settings.base_url}\n", encoding="ascii")


def _log_to_stderr(level: str) -> None:
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # httptools' complaints about what clients send are not for an operator's eyes.
    logging.getLogger("uvicorn").setLevel(max(logging.getLogger().level, logging.WARNING))

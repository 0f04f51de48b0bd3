"""What a command needs of the machine that it runs on. Tests give another one."""

from __future__ import annotations

import os
import secrets
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.store.transport import Transport, over_http
from cli.store.vault import Keyring


def _open_browser(url: str) -> bool:
    import webbrowser  # noqa: PLC0415 - for signing in alone

    return webbrowser.open(url)


def _system_keyring() -> Keyring | None:
    from cli.store.vault import SystemKeyring  # noqa: PLC0415 - it takes a while

    return SystemKeyring.found()


def _is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


@dataclass(frozen=True, slots=True)
class World:
    """The network, the clock, the environment, and the person in front of the machine."""

    send: Transport = over_http
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    keyring: Callable[[], Keyring | None] = _system_keyring
    open_browser: Callable[[str], bool] = _open_browser
    is_interactive: Callable[[], bool] = _is_terminal
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    draw_key: Callable[[], str] = lambda: str(uuid.uuid4())
    draw_secret: Callable[[], str] = lambda: secrets.token_urlsafe(48)

    @property
    def directory(self) -> Path:
        """Where profiles are kept: STANDFAST_CONFIG, or where the system keeps such things."""
        if named := self.environment.get("STANDFAST_CONFIG"):
            return Path(named)
        from platformdirs import user_config_path  # noqa: PLC0415 - a command without a store needs none

        return user_config_path("standfast")

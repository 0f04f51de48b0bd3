"""A terminal in a checkout of its own, in which a page's commands are typed one after the other."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Self

from local.process import PROJECT, free_port

if TYPE_CHECKING:
    from pathlib import Path

_SHOWN_PORTS = ("8080", "9000")
_PATIENCE_SECONDS = 60.0
_SERVES = re.compile(r"\bmake run\b")
_ELSEWHERE = re.compile(r"make (demo|test|setup|check|bench|prove|replay|test-slow|site)\b")
"""What takes minutes and is run by CI itself, or is a test of its own: here it is only asked whether it is there."""

_LONG = re.compile(r"python -m (bench|tests\.fuzz)\b")
"""The same; whether it is called rightly, it says itself."""


class Terminal:
    """Bash, with the project's own tools on its path. Ports that pages show are replaced by free ones."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ports = {shown: str(free_port()) for shown in _SHOWN_PORTS}
        self._log = folder / "said.log"
        self._bash: subprocess.Popen[str] | None = None
        self._asked = 0

    def __enter__(self) -> Self:
        """Check out, and open it."""
        for path in PROJECT.iterdir():
            if path.name not in {".git", "build", ".standfast"}:
                (self._folder / path.name).symlink_to(path)
        home = self._folder / "home"
        home.mkdir()
        named = {
            "HOME": str(home),
            "PORT": self._ports["8080"],
            "PATH": f"{PROJECT / '.venv/bin'}:{os.environ['PATH']}",
            "NO_COLOR": "1",
            "COLUMNS": "120",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("STANDFAST", "AWS_"))}
        with self._log.open("w") as said:
            self._bash = subprocess.Popen(
                ["/bin/bash", "--noprofile", "--norc"],
                cwd=self._folder,
                env=inherited | named,
                stdin=subprocess.PIPE,
                stdout=said,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        return self

    def __exit__(self, *_: object) -> None:
        """End it, with whatever was started in it."""
        if self._bash:
            os.killpg(self._bash.pid, signal.SIGKILL)
            self._bash.communicate()

    def type(self, text: str) -> tuple[int, str]:
        """Type a command, wait for its end, and return its exit status and what it said."""
        for shown, port in self._ports.items():
            text = re.sub(rf"\b{shown}\b", port, text)
        if _ELSEWHERE.match(text):
            text = text.replace("make ", "make --dry-run ", 1) + " >/dev/null"
        if _LONG.search(text):
            text += " --help"
        if _SERVES.search(text):
            return self._serve(text)
        return self._ran(text)

    def _serve(self, text: str) -> tuple[int, str]:
        """Type what holds its terminal until it is stopped: the next command is typed in another one."""
        self._ran(f"{text} &")
        ready = self._folder / ".standfast" / "ready"
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not ready.exists():
            if time.monotonic() > deadline:
                return 1, self._log.read_text(encoding="utf-8")
            time.sleep(0.05)
        return 0, ""

    def _ran(self, text: str) -> tuple[int, str]:
        self._asked += 1
        mark = f"--- end of command {self._asked}: "
        before = len(self._log.read_text(encoding="utf-8"))
        if self._bash is None or self._bash.stdin is None:
            raise RuntimeError("The terminal is not open.")
        self._bash.stdin.write(f"{text}\nprintf '\\n%s%s\\n' '{mark}' $?\n")
        self._bash.stdin.flush()
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while mark not in (said := self._log.read_text(encoding="utf-8")[before:]) or not said.endswith("\n"):
            if time.monotonic() > deadline:
                return 124, said
            time.sleep(0.02)
        answer, _, status = said.partition(mark)
        return int(status.splitlines()[0]), answer

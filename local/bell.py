"""Wakes sleeping workers at the moment there is work."""

from __future__ import annotations

import threading


class Bell:
    """Counts its rings, so that one that comes between looking for work and going to sleep is not missed."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rings = 0

    @property
    def rings(self) -> int:
        """How often it rang. Note it before looking for work, and give it to `wait`."""
        return self._rings

    def ring(self) -> None:
        """Wake everybody who waits."""
        with self._condition:
            self._rings += 1
            self._condition.notify_all()

    def wait(self, heard: int, seconds: float) -> None:
        """Sleep until it rings once more than `heard`, but `seconds` at most."""
        with self._condition:
            self._condition.wait_for(lambda: self._rings != heard, timeout=max(seconds, 0.0))

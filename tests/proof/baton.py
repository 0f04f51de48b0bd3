"""Several calls at once, one step at a time, in an order that is chosen and can be repeated.

Each call runs unchanged in a thread of its own, and waits before every port call until it is given the baton. Only its
holder runs, so an interleaving is exactly the list of who was given the baton, and nothing else decides anything.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from shared.domain.errors import StandfastError

_PATIENCE_SECONDS = 60.0
"""Far above any step: a step that takes longer hangs."""


class HungError(Exception):
    """A step neither ended nor came to another port call."""


class AbandonedError(BaseException):
    """Ends the thread of a call that is not to be finished. No `except Exception` stops it."""


class Baton:
    """What one call holds while it runs. `wish` says which port call it waits to make."""

    def __init__(self) -> None:
        self.wish = ""
        self._given = _taken_lock()
        self._returned = _taken_lock()
        self._is_abandoned = False

    def __call__(self, wish: str) -> None:
        """Give the baton back before a port call, and wait for the next turn. Called by the holder."""
        self.wish = wish
        self._returned.release()
        self._given.acquire()
        if self._is_abandoned:
            raise AbandonedError

    def give(self) -> None:
        """Let the call run up to its next port call, or to its end. Raises HungError."""
        self._given.release()
        self.take_back()

    def take_back(self) -> None:
        """Wait until the call gives it back. Raises HungError."""
        if not self._returned.acquire(timeout=_PATIENCE_SECONDS):
            raise HungError

    def hand_in(self) -> None:
        """Give it back for good."""
        self._returned.release()

    def abandon(self) -> None:
        """Make the call end where it waits, as the end of its process would."""
        self._is_abandoned = True
        self._given.release()


def _taken_lock() -> threading.Lock:
    """Return a lock that is taken: whoever acquires it waits until somebody else releases it."""
    lock = threading.Lock()
    lock.acquire()
    return lock


type Work = Callable[[Baton], object]
"""A call to make. It asks the baton before each of its port calls."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a call ended: with a value, or with an error that the store raises on purpose."""

    value: object = None
    error: StandfastError | None = None


@dataclass(slots=True)
class Runner:
    """One call under way. `ending` is None until it has ended."""

    name: str
    work: Work
    baton: Baton = field(default_factory=Baton)
    ending: Ending | None = None
    _fault: BaseException | None = None
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Run up to the first port call, which touches nothing that is shared."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()
        self.baton.take_back()
        self._raise_fault()

    def step(self) -> str:
        """Make the port call that it waits for, and run up to the next one. Returns which it was."""
        wish = self.baton.wish
        self.baton.give()
        self._raise_fault()
        return wish

    def stop(self) -> None:
        """End the thread, wherever it waits."""
        if self.ending is None and self._fault is None:
            self.baton.abandon()
        if self._thread:
            self._thread.join(_PATIENCE_SECONDS)

    def _raise_fault(self) -> None:
        if self._fault:
            raise self._fault

    def _run(self) -> None:
        try:
            self.ending = Ending(value=self.work(self.baton))
        except StandfastError as error:
            self.ending = Ending(error=error)
        except AbandonedError:
            return
        except BaseException as fault:  # noqa: BLE001 - raised again where the step was asked for
            self._fault = fault
        self.baton.hand_in()

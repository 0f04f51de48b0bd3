"""One wall-clock deadline for a whole fetch, and blocking calls held to it."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

from shared.fetching.failures import FetchCode, WireError

if TYPE_CHECKING:
    from collections.abc import Callable


class Deadline:
    """`seconds` from now on, on a monotonic clock that gives seconds."""

    def __init__(self, seconds: float, *, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._ends = clock() + seconds

    def remaining(self) -> float:
        """Return the seconds left, more than 0. Raises WireError when none are."""
        left = self._ends - self._clock()
        if left <= 0:
            raise self.over()
        return left

    def over(self) -> WireError:
        """Return the error of a deadline that has passed."""
        return WireError(FetchCode.TIMEOUT, f"the time limit of {self._seconds:g} s for the whole document passed")


def within[T](deadline: Deadline, call: Callable[[], T]) -> T:
    """Return what a blocking call returns, or raise WireError at the deadline and leave the call to itself.

    `getaddrinfo` takes no time-out and waits as long as the resolver's configuration says, 20 s or more against a
    silent name server. It cannot be interrupted either, so it runs in a daemon thread: daemon, since a thread pool's
    threads are joined when the interpreter ends and would hold it up. What is left behind ends by the resolver's own
    limits.
    """
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(call())
        except BaseException as error:  # noqa: BLE001 - handed to the waiting thread, which raises it
            future.set_exception(error)

    threading.Thread(target=run, name="fetch-lookup", daemon=True).start()
    try:
        return future.result(timeout=deadline.remaining())
    except TimeoutError as error:
        raise deadline.over() from error

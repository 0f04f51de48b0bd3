from __future__ import annotations

import threading
import time

import pytest

from shared.fetching.deadlines import Deadline, within
from shared.fetching.failures import FetchCode, WireError


def test_what_remains_shrinks_with_the_clock() -> None:
    now = [100.0]
    deadline = Deadline(15, clock=lambda: now[0])
    now[0] = 114.0

    assert deadline.remaining() == 1.0


def test_nothing_remains_at_the_deadline() -> None:
    now = [100.0]
    deadline = Deadline(15, clock=lambda: now[0])
    now[0] = 115.0

    with pytest.raises(WireError, match="15 s") as caught:
        deadline.remaining()
    assert caught.value.code is FetchCode.TIMEOUT


def test_a_call_that_returns_in_time_gives_its_result() -> None:
    assert within(Deadline(5, clock=time.monotonic), lambda: "result") == "result"


def test_a_call_that_raises_in_time_raises() -> None:
    def fail() -> None:
        raise OSError(-2, "Name or service not known")

    with pytest.raises(OSError, match="Name or service not known"):
        within(Deadline(5, clock=time.monotonic), fail)


def test_a_call_that_hangs_is_left_alone_at_the_deadline() -> None:
    release = threading.Event()
    started = time.monotonic()

    with pytest.raises(WireError) as caught:
        within(Deadline(0.05, clock=time.monotonic), release.wait)

    assert time.monotonic() - started < 0.5
    assert caught.value.code is FetchCode.TIMEOUT
    release.set()

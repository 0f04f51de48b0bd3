"""The id that ties together what follows from one request, from the edge to the last worker.

Ambient, as in every tracing system: it decides nothing, and nothing is decided by it. The edge sets it; storage writes
it beside events, pointers and messages, and whoever takes these up sets it again.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTRIBUTE = "correlation_id"
"""What it is called on messages, items and lines of the log."""

_LONGEST = 128
_current: ContextVar[str] = ContextVar(ATTRIBUTE, default="")


def current() -> str:
    """Return the id of the work in hand, "" where there is none."""
    return _current.get()


@contextmanager
def following(correlation_id: str) -> Iterator[None]:
    """Do some work under an id."""
    token = _current.set(correlation_id[:_LONGEST])
    try:
        yield
    finally:
        _current.reset(token)

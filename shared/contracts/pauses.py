"""Holding the garbage collector off while a large tree is built and walked."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def collector_paused() -> Iterator[None]:
    """Keep the cycle collector from running.

    Parsed documents are trees and hold no cycles, so that it finds nothing, but it walks the growing heap again and
    again: a third of the time for a document of a hundred thousand objects. Reference counting goes on. Where it is off
    already, by a caller or in another thread, it stays as it is.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

"""The clock and the randomness of the machine, for the composition roots."""

from __future__ import annotations

import os
from datetime import UTC, datetime


def clock() -> datetime:
    """Return the present moment in UTC, in whole milliseconds: what is stored is what is compared."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def entropy(size: int) -> bytes:
    """Return random bytes. Drawn at each call, so that two restored snapshots of one environment differ."""
    return os.urandom(size)

"""Trying again when something moved between reading and writing, for writes that carry no receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.errors import StaleStateError

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_ATTEMPTS = 8
"""More contenders than this for one record in one moment, and the caller is asked to try again."""


def until_settled[Result](attempt: Callable[[], Result]) -> Result:
    """Read, decide and write until nothing moves in between. Raises what `attempt` raises; StaleStateError at last."""
    for _ in range(MOST_ATTEMPTS - 1):
        try:
            return attempt()
        except StaleStateError:
            continue
    return attempt()

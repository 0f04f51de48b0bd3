"""How much of a proof the slow tests run: a tenth, unless PROOF_PERCENT says more. `make prove` runs all of it."""

from __future__ import annotations

import os

PERCENT = int(os.environ.get("PROOF_PERCENT", "10"))


def share(count: int) -> int:
    """Return the share of a count that the slow tests take, 1 at least."""
    return max(1, count * PERCENT // 100)

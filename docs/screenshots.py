"""Takes the documentation's screenshots over from the browser tests: `python -m docs.screenshots`, after they ran.

`pytest -m slow tests/e2e/browser` leaves one of every page in build/screenshots.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TAKEN = ROOT / "build/screenshots"
SHOWN = ROOT / "docs/pictures/console"
NAMES = (
    "catalogue-light",
    "plugin-light",
    "my-plugin-light",
    "my-version-invalid-light",
    "review-light",
    "figures-dark",
)


def main() -> int:
    """Copy them. Exit status 1 when one was not taken."""
    missing = [name for name in NAMES if not (TAKEN / f"{name}.png").exists()]
    if missing:
        print(f"Not in {TAKEN}: {', '.join(missing)}. Run the browser tests first.", file=sys.stderr)
        return 1
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name in NAMES:
        shutil.copy(TAKEN / f"{name}.png", SHOWN)
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The formats of changes by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from shared.reporting.comparing import Compared


def write_changes(compared: Compared, name: str, out: TextIO) -> None:
    """Write what changed in a format: `text`, `json` or `html`. Only that format's module is loaded."""
    import_module(f"cli.changes.as_{name}").write(compared, out)

"""The formats of findings by name."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from cli.sources import Checked


def write_findings(checked: Checked, name: str, out: TextIO) -> None:
    """Write what came of a check as `text`, `json`, `sarif` or `github`. Only that format's module is loaded."""
    import_module(f"cli.findings.as_{name}").write(checked, out)

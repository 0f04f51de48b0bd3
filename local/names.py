"""Host names that are gone, from a file, for publishers that are played on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileDomainNames:
    """The `DomainNames` port over a JSON list of names such as `["lost.example.com"]`, read at each lookup."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def are_absent(self, host: str) -> bool:
        """Tell whether a name is in the list. Raises ValueError for no JSON."""
        return self._path.exists() and host in json.loads(self._path.read_text(encoding="utf-8"))

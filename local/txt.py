"""TXT records from a file, for publishers that are played on this machine."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class FileTxtRecords:
    """The `TxtRecords` port over a JSON file such as `{"_standfast.example.com": ["text"]}`, read at each lookup."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name, none where there is no such file or name. Raises ValueError for no JSON."""
        if not self._path.exists():
            return ()
        return tuple(str(text) for text in json.loads(self._path.read_text(encoding="utf-8")).get(name, ()))

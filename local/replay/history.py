"""The public history of a real store: which plugins it listed on which day, and what each served."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from shared.contracts.parsing import ParseError, parse
from shared.diff.changes import VersionDocuments
from shared.diff.versions import compare
from shared.domain.documents import AI_PLUGIN_V1, MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.diff.changes import Change

MANIFEST_PATH = "/.well-known/ai-plugin.json"
_SCHEMA_NAMES = ("openapi.json", "openapi.yaml")


@dataclass(frozen=True)
class Edition:
    """What a host served at one time: `number` is the corpus's own count of the host's versions."""

    host: str
    number: int
    manifest: bytes
    schema: bytes

    @property
    def schema_path(self) -> str:
        """The path that the manifest names for the schema, on whatever host."""
        return urlsplit(self._schema_url).path

    @property
    def schema_host(self) -> str:
        """The host that the manifest names for the schema, mostly the plugin's own."""
        return urlsplit(self._schema_url).hostname or self.host

    @property
    def _schema_url(self) -> str:
        named: str = json.loads(self.manifest)["api"]["url"]
        return urljoin(f"https://{self.host}{MANIFEST_PATH}", named)

    @cached_property
    def documents(self) -> VersionDocuments | None:
        """What the documents say, None where one cannot be read."""
        try:
            values = {MANIFEST: parse(self.manifest).value, SCHEMA: parse(self.schema).value}
        except ParseError:
            return None
        return VersionDocuments(AI_PLUGIN_V1, values)


def changes_between(old: Edition, new: Edition) -> tuple[Change, ...] | None:
    """Return what changed from one edition to another; None where one of them cannot be read."""
    if old.documents is None or new.documents is None:
        return None
    return compare(old.documents, new.documents)


@dataclass(frozen=True, slots=True)
class History:
    """Days in order, each with the hosts that were listed and the number of the version each served."""

    days: tuple[tuple[str, Mapping[str, int]], ...]
    directory: Path

    @classmethod
    def read(cls, directory: Path, *, days: int | None = None) -> History:
        """Read the corpus; the first so many days of it."""
        listed: dict[str, dict[str, int]] = json.loads((directory / "days.json").read_text(encoding="utf-8"))
        return cls(tuple(sorted(listed.items()))[:days], directory)

    def edition(self, host: str, number: int) -> Edition | None:
        """Return what a host served, or None where the collector of the corpus could not get the schema."""
        folder = self.directory / host / f"{number:02}"
        for name in _SCHEMA_NAMES:
            if (folder / name).exists():
                return Edition(host, number, (folder / "ai-plugin.json").read_bytes(), (folder / name).read_bytes())
        return None

    def changes(self, listed: Mapping[str, int], known: Mapping[str, int]) -> Iterator[tuple[str, int]]:
        """Yield the hosts that are new or serve another version than is known of them."""
        yield from (pair for pair in listed.items() if known.get(pair[0]) != pair[1])

"""The documents that were checked, as their readers know them: where they are, and what stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from shared.domain.findings import Finding

_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Source:
    """One document: its URL, the file that it was read from if it was, and its text as line numbers count it."""

    role: str
    url: str
    text: str
    path: Path | None = None

    @property
    def label(self) -> str:
        """How a person knows it."""
        return str(self.path) if self.path else self.url

    @property
    def relative_path(self) -> Path | None:
        """The file seen from the working directory, where it is below that; None for what came from a URL."""
        if self.path is None:
            return None
        try:
            return self.path.resolve().relative_to(Path.cwd())
        except ValueError:
            return self.path.resolve()

    @property
    def uri(self) -> str:
        """The document as a URI reference: relative for a file below the working directory."""
        path = self.relative_path
        if path is None:
            return self.url
        return path.as_uri() if path.is_absolute() else quote(path.as_posix())


def source_of(role: str, url: str, body: bytes, path: Path | None = None) -> Source:
    """Make a source of a document's bytes. Bytes that are no UTF-8 become U+FFFD, so that a line can be shown."""
    return Source(role, url, body.decode("utf-8", errors="replace").removeprefix(_BOM), path)


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check. `digest` names what the documents say, None where one of them cannot be parsed."""

    target: str
    profile: str
    findings: tuple[Finding, ...]
    sources: Mapping[str, Source]
    digest: str | None
    is_accepted: bool

"""Comparing two folders that hold versions of a plugin."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cli.folders import FolderError, manifest_path, read_bytes, schema_name, schema_path
from cli.plain import one_line
from shared.contracts.parsing import ParseError, parse, parse_json
from shared.diff.changes import VersionDocuments
from shared.domain.documents import AI_PLUGIN_V1, MANIFEST, SCHEMA
from shared.domain.errors import StandfastError
from shared.reporting.comparing import compared

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.contracts.parsing import Parsed
    from shared.reporting.comparing import Compared


class UnreadableError(StandfastError):
    """A version cannot be read, so that nothing can be said of it. `argument` names which."""

    def __init__(self, message: str, *, argument: str) -> None:
        super().__init__(message)
        self.argument = argument


def compare_folders(old: str, new: str) -> Compared:
    """Compare the documents of two folders. Raises UnreadableError."""
    return compared(old, new, _read(old, "OLD"), _read(new, "NEW"))


def _read(folder: str, argument: str) -> VersionDocuments:
    try:
        return VersionDocuments(AI_PLUGIN_V1, _documents(Path(folder)))
    except FolderError as error:
        raise UnreadableError(one_line(str(error)), argument=argument) from error


def _documents(folder: Path) -> dict[str, object]:
    """Return the documents by role. A version without an API description has a manifest alone."""
    manifest = _parsed(manifest_path(folder), parse_json)
    schema = schema_path(folder, named=schema_name(manifest))
    return {MANIFEST: manifest} if schema is None else {MANIFEST: manifest, SCHEMA: _parsed(schema, parse)}


def _parsed(path: Path, read: Callable[[bytes], Parsed]) -> object:
    try:
        return read(read_bytes(path)).value
    except ParseError as error:
        place = f", line {error.line}, column {error.column}" if error.line else ""
        message = f"{str(path)!r}{place}: {error.message}"
        raise FolderError(message) from error

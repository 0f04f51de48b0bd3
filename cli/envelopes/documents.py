"""API descriptions and envelopes out of files and folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cli.folders import FolderError, host_of, manifest_path, read_bytes, schema_path
from cli.plain import one_line
from shared.contracts.parsing import Parsed, ParseError, parse
from shared.contracts.sites import host_of as host_of_url
from shared.contracts.sites import root_of
from shared.domain.errors import StandfastError

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNKNOWN_HOST = "plugin.invalid"


class UnreadableError(StandfastError):
    """A file cannot be used. `argument` names what it was given as."""

    def __init__(self, message: str, *, argument: str) -> None:
        super().__init__(one_line(message))
        self.argument = argument


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One API description: its file, and what it says."""

    path: Path
    parsed: Parsed

    @property
    def value(self) -> object:
        """What it says."""
        return self.parsed.value


@dataclass(frozen=True, slots=True)
class History:
    """Descriptions of one plugin, the oldest first, and the plugin's root domain."""

    documents: tuple[SchemaFile, ...]
    root: str


def read_history(folders: Sequence[str], *, host: str = "") -> History:
    """Read the description of each folder. Raises UnreadableError."""
    paths = [Path(folder) for folder in folders]
    if len(paths) == 1 and paths[0].is_dir() and schema_path(paths[0]) is None:
        paths = sorted(child for child in paths[0].iterdir() if child.is_dir() and schema_path(child))
        if not paths:
            message = f"{folders[0]!r} holds no API description, nor a folder that holds one."
            raise UnreadableError(message, argument="DIR")
    documents = tuple(read_schema(path, argument="DIR") for path in paths)
    return History(documents, root_for(documents[-1], host=host))


def read_schema(path: Path, *, argument: str) -> SchemaFile:
    """Read an API description, by its file or by its folder. Raises UnreadableError."""
    found = schema_path(path) if path.is_dir() else path
    if found is None:
        message = f"The folder {str(path)!r} holds no openapi.json, openapi.yaml or openapi.yml."
        raise UnreadableError(message, argument=argument)
    return SchemaFile(found, read_document(found, argument=argument))


def read_document(path: Path, *, argument: str) -> Parsed:
    """Read a document. Raises UnreadableError."""
    try:
        return parse(read_bytes(path))
    except FolderError as error:
        raise UnreadableError(str(error), argument=argument) from error
    except ParseError as error:
        place = f", line {error.line}, column {error.column}" if error.line else ""
        raise UnreadableError(f"{str(path)!r}{place}: {error.message}", argument=argument) from error


def root_for(schema: SchemaFile, *, host: str = "") -> str:
    """Return the root domain of a plugin: of the host given, of its manifest beside the description, of its server."""
    return root_of(f"https://{host or _manifest_host(schema.path.parent) or _server_host(schema.value)}/")


def _manifest_host(folder: Path) -> str:
    try:
        return host_of(read_bytes(manifest_path(folder)))
    except FolderError:
        return ""


def _server_host(document: object) -> str:
    servers = document.get("servers") if isinstance(document, dict) else None
    first = servers[0] if isinstance(servers, list) and servers else None
    url = first.get("url") if isinstance(first, dict) else None
    return host_of_url(url) if isinstance(url, str) else _UNKNOWN_HOST

"""A folder that holds a plugin's documents, as if they were served."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from shared.contracts.parsing.limits import MAX_BYTES
from shared.domain.documents import MANIFEST, SCHEMA, Document
from shared.domain.errors import StandfastError
from shared.domain.ports import Fetched, FetchFailedError
from shared.fetching.failures import FIXES, FetchCode

MANIFEST_PATH = "/.well-known/ai-plugin.json"
_MANIFESTS = ("ai-plugin.json", ".well-known/ai-plugin.json")
_SCHEMAS = ("openapi.json", "openapi.yaml", "openapi.yml")
_HOST_LINKS = (("api", "url"), ("logo_url",), ("legal_info_url",))
_NOWHERE = "plugin.invalid"
"""RFC 2606: the host of a manifest that names none."""


class FolderError(StandfastError):
    """The folder cannot be used at all. The text is for whoever gave it."""


def manifest_path(folder: Path) -> Path:
    """Return the file of a folder's manifest. Raises FolderError."""
    if folder.is_file():
        message = f"{str(folder)!r} is a file. Give the folder that holds ai-plugin.json."
        raise FolderError(message)
    if not folder.is_dir():
        message = f"There is no folder {str(folder)!r}."
        raise FolderError(message)
    found = next((folder / name for name in _MANIFESTS if (folder / name).is_file()), None)
    if found is None:
        message = f"The folder {str(folder)!r} holds no ai-plugin.json, nor a .well-known/ai-plugin.json."
        raise FolderError(message)
    return found


def schema_path(folder: Path, *, named: str = "") -> Path | None:
    """Return the file of a folder's API description: the one that api.url names, if there is a choice."""
    names = (named, *_SCHEMAS) if named in _SCHEMAS else _SCHEMAS
    return next((folder / name for name in names if (folder / name).is_file()), None)


def schema_name(manifest: object) -> str:
    """Return the file name that the api.url of a parsed manifest ends with, "" where there is none."""
    url = _value_at(manifest, ("api", "url"))
    return _file_name(url) if isinstance(url, str) else ""


def _file_name(url: str) -> str:
    try:
        return unquote(urlsplit(url).path).rpartition("/")[2]
    except ValueError:
        return ""


def read_bytes(path: Path) -> bytes:
    """Read a document, one byte more than the store would take at the most. Raises FolderError."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        message = f"{str(path)!r} cannot be read: {error.strerror}."
        raise FolderError(message) from error


def host_of(manifest: bytes) -> str:
    """Return the host that a manifest belongs to by its own links, api.url first; a reserved name where it has none."""
    try:
        value = json.loads(manifest.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return _NOWHERE
    for path in _HOST_LINKS:
        host = _host(_value_at(value, path))
        if host:
            return host
    return _NOWHERE


def _value_at(value: Any, path: tuple[str, ...]) -> object:  # noqa: ANN401 - any JSON
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _host(url: object) -> str:
    try:
        return (urlsplit(url).hostname or "") if isinstance(url, str) else ""
    except ValueError:
        return ""


@dataclass(slots=True)
class FolderFetcher:
    """The `Fetcher` of a folder: answers for a host from files, and opens no connection.

    `files` collects where each role's document was; `left_out` the roles that a folder need not hold.
    """

    folder: Path
    files: dict[str, Path] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Return a role's document. Raises FetchFailedError where there is none, FolderError where it is unreadable."""
        path = self._path(url, role)
        if path is None:
            self.left_out |= {role} - {MANIFEST, SCHEMA}
            message = f"The folder {str(self.folder)!r} holds no {' or '.join(_SCHEMAS)}, so that GET {url} would fail."
            raise FetchFailedError(message, code=FetchCode.STATUS, fix=FIXES[FetchCode.STATUS])
        self.files[role] = path
        return Fetched(Document(role, url, read_bytes(path)), ())

    def _path(self, url: str, role: str) -> Path | None:
        if role == MANIFEST:
            return manifest_path(self.folder)
        name = _file_name(url)
        if role == SCHEMA:
            return schema_path(self.folder, named=name)
        # By its name among the files at hand: a path that a document gives is never followed out of the folder.
        return {path.name: path for path in self.folder.iterdir() if path.is_file()}.get(name)

"""Write-once objects as files: what `shared.storage.s3` is on AWS."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from shared.domain.errors import IntegrityError, UnavailableError
from shared.domain.identity import digest_of_bytes
from shared.domain.reconciling import Listed, StoredObject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ARRIVALS = ".arriving"
_LONGEST_NAME = 200
_MOST_REMEMBERED = 10_000


class FileObjects:
    """The `ObjectStore` port over a directory.

    An object is written and synced under a name of its own, then linked to its final one, which the file system does
    for one writer alone and only whole: a crash leaves an arrival that nobody reads, never half an object. The media
    type is not kept; nothing reads it back.
    """

    def __init__(self, directory: Path) -> None:
        self._root = directory
        self._arrivals = directory / _ARRIVALS
        self._synced: set[Path] = set()
        self._make(self._arrivals)
        for left_by_a_crash in self._arrivals.iterdir():
            left_by_a_crash.unlink(missing_ok=True)

    def put(self, key: str, body: bytes, media_type: str) -> None:  # noqa: ARG002 - of the port
        """Store an object unless the key is taken: then its content is the same, since the key names it."""
        place = self._place(key)
        with _translated(key):
            if not place.exists():
                self._make(place.parent)
                self._write(place, body)
            # Also where somebody else has just linked it: this caller is about to rely on it too.
            _sync_directory(place.parent)

    def get(self, key: str) -> bytes:
        """Return an object's bytes. Raises IntegrityError when there is none, UnavailableError."""
        with _translated(key):
            try:
                return self._place(key).read_bytes()
            except FileNotFoundError as error:
                message = f"The object {key!r} is recorded but not stored."
                raise IntegrityError(message) from error

    def has(self, key: str) -> bool:
        """Tell whether an object is stored. Raises UnavailableError."""
        with _translated(key):
            return self._place(key).exists()

    def listed(self, after: str, limit: int) -> Listed:
        """Return the next objects after a key, in the order of their keys. Raises UnavailableError."""
        with _translated(after):
            found = [*islice(_walk(self._root, "", after), limit + 1)]
        return Listed(tuple(found[:limit]), is_all=len(found) <= limit)

    def _write(self, place: Path, body: bytes) -> None:
        arrival = self._arrivals / secrets.token_hex(16)
        try:
            with arrival.open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            # Unlike a rename, a link never takes the place of an object that is there.
            with suppress(FileExistsError):
                os.link(arrival, place)
        finally:
            arrival.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        """Return the path of an object, inside the directory whatever the key says.

        A file's name starts with "=", which no directory's does: a key may go through another one, as in S3.
        """
        *directories, last = (_file_name(part) for part in key.split("/"))
        return self._root.joinpath(*directories, f"={last}")

    def _make(self, directory: Path) -> None:
        """Make a directory so that it survives a power cut: each new one is synced in its parent."""
        if directory in self._synced:
            return
        if directory != self._root:
            self._make(directory.parent)
        directory.mkdir(parents=directory == self._root, exist_ok=True)
        _sync_directory(directory.parent)
        if len(self._synced) >= _MOST_REMEMBERED:
            self._synced.clear()
        self._synced.add(directory)


def _file_name(part: str) -> str:
    """Write one part of a key as a file name: no dot in front, no separator, never too long, no two parts alike."""
    name = quote(part.encode("utf-8", "surrogatepass"), safe="")
    if len(name) > _LONGEST_NAME:
        return f"%%{digest_of_bytes(name.encode()).removeprefix('sha256:')}"
    return f"%2E{name[1:]}" if name.startswith(".") else name or "%"


def _walk(directory: Path, prefix: str, after: str) -> Iterator[StoredObject]:
    """Give the objects below a directory whose keys follow one, in the order of their keys.

    A part that was too long for a file name cannot be told from its file; no key of this store has one.
    """
    entries = [(_key_part(entry.name) + "/" * entry.is_dir(), entry) for entry in os.scandir(directory)]
    for part, entry in sorted(entries, key=lambda each: each[0]):
        key = prefix + part
        if entry.name == _ARRIVALS or (key <= after and not (entry.is_dir() and after.startswith(key))):
            continue
        if entry.is_dir():
            yield from _walk(directory / entry.name, key, after)
        else:
            yield StoredObject(key, datetime.fromtimestamp(entry.stat().st_mtime, UTC))


def _key_part(name: str) -> str:
    return unquote(name.removeprefix("="))


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _translated(key: str) -> Iterator[None]:
    """Turn the file system's errors into the domain's."""
    try:
        yield
    except OSError as error:
        message = f"The disk did not carry out the request for {key!r}: {error}"
        raise UnavailableError(message) from error

"""The form of a moved store: a directory. docs/adr/0038 says why it is as it is; this module is its definition.

    bundle.json               what is in it; there only once the bundle is whole
    progress.json             how far the export has come; there only while it has not
    records-000001.jsonl …    a record a line, in the order of the table: {"pk", "sk", "attributes"} and, where the news
                              of it has not been passed on yet, {"untold": true}
    objects-000001.jsonl …    an object a line, in the order of the keys: {"key", "sha256", "size"}
    content/ab/abcdef…        the bytes of an object, under their own SHA-256

Every file is written whole under another name, synced and renamed: whatever is there is whole. `bundle.json` has the
SHA-256 of each list, each list that of each object, so that nothing can be changed or lost unnoticed.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from exchange.errors import BundleError
from shared.storage.table import Item, Key

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FORMAT = "standfast-bundle"
VERSION = 1
_SUMMARY, _PROGRESS = "bundle.json", "progress.json"
_MODULUS = 2**256
_PRIVATE_DIRECTORY, _PRIVATE = 0o700, 0o600


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `is_untold` says that whoever is to know of it has not been told yet."""

    item: Item
    is_untold: bool = False

    def line(self) -> str:
        """Write it as a line, the same one for the same record."""
        key, untold = self.item.key, {"untold": True} if self.is_untold else {}
        document = {"pk": key.pk, "sk": key.sk, "attributes": dict(self.item.attributes), **untold}
        return json.dumps(document, sort_keys=True, separators=(",", ":"))

    @classmethod
    def of(cls, line: str) -> Record:
        """Read a line. Raises ValueError, KeyError, TypeError."""
        found: dict[str, Any] = json.loads(line)
        return cls(Item(Key(found["pk"], found["sk"]), found["attributes"]), found.get("untold", False))


@dataclass(frozen=True, slots=True)
class StoredContent:
    """One object: its key, and what its bytes are."""

    key: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One list: its file, its SHA-256, and how many lines it has."""

    file: str
    sha256: str
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export has come. `fingerprint` is that of all records so far; `bytes` counts those of objects.

    `after` is the last thing that is in a list: the two parts of a record's key, or an object's key.
    """

    bundle_id: str
    records: tuple[Listed, ...] = ()
    objects: tuple[Listed, ...] = ()
    fingerprint: int = 0
    bytes: int = 0
    after_record: tuple[str, str] | None = None
    after_object: str = ""
    has_all_records: bool = False
    has_all_objects: bool = False

    @classmethod
    def of(cls, document: dict[str, Any]) -> Progress:
        """Read it back."""
        known = {part.name: document[part.name] for part in fields(cls)}
        known["records"] = tuple(Listed(**each) for each in known["records"])
        known["objects"] = tuple(Listed(**each) for each in known["objects"])
        known["after_record"] = tuple(known["after_record"]) if known["after_record"] else None
        return cls(**known)


@dataclass(slots=True)
class Fingerprint:
    """One number for a set of records, whatever their order: the sum of the SHA-256 of each."""

    value: int = 0
    count: int = field(default=0)

    def add(self, item: Item) -> None:
        """Take one more record in."""
        digest = hashlib.sha256(Record(item).line().encode()).digest()
        self.value = (self.value + int.from_bytes(digest)) % _MODULUS
        self.count += 1


class Bundle:
    """A bundle in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @property
    def is_whole(self) -> bool:
        """Whether an export ended here."""
        return (self.directory / _SUMMARY).exists()

    def progress(self) -> Progress:
        """Return how far an export came, from the start where there was none. Raises BundleError."""
        self._make(self.directory)
        place = self.directory / _PROGRESS
        if not place.exists():
            if any(not each.name.startswith(".") for each in self.directory.iterdir()):
                raise BundleError(f"{self.directory} is not empty, and holds no bundle.")
            return Progress(secrets.token_hex(16))
        return Progress.of(_read_json(place))

    def summary(self) -> Progress:
        """Return what a whole bundle holds. Raises BundleError."""
        if not self.is_whole:
            raise BundleError(f"{self.directory} holds no whole bundle. Run the export to its end.")
        found = _read_json(self.directory / _SUMMARY)
        if (found.get("format"), found.get("version")) != (FORMAT, VERSION):
            message = f"{self.directory} holds {found.get('format')!r} version {found.get('version')!r},"
            raise BundleError(f"{message} and this release reads {FORMAT!r} version {VERSION}.")
        return Progress.of(found["contents"])

    def note(self, progress: Progress) -> None:
        """Keep how far an export has come."""
        self._write(_PROGRESS, json.dumps(asdict(progress)).encode())

    def finish(self, progress: Progress) -> None:
        """Make the bundle whole."""
        document = {"format": FORMAT, "version": VERSION, "contents": asdict(progress)}
        self._write(_SUMMARY, json.dumps(document, indent=1).encode())
        (self.directory / _PROGRESS).unlink(missing_ok=True)

    def add_list(self, kind: str, number: int, lines: list[str]) -> Listed:
        """Write a list, over what an interrupted export may have left under its name."""
        body = "".join(f"{line}\n" for line in lines).encode()
        name = f"{kind}-{number:06d}.jsonl"
        self._write(name, body)
        return Listed(name, hashlib.sha256(body).hexdigest(), len(lines))

    def add_content(self, key: str, body: bytes) -> StoredContent:
        """Keep an object's bytes, once for all objects that have the same."""
        sha256 = hashlib.sha256(body).hexdigest()
        if not self._content(sha256).exists():
            self._make(self._content(sha256).parent)
            self._write(f"content/{sha256[:2]}/{sha256}", body)
        return StoredContent(key, sha256, len(body))

    def records(self, summary: Progress) -> Iterator[Record]:
        """Give every record. Raises BundleError at the first list that is not what it was."""
        for line in self._lines(summary.records):
            try:
                yield Record.of(line)
            except (ValueError, KeyError, TypeError) as error:
                raise BundleError(f"A line is no record: {line[:100]!r}.") from error

    def objects(self, summary: Progress) -> Iterator[StoredContent]:
        """Give every object. Raises BundleError at the first list that is not what it was."""
        for line in self._lines(summary.objects):
            try:
                yield StoredContent(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise BundleError(f"A line is no object: {line[:100]!r}.") from error

    def content(self, stored: StoredContent) -> bytes:
        """Return an object's bytes. Raises BundleError where they are gone, or are others."""
        try:
            body = self._content(stored.sha256).read_bytes()
        except OSError as error:
            raise BundleError(f"The bytes of {stored.key!r} are missing: {error.strerror}.") from error
        if hashlib.sha256(body).hexdigest() != stored.sha256:
            raise BundleError(f"The bytes of {stored.key!r} are not what they were.")
        return body

    def _lines(self, lists: tuple[Listed, ...]) -> Iterator[str]:
        for each in lists:
            try:
                body = (self.directory / each.file).read_bytes()
            except OSError as error:
                raise BundleError(f"The list {each.file} is missing: {error.strerror}.") from error
            if hashlib.sha256(body).hexdigest() != each.sha256:
                raise BundleError(f"The list {each.file} is not what it was.")
            yield from body.decode().splitlines()

    def _content(self, sha256: str) -> Path:
        if len(sha256) != hashlib.sha256().digest_size * 2 or not sha256.isalnum():
            raise BundleError(f"{sha256[:80]!r} is no SHA-256.")
        return self.directory / "content" / sha256[:2] / sha256

    def _make(self, directory: Path) -> None:
        directory.mkdir(mode=_PRIVATE_DIRECTORY, parents=True, exist_ok=True)

    def _write(self, name: str, body: bytes) -> None:
        """Write a file for its owner alone, so that a crash leaves the old one or the new one, whole."""
        place = self.directory / name
        draft = place.with_name(f".{place.name}.draft")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        _sync(place.parent)


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read_json(place: Path) -> dict[str, Any]:
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BundleError(f"{place} cannot be read: {error}") from error
    if not isinstance(found, dict):
        raise BundleError(f"{place} is no JSON object.")
    return found

"""What the use cases need of the world. Each port has one implementation for AWS and one for a single machine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from shared.domain.documents import Document
from shared.domain.errors import StandfastError

if TYPE_CHECKING:
    from datetime import datetime

    from shared.domain.events import Event
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.transition import Receipt, Transition
    from shared.domain.version import Version


class Clock(Protocol):
    """Tells the time, in UTC. Asked once per invocation."""

    def __call__(self) -> datetime:
        """Return the present moment, aware and in UTC."""


class Entropy(Protocol):
    """Gives random bytes, for ids."""

    def __call__(self, size: int) -> bytes:
        """Return `size` random bytes."""


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Which page of a list: what follows an opaque cursor ("" is the start), `limit` records at most."""

    cursor: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page[Record]:
    """Some records, and the cursor of the next page if there may be one."""

    records: tuple[Record, ...]
    next_cursor: str | None


class PointerReader(Protocol):
    """All that the public route may read of the records."""

    def pointer(self, plugin_id: str) -> Pointer:
        """Return a plugin's pointer; one of revision 0 where none is stored, whether or not the plugin exists."""


class Records(PointerReader, Protocol):
    """The records of the store. Lists raise InvalidCursorError; everything may raise when storage is out of reach."""

    def plugin(self, plugin_id: str) -> Plugin:
        """Return a plugin. Raises PluginNotFoundError."""

    def version(self, plugin_id: str, number: int) -> Version:
        """Return a version. Raises VersionNotFoundError."""

    def receipt(self, subject: str, key: str) -> Receipt | None:
        """Return what came of an idempotency key, if it was used within the last day."""

    def versions(self, plugin_id: str, page: PageRequest) -> Page[Version]:
        """Return a plugin's versions, newest first."""

    def events(self, plugin_id: str, page: PageRequest) -> Page[Event]:
        """Return what happened to a plugin, newest first."""

    def owned_by(self, subject: str, page: PageRequest) -> Page[Plugin]:
        """Return a publisher's plugins, oldest first."""

    def queue(self, page: PageRequest) -> Page[Version]:
        """Return the versions in review, the longest waiting first."""

    def catalogue(self, page: PageRequest) -> Page[Pointer]:
        """Return the pointers of the plugins that the public may see, by id."""

    def commit(self, transition: Transition, receipt: Receipt | None = None) -> None:
        """Store a transition whole. Raises PluginIdTakenError, StaleStateError; then nothing is stored."""


class ObjectStore(Protocol):
    """Write-once objects. A key names its own content, so that writing it twice is harmless."""

    def put(self, key: str, body: bytes, media_type: str) -> None:
        """Store an object unless the key is taken. A taken key is left as it is."""

    def get(self, key: str) -> bytes:
        """Return an object's bytes. Raises IntegrityError when there is none."""


class SnapshotQueue(Protocol):
    """Asks for a snapshot of a version, at least once."""

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask before the version is written: a request for a version that never came is dropped by the worker."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a fetch, as evidence."""

    url: str
    address: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    certificate_sha256: str = ""
    milliseconds: int = 0


@dataclass(frozen=True, slots=True)
class Fetched:
    """A document and how it was come by: the hops in order, the last one with the document."""

    document: Document
    hops: tuple[Hop, ...]


class FetchFailedError(StandfastError):
    """A URL gave no document. `code` is a finding code, `fix` says how to mend it, `hops` how far it got."""

    def __init__(self, message: str, *, code: str, fix: str, hops: tuple[Hop, ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.fix = fix
        self.hops = hops


class Fetcher(Protocol):
    """Fetches what a stranger named."""

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch one document. Raises FetchFailedError, whose text is for the publisher."""

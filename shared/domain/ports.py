"""What the use cases need of the world. Each port has one implementation for AWS and one for a single machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from shared.domain.documents import Document
from shared.domain.errors import StandfastError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.domain.events import Event
    from shared.domain.feed import Change
    from shared.domain.forecasting import Wait
    from shared.domain.installs import Install
    from shared.domain.limits import Quota
    from shared.domain.plugin import Plugin, Pointer
    from shared.domain.transition import Receipt, Transition
    from shared.domain.version import Version
    from shared.domain.webhooks import Delivery, DeliveryRequest, Webhook


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


type Wanted[Record] = Callable[[Record], bool]
"""Which records of a list to return. A page of a sifted list may be short, or empty, and still have a next one."""


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

    def events(self, plugin_id: str, page: PageRequest, wanted: Wanted[Event] | None = None) -> Page[Event]:
        """Return what happened to a plugin, newest first."""

    def owned_by(self, subject: str, page: PageRequest) -> Page[Plugin]:
        """Return a publisher's plugins, oldest first."""

    def queue(self, page: PageRequest, wanted: Wanted[Version] | None = None) -> Page[Version]:
        """Return the versions in review, the longest waiting first."""

    def place_in_queue(self, version: Version) -> int | None:
        """Return the place of a version in the review queue, from 1; None if it is not in it, or too far behind."""

    def waits(self) -> tuple[Wait, ...]:
        """Return how long some of the last decisions took, in no order."""

    def open_candidates(self, subject: str, *, up_to: int) -> int:
        """Count a publisher's candidates, `up_to` so many. May be a moment behind."""

    def used(self, quota: Quota) -> int:
        """Return how much of a quota is used up."""

    def catalogue(self, page: PageRequest) -> Page[Pointer]:
        """Return the pointers of the plugins that the public may see, by id."""

    def live_names(self, except_for: str) -> tuple[str, ...]:
        """Return the names, for people and for models, of all live plugins but one."""

    def commit(self, transition: Transition, receipt: Receipt | None = None) -> None:
        """Store a transition whole.

        Raises PluginIdTakenError, RateLimitedError, StaleStateError; then nothing is stored.
        """


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


class ReleaseSchedule(Protocol):
    """Remembers when versions are to be released, across restarts."""

    def at(self, moment: datetime, plugin_id: str, number: int) -> None:
        """See to it that the release is asked for at the moment, at least once; asking twice is harmless.

        Asked before the approval is written: a release of a version that was not approved for that moment is dropped.
        """


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


class TxtRecords(Protocol):
    """Looks TXT records up."""

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the texts of a name's TXT records; none where there are none, or no answer."""


class Fetcher(Protocol):
    """Fetches what a stranger named."""

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch one document. Raises FetchFailedError, whose text is for the publisher."""


class Installs(Protocol):
    """Who has installed what."""

    def install(self, plugin_id: str, subject: str) -> Install | None:
        """Return a person's install of a plugin, if there is one."""

    def places_taken(self, plugin_id: str) -> int:
        """Return how many of a plugin's places are taken."""

    def are_at_least(self, plugin_id: str, number: int) -> bool:
        """Tell whether a plugin has so many installs, or more. Costs as much as reading so many."""

    def add(self, install: Install, pointer: Pointer) -> None:
        """Store an install that was decided on by a pointer. Raises NoPlaceLeftError, StaleStateError."""

    def remove(self, install: Install) -> None:
        """Remove an install and free its place. Raises StaleStateError."""


class Changes(Protocol):
    """The public history of the store."""

    def is_public(self, plugin_id: str) -> bool:
        """Tell whether anything of a plugin is in the public history: whether it was live once."""

    def record(self, event: Event) -> None:
        """Add an event at the end of the history, unless it is in it already."""

    def since(self, page: PageRequest) -> Page[Change]:
        """Return what follows a cursor, oldest first. There always is a next cursor. Raises InvalidCursorError."""

    def of_plugin(self, plugin_id: str, limit: int) -> tuple[Change, ...]:
        """Return the latest changes of one plugin, newest first."""


class Webhooks(Protocol):
    """Publishers' endpoints, and what was to be delivered to them."""

    def webhook(self, owner: str, name: str) -> Webhook:
        """Return an endpoint. Raises WebhookNotFoundError."""

    def webhooks(self, owner: str) -> tuple[Webhook, ...]:
        """Return all endpoints of a publisher, by name."""

    def save(self, webhook: Webhook) -> None:
        """Store an endpoint. Raises TooManyWebhooksError for a new one too many, StaleStateError."""

    def remove(self, webhook: Webhook) -> None:
        """Remove an endpoint. Raises StaleStateError."""

    def delivery(self, webhook_id: str, delivery_id: str) -> Delivery:
        """Return a delivery. Raises DeliveryNotFoundError."""

    def deliveries(self, webhook_id: str, page: PageRequest) -> Page[Delivery]:
        """Return the deliveries to an endpoint, newest first. Raises InvalidCursorError."""

    def record(self, delivery: Delivery) -> None:
        """Store a delivery. Raises StaleStateError, for a new one as well if it is there."""


class DeliveryQueue(Protocol):
    """Asks for attempts at deliveries, at least once each."""

    def ask(self, request: DeliveryRequest, *, delay: timedelta) -> None:
        """Ask for an attempt after a while, fifteen minutes at most: after a longer one, ask again."""


class Poster(Protocol):
    """Posts to a URL that a stranger named."""

    def __call__(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Hop:
        """Return what came back, whatever its status; no redirect is followed. Raises FetchFailedError."""


class Topic(Protocol):
    """Where other systems of the operator listen."""

    def publish(self, event: Event) -> None:
        """Pass an event on. Raises UnavailableError."""


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail in plain text. `letter_id` is the same when it is sent once more."""

    letter_id: str
    to: str
    subject: str
    text: str


class LetterRefusedError(StandfastError):
    """The mail service will not send this letter, however often it is asked."""


class Mail(Protocol):
    """Sends e-mail."""

    def send(self, letter: Letter) -> None:
        """Send a letter. Raises LetterRefusedError, UnavailableError."""


class People(Protocol):
    """The accounts."""

    def email(self, subject: str) -> str | None:
        """Return the verified e-mail address of an account, if it has one. Raises UnavailableError."""


class EdgeCache(Protocol):
    """The cache in front of the public routes."""

    def invalidate(self, tags: Sequence[str], *, reference: str) -> None:
        """Drop everything that carries a tag. A repetition has the same reference. Raises UnavailableError."""


class PurgeQueue(Protocol):
    """Asks for second purges, at least once each, after longer than an answer can be under way."""

    def ask(self, plugin_id: str, revision: int) -> None:
        """Ask for the second purge of a plugin whose pointer moved to a revision. Raises UnavailableError."""

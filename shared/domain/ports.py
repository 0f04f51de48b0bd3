"""What the use cases need of the world. Each port has one implementation for AWS and one for a single machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from shared.domain.documents import Document
from shared.domain.errors import StandfastError

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from shared.domain.drift import Origin
    from shared.domain.events import Event, Occasion
    from shared.domain.feed import Change
    from shared.domain.figures import Figure, Metric
    from shared.domain.forecasting import Wait
    from shared.domain.identity import PluginId
    from shared.domain.installs import Install
    from shared.domain.limits import Quota
    from shared.domain.operations import Backlog, DeadLetter, Replay, Series, Source
    from shared.domain.plugin import CurrentDocument, Move, Plugin, Pointer
    from shared.domain.probing import Probes
    from shared.domain.publishers import TrustedPublishers
    from shared.domain.reconciling import InUse, Listed, Reconciliation, Shelf, StepRequest
    from shared.domain.rounds import DriftTask
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


class Metrics(Protocol):
    """Takes figures down, for charts and alarms. It never fails: nothing may depend on being measured."""

    def record(self, *figures: Figure) -> None:
        """Take some figures down."""


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

    def current_document(self, plugin_id: str, number: int) -> CurrentDocument | None:
        """Return what is served of a version whose schema may vary; None while that is what it was pinned with."""


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

    def last_seen(self, plugin_id: str, subject: str, *, up_to: int) -> int | None:
        """Return the newest version of a plugin, up to a number, that a reviewer saw."""

    def open_candidates(self, subject: str, *, up_to: int) -> int:
        """Count a publisher's candidates, `up_to` so many. May be a moment behind."""

    def used(self, quota: Quota) -> int:
        """Return how much of a quota is used up."""

    def catalogue(self, page: PageRequest, wanted: Wanted[Pointer] | None = None) -> Page[Pointer]:
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


class FastLaneQueue(Protocol):
    """Asks whether the policy lets a version through without a reviewer, at least once."""

    def ask(self, plugin_id: str, number: int) -> None:
        """Ask before the version is in review: asked of one that never gets there, nothing happens."""


class ReleaseSchedule(Protocol):
    """Remembers when versions are to be released, across restarts."""

    def at(self, moment: datetime, plugin_id: str, number: int) -> None:
        """See to it that the release is asked for at the moment, at least once; asking twice is harmless.

        Asked before the approval is written: a release of a version that was not approved for that moment is dropped.
        """


class ReleaseCalendar(ReleaseSchedule, Protocol):
    """A schedule that can be asked, too."""

    def is_set(self, moment: datetime, plugin_id: str, number: int) -> bool:
        """Tell whether it was asked for, and has not come to pass yet."""


class DueReleases(Protocol):
    """Asks for releases whose moment has come, at least once each."""

    def ask(self, moment: datetime, plugin_id: str, number: int) -> None:
        """Ask for a release at once. Raises UnavailableError."""


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


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said of its version, to ask whether there is a newer one (RFC 9110, 13.1)."""

    etag: str = ""
    last_modified: str = ""

    def headers(self) -> dict[str, str]:
        """Return the request headers that make a request conditional."""
        held = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in held.items() if value}


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document is still the one that the validators name."""

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


class ConditionalFetcher(Protocol):
    """Fetches what a stranger named unless it is what it was before."""

    def __call__(self, url: str, *, role: str, validators: Validators) -> Fetched | NotModified:
        """Fetch one document unless it is the one that the validators name. Raises FetchFailedError."""


class Prober(Protocol):
    """Finds out whether anybody answers."""

    def __call__(self, url: str) -> Hop:
        """Return what came back, whatever its status; no redirect is followed. Raises FetchFailedError."""


class DomainNames(Protocol):
    """Asks DNS whether names exist."""

    def are_absent(self, host: str) -> bool:
        """Tell whether DNS says that a host's name does not exist. No answer is not that answer."""


class Origins(Protocol):
    """What is known of where live documents come from, and of the servers that versions under review name."""

    def origin(self, plugin_id: str) -> Origin | None:
        """Return the record of a plugin's origin, None before the first look."""

    def probes(self, plugin_id: str, number: int) -> Probes | None:
        """Return what answered when the servers of a version under review were last probed."""

    def keep(self, probes: Probes) -> None:
        """Store what answered; of two probes at once either may stay."""


class DriftQueue(Protocol):
    """Asks for the parts of a round of looks, at least once each."""

    def ask(self, *tasks: tuple[DriftTask, timedelta]) -> None:
        """Ask for some tasks, each after a while, fifteen minutes at most. Raises UnavailableError."""


class SchemaRefresh(Protocol):
    """Takes in the newest schema of a version whose schema may vary."""

    def __call__(self, version: Version, document: Document, occasion: Occasion) -> bool:
        """Tell whether a schema, as it was fetched now, is within what was approved; it is served from then on.

        Raises StaleStateError, UnavailableError.
        """


class Publishers(Protocol):
    """Which CI workflows plugins trust."""

    def trusted(self, plugin_id: PluginId) -> TrustedPublishers:
        """Return what a plugin trusts; of revision 0 where that is nothing, whether or not the plugin exists."""


class KeySets(Protocol):
    """The public keys of those who sign tokens (RFC 7517)."""

    def __call__(self, url: str, key_id: str) -> Mapping[str, str] | None:
        """Return a key of the set at a URL, None if it has none of that id. Raises UnavailableError."""


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

    def ask(self, move: Move) -> None:
        """Ask for the second purge of a plugin after a move. Raises UnavailableError."""


class Inventory(Protocol):
    """All records, whatever they are about: for whoever has to go through everything."""

    def shelf(self, cursor: str, limit: int) -> Shelf:
        """Return the next records, `limit` of them at most, after a cursor ("" is the start)."""

    def in_use(self, plugin_id: str, number: int) -> InUse | None:
        """Return what records name of a version's objects; None where there is no such version."""


class ObjectListing(Protocol):
    """What is stored, whether or not a record names it."""

    def listed(self, after: str, limit: int) -> Listed:
        """Return the next objects after a key ("" is the start), in the order of their keys."""

    def has(self, key: str) -> bool:
        """Tell whether an object is stored. Raises UnavailableError."""


class PlaceCounting(Protocol):
    """The places of a plugin, counted twice over."""

    def miscount(self, plugin_id: str) -> int:
        """Return by how many the counter exceeds the installs that hold a place; 0 while both agree, or move."""

    def correct(self, plugin_id: str, by: int) -> None:
        """Add to the counter."""


class Reconciliations(Protocol):
    """The runs, and how far each has come."""

    def run(self, run_id: str) -> Reconciliation:
        """Return a run. Raises RunNotFoundError."""

    def runs(self, page: PageRequest) -> Page[Reconciliation]:
        """Return the runs of the last weeks, newest first. Raises InvalidCursorError."""

    def save(self, run: Reconciliation) -> None:
        """Store a run. Raises StaleStateError."""


class ReconcileQueue(Protocol):
    """Asks for the steps of a run, at least once each."""

    def ask(self, request: StepRequest) -> None:
        """Ask for a step. Raises UnavailableError."""


class Backlogs(Protocol):
    """What waits for the functions that no request calls."""

    def backlogs(self, sources: Sequence[Source]) -> tuple[Backlog, ...]:
        """Return how much waits for each, in their order. Raises UnavailableError."""


class DeadLetters(Protocol):
    """What was given up, and the way back."""

    def letters(self, source: Source, limit: int) -> tuple[DeadLetter, ...]:
        """Return some of what was given up for a function. Raises UnavailableError."""

    def replay(self, source: Source) -> Replay:
        """Have it tried again; repeating that is harmless. Raises UnavailableError."""


class Charts(Protocol):
    """Sums of what was measured."""

    def charts(
        self, metrics: Sequence[Metric], *, start: datetime, end: datetime, period: timedelta
    ) -> Mapping[str, tuple[Series, ...]]:
        """Return the sums by metric, label and period, of whole hours each. Raises UnavailableError."""

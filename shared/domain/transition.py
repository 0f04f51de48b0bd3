"""What a decision writes: the records after it, the events that tell of it, and what it rests on.

Every record counts its writes in `revision`. A record in a transition carries the revision it will have, so the guard
follows from the record itself: the stored revision must be one less, and 1 means that nothing is stored yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.domain.drift import Origin
from shared.domain.events import Event
from shared.domain.forecasting import Wait
from shared.domain.identity import Digest, PluginId, Subject
from shared.domain.limits import Quota
from shared.domain.plugin import CurrentDocument, Plugin, Pointer
from shared.domain.publishers import TrustedPublishers
from shared.domain.sightings import Sighting
from shared.domain.version import Version


@dataclass(frozen=True, slots=True)
class Transition:
    """One atomic change. Either all of it is stored, or nothing is and StaleStateError names the guard that failed.

    `unmoved_pointer` is a pointer that was read and is not written, but must not have moved either. `current` is what
    is served from now on of a version whose schema may vary. `quota` is used up by one; where that would be too much,
    nothing is stored. `wait` is noted for the forecast, `sighting` for the next report. `trusted` are the
    workflows that may submit from now on.
    """

    events: tuple[Event, ...]
    plugin: Plugin | None = None
    versions: tuple[Version, ...] = ()
    pointer: Pointer | None = None
    unmoved_pointer: Pointer | None = None
    current: CurrentDocument | None = None
    quota: Quota | None = None
    wait: Wait | None = None
    sighting: Sighting | None = None
    origin: Origin | None = None
    trusted: TrustedPublishers | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command did, as its caller is told: enough to answer the same request again in the same words.

    `replaced` is the number of the version that was live before; `awaiting` says whose turn it is before any of it
    takes effect.
    """

    plugin_id: PluginId
    version: int | None = None
    state: str = ""
    status: str = ""
    revision: int = 0
    replaced: int | None = None
    awaiting: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """An idempotency key and what came of its request, written in the transaction that did it.

    `request` names the request's content, so that a key used for another request is noticed. Kept for a day.
    """

    subject: Subject
    key: str
    request: Digest
    outcome: Outcome
    at: datetime
    detail: Mapping[str, str] = field(default_factory=dict)

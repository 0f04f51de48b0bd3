"""The decisions about trusted workflows, as pure functions: whom a plugin trusts, and what a run of one submits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.domain.events import Event, EventType
from shared.domain.transition import Transition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.events import Occasion
    from shared.domain.publishers import TrustedPublisher, TrustedPublishers


def trust(known: TrustedPublishers, publisher: TrustedPublisher, occasion: Occasion) -> Transition:
    """Let a workflow submit. Raises TooManyPublishersError."""
    detail = {"publisher": publisher.name, "repository": publisher.repository, "workflow": publisher.workflow}
    event = _event(EventType.PLUGIN_PUBLISHER_TRUSTED, known, detail, occasion)
    return Transition(events=(event,), trusted=known.with_publisher(publisher))


def distrust(known: TrustedPublishers, name: str, occasion: Occasion) -> Transition:
    """Let a workflow submit no more. Raises PublisherNotFoundError."""
    event = _event(EventType.PLUGIN_PUBLISHER_DISTRUSTED, known, {"publisher": name}, occasion)
    return Transition(events=(event,), trusted=known.without(name))


def _event(kind: EventType, known: TrustedPublishers, detail: Mapping[str, str], occasion: Occasion) -> Event:
    return Event(occasion.named(0), kind, known.plugin_id, occasion.actor, occasion.at, detail=detail)

"""The audit: who did what to which content, when and why. Reviewers see who; the owner sees that it was a reviewer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.events import Event
from shared.domain.identity import Subject
from shared.domain.messages import SILENT, Author, author_of

if TYPE_CHECKING:
    from shared.domain.plugin import Plugin

_REVIEWERS = frozenset({"proposed_by"})
"""Details that name a reviewer."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as somebody may read it. `actor` is None where it is not theirs to know."""

    event: Event
    author: Author
    actor: Subject | None
    detail: Mapping[str, str]


def in_full(event: Event, plugin: Plugin) -> Entry:
    """Return an event as reviewers read it."""
    return Entry(event, author_of(event.actor, plugin.owner), event.actor, event.detail)


def for_owner(event: Event, plugin: Plugin) -> Entry:
    """Return an event as the owner reads it."""
    author = author_of(event.actor, plugin.owner)
    detail = {name: text for name, text in event.detail.items() if name not in _REVIEWERS}
    return Entry(event, author, None if author is Author.REVIEWER else event.actor, detail)


def is_the_owners_business(event: Event) -> bool:
    """Tell whether the owner reads of an event: half a decision is none."""
    return event.type not in SILENT

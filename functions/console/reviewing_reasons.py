"""Reasons for a rejection: which ones the findings suggest, and what the publisher will read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.domain.events import Event, EventType
from shared.domain.identity import EventId, PluginId, Subject
from shared.domain.messages import message_of, told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

_SUGGESTED: Mapping[str, str] = {
    "manifest.auth-": "broken_authentication",
    "manifest.contact-": "missing_legal_information",
    "manifest.legal-": "missing_legal_information",
    "manifest.placeholder": "unclear_description",
    "text.ansi": "hidden_text",
    "text.base64": "hidden_text",
    "text.bidi": "hidden_text",
    "text.html-comment": "hidden_text",
    "text.invisible": "hidden_text",
    "text.mixed-script": "impersonation",
    "text.name-lookalike": "impersonation",
    "text.other-plugin": "impersonation",
    "text.padding": "hidden_text",
    "text.role-marker": "steers_the_model",
    "text.steering": "steers_the_model",
    "text.tag-characters": "hidden_text",
    "text.variation-selector": "hidden_text",
}
"""How codes of findings begin, and the reason that a reviewer may have in mind then."""


def suggested(codes: Iterable[str]) -> frozenset[str]:
    """Return the reasons that findings of these codes suggest."""
    return frozenset(reason for code in codes for beginning, reason in _SUGGESTED.items() if code.startswith(beginning))


@dataclass(frozen=True, slots=True)
class ReasonRead:
    """A reason as the publisher reads it: the catalogue's text, and the reviewer's words."""

    text: str
    detail: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What the publisher will read."""

    title: str
    text: str
    reasons: tuple[ReasonRead, ...]
    note: str


def rejection_letter(number: int, reasons: Sequence[Mapping[str, str]], note: str, now: datetime) -> Letter | None:
    """Return what a publisher will read of a rejection: made from the very message that such an event becomes."""
    detail = {f"reason.{place}.{reason['code']}": reason["detail"] for place, reason in enumerate(reasons, 1)}
    event = Event(
        event_id=EventId("preview"),
        type=EventType.VERSION_REJECTED,
        plugin_id=PluginId("preview"),
        actor=Subject("reviewer"),
        at=now,
        version=number,
        detail={"note": note, **detail},
    )
    message = message_of(event, Subject("publisher"))
    if message is None:
        return None
    read = tuple(ReasonRead(told_of(reason), reason.detail) for reason in message.reasons)
    return Letter(message.title, message.text, read, message.note)

"""What a publisher is told: each event in words, and which of them are worth an e-mail.

Messages are derived from the events of a plugin whenever they are read, so that none can be lost or come late. What an
event's detail may show to the publisher is listed here; whatever else it holds stays inside.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.events import EventType
from shared.domain.identity import Digest, EventId, PluginId
from shared.domain.plugin import OnDrift
from shared.domain.reasons import OTHER, REASONS
from shared.domain.version import Reason, ReleaseMode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.events import Event
    from shared.domain.identity import Subject

_STORE = "standfast:"
"""How the subjects of the store's own workers begin."""
POLICY_SUBJECT = "policy:"
"""How those of policies begin, which approve without a reviewer."""
_WORKFLOW = "workflow:"
"""How those of the publishers' own workflows begin."""
_REASON = "reason."
_CHANGE = "change."
_CAPITALISED = re.compile(r"[A-Z][a-z]*")


class Author(StrEnum):
    """Whose doing it was. Reviewers are not named to publishers."""

    PUBLISHER = "publisher"
    REVIEWER = "reviewer"
    POLICY = "policy"
    STORE = "store"


@dataclass(frozen=True, slots=True)
class Message:
    """One event, in words for the publisher. `note` is what somebody wrote by hand, `reasons` those of a rejection."""

    message_id: EventId
    at: datetime
    type: EventType
    plugin_id: PluginId
    by: Author
    title: str
    text: str
    version: int | None
    digest: Digest | None
    note: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Wording:
    title: str
    text: str


WORDINGS: Mapping[EventType, _Wording] = {
    EventType.PLUGIN_REGISTERED: _Wording("The plugin is registered", "Its manifest is at {manifest_url}."),
    EventType.VERSION_SUBMITTED: _Wording(
        "Version {version} is submitted", "Its documents are fetched from {manifest_url} and examined now."
    ),
    EventType.VERSION_PINNED: _Wording(
        "Version {version} is in review",
        "Its documents are pinned as they were fetched. A reviewer decides.",
    ),
    EventType.VERSION_INVALIDATED: _Wording(
        "Version {version} does not pass",
        "The version's findings say what is wrong with its documents, and how to mend it. Then submit again.",
    ),
    EventType.VERSION_APPROVED: _Wording("Version {version} is approved", "{approved_by}{when}"),
    EventType.VERSION_RELEASE_DROPPED: _Wording(
        "Version {version} is not released", "The release that was set for it did not take place."
    ),
    EventType.VERSION_RELEASED: _Wording("Version {version} is live", "Everybody gets it from now on."),
    EventType.VERSION_REJECTED: _Wording(
        "Version {version} is rejected", "Read the reasons, change what they name, and submit again."
    ),
    EventType.VERSION_WITHDRAWN: _Wording("Version {version} is withdrawn", "{replaced}"),
    EventType.VERSION_SUPERSEDED: _Wording(
        "Version {version} is superseded", "Version {superseded_by} took its place. You can roll back to it."
    ),
    EventType.VERSION_RESTORED: _Wording("Version {version} is live again", "The store went back to it."),
    EventType.VERSION_REVOKED: _Wording(
        "Version {version} is revoked", "Something bad was found in it. It is never live again."
    ),
    EventType.SCHEMA_REFRESHED: _Wording(
        "The schema of version {version} is refreshed", "Your newest document is within the envelope and is served now."
    ),
    EventType.ENVELOPE_LEFT: _Wording(
        "The schema of version {version} has left its envelope",
        "What was served stays served. At {pointer} of your document: {because} Mend it, or submit a new version.",
    ),
    EventType.ENVELOPE_REENTERED: _Wording(
        "The schema of version {version} is within its envelope again", "Your newest documents are served again."
    ),
    EventType.PLUGIN_BANNED: _Wording(
        "The plugin is banned", "Nobody gets it, and nothing can be submitted, until the ban is lifted."
    ),
    EventType.PLUGIN_BAN_LIFTED: _Wording("The ban is lifted", "Whatever was live before is live again."),
    EventType.PLUGIN_PUBLISHER_TRUSTED: _Wording(
        "A workflow may submit", "{workflow} of {repository} may submit upgrades, as {publisher}."
    ),
    EventType.PLUGIN_PUBLISHER_DISTRUSTED: _Wording("A workflow may submit no more", "It was trusted as {publisher}."),
    EventType.PLUGIN_DRIFT_WISH_SET: _Wording("What happens on drift is set", "{on_drift}"),
    EventType.ORIGIN_DRIFTED: _Wording(
        "Your documents differ from version {version}",
        "Version {version} stays live as it was approved. What your host serves now has not been reviewed. {changed}",
    ),
    EventType.ORIGIN_BECAME_UNREACHABLE: _Wording(
        "Your documents cannot be fetched", "Version {version} stays live. {failure}"
    ),
    EventType.ORIGIN_VANISHED: _Wording(
        "Your host's name is gone",
        "Version {version} stays live. The name does not exist any more: whoever registers it next speaks for you.",
    ),
    EventType.ORIGIN_CAME_BACK: _Wording("Your documents are those of version {version} again", "All is well."),
}
"""What is told of each type of event."""

SILENT = frozenset({EventType.VERSION_APPROVAL_PROPOSED, EventType.PLUGIN_BAN_PROPOSED})
"""What the publisher is not told: half a decision is none."""

MAILED = frozenset(
    {
        EventType.VERSION_INVALIDATED,
        EventType.VERSION_APPROVED,
        EventType.VERSION_RELEASE_DROPPED,
        EventType.VERSION_RELEASED,
        EventType.VERSION_REJECTED,
        EventType.VERSION_WITHDRAWN,
        EventType.VERSION_RESTORED,
        EventType.VERSION_REVOKED,
        EventType.ENVELOPE_LEFT,
        EventType.PLUGIN_BANNED,
        EventType.PLUGIN_BAN_LIFTED,
        EventType.ORIGIN_DRIFTED,
        EventType.ORIGIN_BECAME_UNREACHABLE,
        EventType.ORIGIN_VANISHED,
        EventType.ORIGIN_CAME_BACK,
    }
)
"""What is worth an e-mail, where it was not the publisher's own doing."""


def dotted(kind: EventType) -> str:
    """Return an event type as other systems know it: `VersionReleased` is `version.released`."""
    subject, *rest = _CAPITALISED.findall(kind.value)
    return f"{subject}.{'_'.join(rest)}".lower()


DOTTED_TYPES: Mapping[str, EventType] = {dotted(kind): kind for kind in WORDINGS}
"""The types that publishers can subscribe to."""


def message_of(event: Event, owner: Subject) -> Message | None:
    """Return what the owner is told of an event; None where they are told nothing."""
    if event.type not in WORDINGS:
        return None
    wording, detail = WORDINGS[event.type], event.detail
    known = _Known(
        {
            **detail,
            "version": str(event.version),
            "approved_by": _approved_by(detail),
            "when": _when(detail),
            "replaced": _replaced(detail),
            "on_drift": _on_drift(detail),
            "changed": _changed(detail),
        }
    )
    return Message(
        message_id=event.event_id,
        at=event.at,
        type=event.type,
        plugin_id=event.plugin_id,
        by=author_of(event.actor, owner),
        title=wording.title.format_map(known),
        text=wording.text.format_map(known),
        version=event.version,
        digest=event.digest,
        note=detail.get("note") or detail.get("reason", ""),
        reasons=_reasons(detail),
    )


def deserves_mail(message: Message) -> bool:
    """Tell whether the owner gets an e-mail: not of their own doing, and one of an approval that releases at once."""
    if message.by is Author.PUBLISHER:
        return False
    if message.type is EventType.VERSION_RELEASED:
        return message.by is Author.STORE  # a release whose time came; a reviewer's comes with the approval
    return message.type in MAILED


def in_full(message: Message) -> str:
    """Write a message as plain text: an e-mail's body."""
    lines = [f"{message.plugin_id}: {message.title}.", "", message.text]
    lines += [" ".join(filter(None, ("-", told_of(reason), reason.detail))) for reason in message.reasons]
    lines += ["", message.note] if message.note else []
    return "\n".join(lines) + "\n"


def told_of(reason: Reason) -> str:
    """Return what the catalogue says of a reason. The reviewer's own words stand beside it."""
    known = REASONS.get(reason.code)
    return known.text if known and reason.code != OTHER else ""


class _Known(dict[str, str]):
    """What a wording may speak of. An event of an older release may lack something: then it says nothing there."""

    def __missing__(self, _name: str) -> str:
        return ""


def author_of(actor: Subject, owner: Subject) -> Author:
    """Tell whose doing something was."""
    if actor == owner or actor.startswith(_WORKFLOW):
        return Author.PUBLISHER
    if actor.startswith(POLICY_SUBJECT):
        return Author.POLICY
    return Author.STORE if actor.startswith(_STORE) else Author.REVIEWER


def _approved_by(detail: Mapping[str, str]) -> str:
    if "policy" not in detail:
        return ""
    return f"No reviewer was needed: it fits the rule {detail.get('rule')} of the policy {detail['policy']}. "


def _when(detail: Mapping[str, str]) -> str:
    match detail.get("release", ""):
        case ReleaseMode.MANUAL:
            return "It becomes live when you release it."
        case ReleaseMode.SCHEDULED:
            return f"It becomes live at {detail.get('at', '')}."
    return "It is live from now on."


def _replaced(detail: Mapping[str, str]) -> str:
    number = detail.get("replaced_by")
    return f"Version {number} took its place in the review." if number else "It is not reviewed any further."


def _on_drift(detail: Mapping[str, str]) -> str:
    if detail.get("on_drift") == OnDrift.SUBMIT:
        return "When your documents change after their approval, they are submitted at once, as if you had done it."
    return "When your documents change after their approval, you get a message."


def _changed(detail: Mapping[str, str]) -> str:
    """Tell what drifted: the number of changes by lane, and the gravest in words, kept as `change.{place}`."""
    named = sorted((name for name in detail if name.startswith(_CHANGE)), key=lambda name: int(name.split(".")[1]))
    counted = f"Risk: {detail.get('risk', '')}. Changes: {detail.get('lanes', '')}." if detail.get("lanes") else ""
    return " ".join(filter(None, (counted, *(detail[name] for name in named))))


def _reasons(detail: Mapping[str, str]) -> tuple[Reason, ...]:
    """Read the reasons of a rejection, kept as `reason.{place}.{code}`, in the order in which they were given."""
    named = [name.split(".", 2) for name in detail if name.startswith(_REASON)]
    in_order = sorted(named, key=lambda parts: int(parts[1]))
    return tuple(Reason(parts[2], detail[".".join(parts)]) for parts in in_order)

"""Installing a plugin, and what an install is worth: pure decisions over the access table."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.access import ALLOWING, Access, Kind, Person, Verdict, access_of, denied, refusal
from shared.domain.identity import PluginId, Subject
from shared.domain.plugin import PluginStatus

if TYPE_CHECKING:
    from shared.domain.plugin import Pointer


class Channel(StrEnum):
    """What somebody installed: the live version alone, or with one of the places, the candidate as well."""

    LIVE = "live"
    PREVIEW = "preview"


@dataclass(frozen=True, slots=True)
class Install:
    """A person's install of a plugin. It outlives every change of the plugin's status, and entitles only with it."""

    plugin_id: PluginId
    subject: Subject
    at: datetime
    channel: Channel
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Entitlement:
    """Whether somebody may use a plugin. `version` is what they use, `candidate` what they may try beside it."""

    verdict: Verdict
    version: int | None = None
    candidate: int | None = None

    @property
    def is_allowed(self) -> bool:
        """Whether the verdict lets them use the plugin."""
        return self.verdict in ALLOWING


def install(pointer: Pointer, person: Person, held: Install | None, *, wish: Channel, at: datetime) -> Install:
    """Return the install that the person has then: the one held where nothing has to be written.

    Whatever nobody has approved takes a place; a place that is held is kept. Raises AccessDeniedError.
    """
    access = access_of(pointer.status, person)
    if access is Access.NOTHING:
        raise denied(refusal(pointer, person))
    if wish is Channel.PREVIEW and Kind.DEVELOPER not in person.kinds:
        raise denied(Verdict.DEVELOPERS_ONLY)
    channel = Channel.PREVIEW if access is Access.PLACE else wish
    if held and channel in {held.channel, Channel.LIVE}:
        return held
    if held:
        return replace(held, channel=channel, revision=held.revision + 1)
    return Install(pointer.plugin_id, person.subject, at, channel)


def entitlement(pointer: Pointer, person: Person, held: Install | None, candidate: int | None) -> Entitlement:
    """Tell what the person may use now. `candidate` is the number of a pinned candidate, if there is one."""
    if access_of(pointer.status, person) is Access.NOTHING:
        return Entitlement(refusal(pointer, person))
    if held is None:
        return Entitlement(Verdict.NOT_INSTALLED)
    tried = candidate if _has_place(person, held) else None
    if pointer.live:
        return Entitlement(Verdict.LIVE, pointer.live.number, tried)
    if not _has_place(person, held):
        return Entitlement(Verdict.NO_PLACE)
    return Entitlement(Verdict.PREVIEW, tried, tried) if tried else Entitlement(Verdict.NO_CANDIDATE)


def require_place(pointer: Pointer, person: Person, held: Install | None) -> None:
    """Raise AccessDeniedError for anybody who may not see the candidate."""
    if pointer.status is PluginStatus.BANNED:
        raise denied(refusal(pointer, person))
    if held is None:
        raise denied(Verdict.NOT_INSTALLED)
    if not _has_place(person, held):
        raise denied(Verdict.NO_PLACE)


def _has_place(person: Person, held: Install) -> bool:
    # Whoever is no developer any more keeps the record, as with a ban, and may do nothing with it.
    return held.channel is Channel.PREVIEW and Kind.DEVELOPER in person.kinds

"""Who may do what with a plugin."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.domain.errors import AccessDeniedError, PluginNotFoundError
from shared.domain.identity import Subject
from shared.domain.plugin import PluginStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.domain.plugin import Plugin, Pointer


def require_owner(plugin: Plugin, caller: Subject) -> None:
    """Raise PluginNotFoundError for anybody but the owner: whether a plugin is here is the owner's to tell."""
    if plugin.owner != caller:
        raise PluginNotFoundError(plugin.plugin_id)


class Kind(StrEnum):
    """The kinds of people that the access table knows. Everybody else has no plugin access at all."""

    DEVELOPER = "developer"
    PLUS = "plus"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who wants to use plugins; of no kind, of one, or of both."""

    subject: Subject
    kinds: frozenset[Kind]


class Access(StrEnum):
    """What the access table gives."""

    NOTHING = "nothing"
    PLACE = "place"
    """As long as one of the places is free."""
    UNLIMITED = "unlimited"


PLACES = 100
"""How many developers may try what no reviewer has approved: a plugin's first version, or the candidate after it."""

ACCESS: Mapping[tuple[PluginStatus, Kind], Access] = {
    (PluginStatus.UNVERIFIED, Kind.DEVELOPER): Access.PLACE,
    (PluginStatus.UNVERIFIED, Kind.PLUS): Access.NOTHING,
    (PluginStatus.APPROVED, Kind.DEVELOPER): Access.UNLIMITED,
    (PluginStatus.APPROVED, Kind.PLUS): Access.UNLIMITED,
    (PluginStatus.BANNED, Kind.DEVELOPER): Access.NOTHING,
    (PluginStatus.BANNED, Kind.PLUS): Access.NOTHING,
}
"""The review page's table."""

_RANK = (Access.NOTHING, Access.PLACE, Access.UNLIMITED)


class Verdict(StrEnum):
    """May they, and why not. Stable: hosts match on these."""

    LIVE = "live"
    PREVIEW = "preview"
    BANNED = "banned"
    NOT_APPROVED = "not_approved"
    DEVELOPERS_ONLY = "developers_only"
    NOT_INSTALLED = "not_installed"
    NO_PLACE = "no_place"
    NO_CANDIDATE = "no_candidate"


ALLOWING = frozenset({Verdict.LIVE, Verdict.PREVIEW})

_REFUSALS: Mapping[Verdict, str] = {
    Verdict.BANNED: "The plugin is banned: nobody may use it, whoever installed it before.",
    # The same words whether there is no such plugin or one that is not public: the difference is not theirs to know.
    Verdict.NOT_APPROVED: "No plugin of this id is approved. Before that, only developers may install one.",
    Verdict.DEVELOPERS_ONLY: "Only developers may try what has not been approved.",
    Verdict.NOT_INSTALLED: "You have not installed this plugin.",
    Verdict.NO_PLACE: "You have installed the plugin without one of the places for trying what has not been approved.",
    Verdict.NO_CANDIDATE: "No version of this plugin waits for its approval or its release.",
}


def access_of(status: PluginStatus, person: Person) -> Access:
    """Return the best that the table gives to any kind that the person is of."""
    given = [ACCESS[status, kind] for kind in person.kinds]
    return max(given, key=_RANK.index, default=Access.NOTHING)


def refusal(pointer: Pointer, person: Person) -> Verdict:
    """Return why the table gives nothing. Of a plugin that never was public, users learn nothing, not even a ban."""
    was_public = bool(pointer.released)
    if pointer.ban and (was_public or Kind.DEVELOPER in person.kinds):
        return Verdict.BANNED
    return Verdict.NOT_APPROVED


def denied(verdict: Verdict) -> AccessDeniedError:
    """Make the error that tells a person why not."""
    return AccessDeniedError(_REFUSALS[verdict], reason=verdict)

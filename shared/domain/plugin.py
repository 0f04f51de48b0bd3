"""A plugin, and the pointer: the one record that the public route reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from shared.domain.documents import Listing
from shared.domain.identity import Digest, PluginId, Subject


class PluginStatus(StrEnum):
    """The review page's statuses; who may use a plugin follows from them."""

    UNVERIFIED = "unverified"
    APPROVED = "approved"
    BANNED = "banned"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A stable identity, whatever domain its documents come from. `last_version` counts up and never back."""

    plugin_id: PluginId
    owner: Subject
    kind: str
    manifest_url: str
    created_at: datetime
    last_version: int = 1
    revision: int = 1


@dataclass(frozen=True, slots=True)
class ReleasedSchema:
    """The served schema of a version that is or was live: its file name and the digest of its bytes."""

    name: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class Live:
    """The version that the public sees. `digest` names its content, `manifest_digest` the manifest's own bytes."""

    number: int
    digest: Digest
    manifest_name: str
    manifest_digest: Digest
    listing: Listing
    since: datetime


@dataclass(frozen=True, slots=True)
class Ban:
    """A reviewer's ban."""

    by: Subject
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version is live, which schemas may be read, and whether the plugin is banned.

    `released` keeps the schemas of superseded versions readable, for a client that read the manifest a moment ago.
    Revision 0 is the pointer of a plugin that was never approved nor banned: it is not stored.
    """

    plugin_id: PluginId
    live: Live | None = None
    released: Mapping[int, ReleasedSchema] = field(default_factory=dict)
    ban: Ban | None = None
    revision: int = 0

    @property
    def status(self) -> PluginStatus:
        """The plugin's status, which nothing else stores."""
        if self.ban:
            return PluginStatus.BANNED
        return PluginStatus.APPROVED if self.live else PluginStatus.UNVERIFIED


def object_key(plugin_id: str, number: int, digest: Digest, name: str) -> str:
    """Return the key of one of a version's objects. It holds the object's own digest, so no key has two contents."""
    return f"plugins/{plugin_id}/versions/{number}/{digest.removeprefix('sha256:')}/{name}"


def schema_path(plugin_id: str, number: int, name: str) -> str:
    """Return the public path of a pinned schema."""
    return f"/plugins/{plugin_id}/versions/{number}/{name}"

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


class OnDrift(StrEnum):
    """What a publisher wants done when their documents change after the approval: a message, or also a submission."""

    TELL = "tell"
    SUBMIT = "submit"


@dataclass(frozen=True, slots=True)
class Ban:
    """A reviewer's ban."""

    by: Subject
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Plugin:
    """A stable identity, whatever domain its documents come from. `last_version` counts up and never back.

    `proposed_ban` is the first of two decisions to ban it, and bans nothing. It is kept here and not in the pointer,
    which the publisher can move: a rollback must not undo it. `on_drift` is the publisher's wish.
    """

    plugin_id: PluginId
    owner: Subject
    kind: str
    manifest_url: str
    created_at: datetime
    last_version: int = 1
    proposed_ban: Ban | None = None
    on_drift: OnDrift = OnDrift.TELL
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Live:
    """The version that the public sees. `digest` names its content, `manifest_digest` the manifest's own bytes.

    `logo_name` is "" where no logo could be fetched. `host` is where its manifest came from, "" for what went live
    before that was noted. `refresh_minutes` says how often to look for a newer schema; 0 is never: it does not vary.
    """

    number: int
    digest: Digest
    manifest_name: str
    manifest_digest: Digest
    schema_name: str
    listing: Listing
    since: datetime
    logo_name: str = ""
    host: str = ""
    refresh_minutes: int = 0


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which version is live, which documents may be read, and whether the plugin is banned.

    `released` has, for each version that is or was live, the digest of each document besides the manifest in its served
    form, by file name. Superseded ones stay readable, for a client that read the manifest a moment ago. `dynamic` names
    the document that may vary, for each of those versions that has one: what is served of it is a record of its own.
    Revision 0 is the pointer of a plugin that was never approved nor banned: it is not stored.
    """

    plugin_id: PluginId
    live: Live | None = None
    released: Mapping[int, Mapping[str, Digest]] = field(default_factory=dict)
    dynamic: Mapping[int, str] = field(default_factory=dict)
    ban: Ban | None = None
    revision: int = 0

    @property
    def status(self) -> PluginStatus:
        """The plugin's status, which nothing else stores."""
        if self.ban:
            return PluginStatus.BANNED
        return PluginStatus.APPROVED if self.live else PluginStatus.UNVERIFIED


@dataclass(frozen=True, slots=True)
class CurrentDocument:
    """What is served now of a version whose schema may vary: the newest document that its envelope holds.

    `name` is the file name that the version was pinned with. `fetched` names the bytes as they came, `served` those
    that are served, `content` what they say. `left_at` is since when the publisher's own document is outside the
    envelope: what is served stays as it was then.
    """

    plugin_id: PluginId
    number: int
    name: str
    fetched: Digest
    served: Digest
    content: Digest
    since: datetime
    left_at: datetime | None = None
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Move:
    """That what is served of a plugin changed: its pointer, or the current document of a version (0 is the pointer)."""

    plugin_id: str
    revision: int
    version: int = 0

    @property
    def reference(self) -> str:
        """What tells this move from every other."""
        record = f"{self.plugin_id}/v{self.version}" if self.version else self.plugin_id
        return f"{record}/{self.revision}"


def object_key(plugin_id: str, number: int, digest: Digest, name: str) -> str:
    """Return the key of one of a version's objects. It holds the object's own digest, so no key has two contents."""
    return f"plugins/{plugin_id}/versions/{number}/{digest.removeprefix('sha256:')}/{name}"


def cache_tag(plugin_id: str) -> str:
    """Return the tag that every public answer about a plugin carries, and is purged by."""
    return f"plugin-{plugin_id}"


def document_path(plugin_id: str, number: int, name: str) -> str:
    """Return the public path of a pinned document: a schema or a logo."""
    return f"/plugins/{plugin_id}/versions/{number}/{name}"

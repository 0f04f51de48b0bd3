"""What mirrors read."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, Field

from shared.domain.feed import TOMBSTONES, Change
from shared.domain.messages import dotted

if TYPE_CHECKING:
    from shared.domain.ports import Page


class ChangeOut(BaseModel):
    """One change of what the public gets."""

    sequence: int = Field(description="Its place in the history: 1, 2, 3 … without a gap.")
    event_id: str
    type: str = Field(
        description="`version.released`, `version.restored`, `version.revoked`, `plugin.banned` or `plugin.ban_lifted`."
    )
    at: datetime
    plugin_id: str
    version: int | None
    digest: str | None
    gone: bool = Field(description="A tombstone: the version, or without one the plugin, is to be served no more.")
    manifest_path: str

    @classmethod
    def of(cls, change: Change) -> Self:
        """Tell a change."""
        return cls(
            sequence=change.sequence,
            event_id=change.event_id,
            type=dotted(change.type),
            at=change.at,
            plugin_id=change.plugin_id,
            version=change.version,
            digest=change.digest,
            gone=change.type in TOMBSTONES,
            manifest_path=f"/plugins/{change.plugin_id}/.well-known/ai-plugin.json",
        )


class ChangeList(BaseModel):
    """Changes, oldest first. `next_cursor` is always there: ask again with it as `since`, at once or later."""

    items: list[ChangeOut]
    next_cursor: str

    @classmethod
    def of(cls, page: Page[Change]) -> Self:
        """Tell a page."""
        return cls(items=[ChangeOut.of(change) for change in page.records], next_cursor=page.next_cursor or "")


class PluginChanges(BaseModel):
    """The latest changes about one plugin, newest first."""

    items: list[ChangeOut]

    @classmethod
    def of(cls, changes: tuple[Change, ...]) -> Self:
        """Tell changes."""
        return cls(items=[ChangeOut.of(change) for change in changes])

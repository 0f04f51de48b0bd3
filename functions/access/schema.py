"""What people who install send, and what they and their hosts are told."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.installs import Channel

if TYPE_CHECKING:
    from shared.domain.identity import PluginId
    from shared.domain.installs import Entitlement, Install


class InstallPlugin(BaseModel):
    """What to install."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: Channel = Field(
        default=Channel.LIVE,
        description="`preview` takes one of the 100 places for trying candidates. Before a plugin's first approval "
        "every install is one.",
    )


class InstallOut(BaseModel):
    """An install."""

    plugin_id: str
    installed_at: datetime
    channel: Channel

    @classmethod
    def of(cls, install: Install) -> Self:
        """Tell an install."""
        return cls(plugin_id=install.plugin_id, installed_at=install.at, channel=install.channel)


class TestersOut(BaseModel):
    """How many of the places for trying a plugin's candidates are taken, of how many."""

    plugin_id: str
    taken: int
    places: int


class EntitlementOut(BaseModel):
    """Whether the bearer of the token may use the plugin now, which version, and why not."""

    plugin_id: str
    allowed: bool
    reason: str = Field(
        description="`live` or `preview` where it is allowed; otherwise `banned`, `not_approved`, `not_installed`, "
        "`no_place` or `no_candidate`."
    )
    version: int | None = Field(description="The version to use.")
    candidate: int | None = Field(description="The version that may be previewed beside it.")

    @classmethod
    def of(cls, plugin_id: PluginId, entitlement: Entitlement) -> Self:
        """Tell an entitlement."""
        return cls(
            plugin_id=plugin_id,
            allowed=entitlement.is_allowed,
            reason=entitlement.verdict,
            version=entitlement.version,
            candidate=entitlement.candidate,
        )

"""The message that asks for a snapshot."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM


class SnapshotRequest(BaseModel):
    """Which version to fetch."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    version: int = Field(ge=1)

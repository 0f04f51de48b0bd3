"""The message that asks whether a version needs a reviewer."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM


class Consideration(BaseModel):
    """Which version to look at."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    version: int = Field(ge=1)

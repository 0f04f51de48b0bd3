"""The message that asks for a release."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM


class DueRelease(BaseModel):
    """Which version to release, and the moment that its approval set: that of another approval is none of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    version: int = Field(ge=1)
    moment: AwareDatetime

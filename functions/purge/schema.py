"""The message that asks for a purge to be repeated."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM


class RepeatRequest(BaseModel):
    """Which plugin's pointer moved, and to which revision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    plugin_id: str = Field(pattern=PLUGIN_ID_FORM)
    revision: int = Field(ge=1)

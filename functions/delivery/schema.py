"""The message that asks for an attempt at a delivery."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class AttemptRequest(BaseModel):
    """Which delivery, as it stands at which revision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    webhook_id: str
    delivery_id: str
    revision: int = Field(ge=1)

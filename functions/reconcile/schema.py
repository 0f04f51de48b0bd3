"""The messages that begin a run, and ask for a step of it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class BeginMessage(BaseModel):
    """What the schedule sends."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    begin: Literal[True]


class StepMessage(BaseModel):
    """Which run, as it stands at which revision."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run_id: str = Field(pattern=r"^[0-9a-f]{1,64}$")
    revision: int = Field(ge=1)


MESSAGE: TypeAdapter[BeginMessage | StepMessage] = TypeAdapter(BeginMessage | StepMessage)
"""Reads a message's body."""

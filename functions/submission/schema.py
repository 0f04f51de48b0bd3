"""What publishers send, and what they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.domain.identity import PLUGIN_ID_FORM

if TYPE_CHECKING:
    from shared.domain.transition import Outcome

_LONGEST_URL = 2048
_LONGEST_TEXT = 4000


class RegisterPlugin(BaseModel):
    """A new plugin: where its manifest is, and the id that the publisher wishes for it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    manifest_url: str = Field(
        min_length=1,
        max_length=_LONGEST_URL,
        examples=["https://todo.example.com/.well-known/ai-plugin.json"],
        description="An https URL on the publisher's own host.",
    )
    plugin_id: str | None = Field(
        default=None,
        pattern=PLUGIN_ID_FORM,
        examples=["todo"],
        description="Lower-case letters, digits and inner hyphens, 63 at most. Derived from the host when absent.",
    )


class SubmitVersion(BaseModel):
    """An upgrade: where its manifest is, when that has changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    manifest_url: str | None = Field(default=None, min_length=1, max_length=_LONGEST_URL)


class Withdraw(BaseModel):
    """Why a candidate is taken back; the reason stands in the audit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(default="", max_length=_LONGEST_TEXT)


class Withdrawn(BaseModel):
    """A version that was taken back."""

    plugin_id: str
    version: int
    state: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(plugin_id=outcome.plugin_id, version=outcome.version or 0, state=outcome.state)


class Accepted(BaseModel):
    """What was submitted. Its documents are being fetched; `Location` tells how that went."""

    plugin_id: str
    version: int
    state: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """Tell an outcome."""
        return cls(plugin_id=outcome.plugin_id, version=outcome.version or 0, state=outcome.state)

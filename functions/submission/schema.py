"""What publishers send, and what they are told."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from shared.domain.identity import PLUGIN_ID_FORM
from shared.domain.plugin import OnDrift
from shared.domain.version import SchemaMode
from shared.edge.told import OutcomeOut
from shared.envelope.document import Envelope

_LONGEST_URL = 2048
_NO_ENVELOPE = "A dynamic schema needs an envelope, which says what may vary in it."
_NO_MODE = 'An envelope goes with `schema_mode` "dynamic": without it nothing may vary.'
_LONGEST_TEXT = 4000


class _Submission(BaseModel):
    """What every submission may say: whether the schema varies by design, and within what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_mode: SchemaMode = Field(
        default=SchemaMode.STATIC,
        description="`dynamic` where the schema changes by design. An upgrade that does not say so is static.",
    )
    envelope: Envelope | None = Field(
        default=None,
        validate_default=True,
        description="What may vary in a dynamic schema. It is reviewed and approved as part of the version.",
    )

    @field_validator("envelope")
    @classmethod
    def _goes_with_mode(cls, envelope: Envelope | None, info: ValidationInfo) -> Envelope | None:
        wanted = info.data.get("schema_mode") is SchemaMode.DYNAMIC
        if wanted and envelope is None:
            raise PydanticCustomError("missing", "{wanted}", {"wanted": _NO_ENVELOPE})
        if envelope and not wanted:
            raise PydanticCustomError("envelope", "{wanted}", {"wanted": _NO_MODE})
        return envelope


class RegisterPlugin(_Submission):
    """A new plugin: where its manifest is, and the id that the publisher wishes for it."""

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


class SubmitVersion(_Submission):
    """An upgrade: where its manifest is, when that has changed."""

    manifest_url: str | None = Field(default=None, min_length=1, max_length=_LONGEST_URL)


class DriftWish(BaseModel):
    """What is to happen when the documents at their origin change after their approval."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    on_drift: OnDrift = Field(
        description="`tell` sends a message. `submit` also submits what the origin says then, as if you had done it."
    )


class DriftWishSet(BaseModel):
    """What happens on drift from now on."""

    plugin_id: str
    on_drift: OnDrift


class Withdraw(BaseModel):
    """Why a candidate is taken back; the reason stands in the audit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    reason: str = Field(default="", max_length=_LONGEST_TEXT)


class Withdrawn(OutcomeOut):
    """A version that was taken back."""

"""Documents that are asked about, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.parsing.limits import MAX_BYTES
from shared.envelope.document import Envelope

if TYPE_CHECKING:
    from functions.envelopes.use_case import Proposed, Seen
    from shared.envelope.containment import Reason

MOST_DOCUMENTS = 50


class AskContainment(BaseModel):
    """A schema as its publisher made it for one user, in JSON or YAML."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(max_length=MAX_BYTES, description="The text of the document.")


class AskProposal(BaseModel):
    """Further schemas that the plugin had or will have, oldest first; those of its versions are known."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: list[str] = Field(default=[], max_length=MOST_DOCUMENTS, description="Texts in JSON or YAML.")


class OutsideOut(BaseModel):
    """Why a document is not contained: where in it, which rule, and what is wrong."""

    pointer: str
    code: str
    message: str

    @classmethod
    def of(cls, reason: Reason) -> Self:
        """Tell a reason."""
        return cls(pointer=reason.pointer, code=reason.code, message=reason.message)


class ContainmentOut(BaseModel):
    """Whether a document is within a version: what was approved, and nothing besides. Fifty reasons at the most."""

    plugin_id: str
    version: int
    version_digest: str | None
    document_digest: str
    contained: bool
    reasons: list[OutsideOut]

    @classmethod
    def of(cls, seen: Seen) -> Self:
        """Tell a verdict."""
        return cls(
            plugin_id=seen.version.plugin_id,
            version=seen.version.number,
            version_digest=seen.version.digest,
            document_digest=seen.digest,
            contained=seen.verdict.contained,
            reasons=[OutsideOut.of(reason) for reason in seen.verdict.reasons],
        )


class HeldOut(BaseModel):
    """One document that a proposal was made from: which, and why the envelope does not hold it where it does not."""

    document: str
    contained: bool
    reasons: list[OutsideOut]


class EnvelopeProposalOut(BaseModel):
    """An envelope to submit, in sentences and as a document, and what it holds of what was seen.

    `base` names the document that it belongs to: the newest one.
    """

    base: str
    envelope: Envelope
    varies: list[str]
    documents: list[HeldOut]

    @classmethod
    def of(cls, proposed: Proposed) -> Self:
        """Tell a proposal."""
        held = [
            HeldOut(
                document=name,
                contained=verdict.contained,
                reasons=[OutsideOut.of(reason) for reason in verdict.reasons[:5]],
            )
            for name, verdict in proposed.verdicts
        ]
        return cls(base=held[-1].document, envelope=proposed.envelope, varies=list(proposed.varies), documents=held)

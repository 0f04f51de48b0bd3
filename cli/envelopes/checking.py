"""Holding a file against an envelope over another one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cli.envelopes.documents import SchemaFile, UnreadableError, read_document, read_schema, root_for
from cli.folders import read_bytes
from shared.domain.findings import Finding, Severity
from shared.envelope.containment import Verdict, contains
from shared.envelope.judging import envelope_findings
from shared.envelope.reading import EnvelopeInvalidError, read_envelope


@dataclass(frozen=True, slots=True)
class Tried:
    """The verdict on a document, and the errors that the store would find in the envelope itself."""

    envelope: Path
    document: SchemaFile
    verdict: Verdict
    errors: tuple[Finding, ...]

    @property
    def is_contained(self) -> bool:
        """Whether the store would serve the document."""
        return self.verdict.contained and not self.errors


def tried(envelope: str, base: str, document: str, *, host: str = "") -> Tried:
    """Hold a document against an envelope over a base. Raises UnreadableError."""
    path = Path(envelope)
    parsed = read_document(path, argument="ENVELOPE")
    try:
        spoken = read_envelope(read_bytes(path))
    except EnvelopeInvalidError as error:
        raise UnreadableError(f"{envelope!r} is no envelope. {error}", argument="ENVELOPE") from error
    original, new = read_schema(Path(base), argument="BASE"), read_schema(Path(document), argument="DOCUMENT")
    root = root_for(original, host=host)
    found = envelope_findings(spoken, parsed, original.value, root=root, profile="enforced")
    errors = tuple(finding for finding in found if finding.severity is Severity.ERROR)
    return Tried(path, new, contains(spoken, original.value, new.value, root=root), errors)

"""Envelopes and bases of pinned versions, out of the object store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.parsing import ParseError, parse
from shared.contracts.sites import root_of
from shared.domain.documents import MANIFEST, SCHEMA
from shared.domain.errors import IntegrityError
from shared.envelope.containment import Reason, Verdict, contains
from shared.envelope.document import STATIC
from shared.envelope.reading import EnvelopeInvalidError, read_envelope
from shared.envelope.storing import envelope_key, lay_down

if TYPE_CHECKING:
    from shared.domain.documents import Part
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Dynamic, Version
    from shared.envelope.document import Envelope


def carry_over(objects: ObjectStore, version: Version, number: int) -> Dynamic | None:
    """Store the envelope of one version for another one that is about to be committed; None for a static version."""
    if version.dynamic is None:
        return None
    return lay_down(objects, version.plugin_id, number, submitted_envelope(objects, version))


def submitted_body(objects: ObjectStore, version: Version) -> bytes:
    """Return the text of a dynamic version's envelope. Raises IntegrityError, UnavailableError."""
    if version.dynamic is None:
        message = f"Version {version.number} of {version.plugin_id!r} has no envelope."
        raise IntegrityError(message)
    return objects.get(envelope_key(version.plugin_id, version.number, version.dynamic.envelope))


def submitted_envelope(objects: ObjectStore, version: Version) -> Envelope:
    """Return what may vary in a version: nothing in a static one. Raises IntegrityError, UnavailableError."""
    if version.dynamic is None:
        return STATIC
    try:
        return read_envelope(submitted_body(objects, version))
    except EnvelopeInvalidError as error:
        message = f"The envelope of version {version.number} of {version.plugin_id!r} cannot be read."
        raise IntegrityError(message) from error


def base_of(objects: ObjectStore, version: Version) -> object:
    """Return the parsed schema that a version was pinned with. Raises IntegrityError, UnavailableError."""
    try:
        return parse(objects.get(part_of(version, SCHEMA).key)).value
    except ParseError as error:
        message = f"The pinned schema of version {version.number} of {version.plugin_id!r} cannot be read."
        raise IntegrityError(message) from error


def verdict_on(objects: ObjectStore, version: Version, body: bytes) -> Verdict:
    """Decide whether a document as it was fetched stays within a version. Raises IntegrityError, UnavailableError."""
    try:
        document = parse(body).value
    except ParseError as error:
        place = f" (line {error.line}, column {error.column})" if error.line else ""
        return Verdict(contained=False, reasons=(Reason("", error.code, f"{error.message}{place}"),))
    envelope, base = submitted_envelope(objects, version), base_of(objects, version)
    return contains(envelope, base, document, root=root_of(part_of(version, MANIFEST).url))


def candidate_verdict(objects: ObjectStore, live: Version, candidate: Version) -> Verdict:
    """Decide whether a candidate's schema stays within the envelope of the live version, with the same envelope again.

    Of the schemas alone: what else the two versions consist of is for the caller to compare. Raises IntegrityError,
    UnavailableError.
    """
    if live.dynamic is None:
        return _not("The live version's schema does not vary.")
    if candidate.dynamic != live.dynamic:
        return _not("The candidate has another envelope than the live version.")
    return verdict_on(objects, live, objects.get(part_of(candidate, SCHEMA).key))


def part_of(version: Version, role: str) -> Part:
    """Return the part of a version that has a role. Raises IntegrityError where there is none."""
    for part in version.snapshot.parts if version.snapshot else ():
        if part.role == role:
            return part
    message = f"Version {version.number} of {version.plugin_id!r} has no {role}."
    raise IntegrityError(message)


def _not(message: str) -> Verdict:
    return Verdict(contained=False, reasons=(Reason("", "outside.changed", message),))

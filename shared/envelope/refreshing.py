"""Taking in a publisher's newest document of a version whose schema may vary.

Object first, record last, and no pointer: a crash leaves an orphan object, and what was served stays served. The record
is read before the document is judged, so that of two refreshes the one that judged an older state loses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.contracts.canonical import content_digest
from shared.contracts.kinds import kind_named
from shared.contracts.parsing import ParseError, parse
from shared.contracts.sites import root_of
from shared.contracts.text.visible import visible
from shared.domain import varying
from shared.domain.documents import MANIFEST, SCHEMA, Document
from shared.domain.findings import Severity
from shared.domain.identity import digest_of_bytes
from shared.domain.plugin import CurrentDocument, object_key
from shared.domain.ports import ObjectStore, Records
from shared.envelope.containment import Reason, Verdict, contains
from shared.envelope.pinned import base_of, part_of, submitted_envelope
from shared.envelope.serving import in_format

if TYPE_CHECKING:
    from shared.contracts.parsing import Parsed
    from shared.domain.events import Occasion
    from shared.domain.identity import Digest
    from shared.domain.transition import Transition
    from shared.domain.version import Version


_LONGEST_TOLD = 400
"""Characters of a place, and of a reason, in an event: a stranger's document decides how long they are."""


class Refreshed(StrEnum):
    """What came of a look at the newest document."""

    UNCHANGED = "unchanged"
    REFRESHED = "refreshed"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Refreshing:
    """The use case behind a refresh. `profile` names the rules that every document is judged by."""

    records: Records
    objects: ObjectStore
    profile: str

    def __call__(self, version: Version, document: Document, occasion: Occasion) -> bool:
        """Tell whether the newest document is within the envelope, and then serve it from now on. As `refresh`."""
        return self.refresh(version, document, occasion) is not Refreshed.LEFT

    def refresh(self, version: Version, document: Document, occasion: Occasion) -> Refreshed:
        """Serve a document that was fetched now from now on, if the envelope of a pinned version holds it.

        Otherwise what was served stays, and the first time that is told. Raises StaleStateError where somebody else was
        faster, IntegrityError, UnavailableError.
        """
        before = self._current(version)
        fetched = digest_of_bytes(document.body)
        if fetched == before.fetched:
            return self._unchanged(version, before, occasion)
        try:
            parsed = parse(document.body)
        except ParseError as error:
            return self._left(version, before, Reason("", error.code, error.message), occasion)
        if content_digest({SCHEMA: parsed.value}) == before.content:
            return self._unchanged(version, before, occasion)  # in other formatting, or in JSON and not in YAML
        verdict, served = self._judged(version, document, parsed)
        if not verdict.contained:
            return self._left(version, before, verdict.reasons[0], occasion)
        after = replace(before, fetched=fetched, content=content_digest({SCHEMA: parsed.value}))
        after = replace(after, served=self._put(version, before.name, document, served))
        self._commit(varying.refresh(version, before, after, occasion))
        return Refreshed.REFRESHED

    def _current(self, version: Version) -> CurrentDocument:
        """Return what is served now: what the version was pinned with, as long as nothing else was."""
        if current := self.records.current_document(version.plugin_id, version.number):
            return current
        part = part_of(version, SCHEMA)
        content = content_digest({SCHEMA: base_of(self.objects, version)})
        since = version.released_at or version.submitted_at
        return CurrentDocument(
            version.plugin_id, version.number, part.name, part.digest, part.served_digest, content, since, revision=0
        )

    def _judged(self, version: Version, document: Document, parsed: Parsed) -> tuple[Verdict, bytes]:
        """Decide about a document, and return its served form.

        It is judged as if it came from where the approved one did: a relative server must not lead elsewhere because
        the publisher redirects the fetch.
        """
        envelope, base = submitted_envelope(self.objects, version), base_of(self.objects, version)
        manifest, schema = part_of(version, MANIFEST), part_of(version, SCHEMA)
        verdict = contains(envelope, base, parsed.value, root=root_of(manifest.url))
        if not verdict.contained:
            return verdict, b""
        documents = {
            MANIFEST: Document(MANIFEST, manifest.url, self.objects.get(manifest.key), manifest.media_type),
            SCHEMA: replace(document, url=schema.url),
        }
        judgement = kind_named(version.kind).judge(documents, profile=self.profile)
        faults = (f for f in judgement.findings if f.severity is Severity.ERROR and f.document == SCHEMA)
        if fault := next(faults, None):
            return Verdict(contained=False, reasons=(Reason(fault.pointer, fault.code, fault.message),)), b""
        return verdict, in_format(schema.name, judgement.served.get(SCHEMA, document.body))

    def _put(self, version: Version, name: str, document: Document, served: bytes) -> Digest:
        for body in dict.fromkeys((document.body, served)):
            key = object_key(version.plugin_id, version.number, digest_of_bytes(body), name)
            self.objects.put(key, body, document.media_type or "application/octet-stream")
        return digest_of_bytes(served)

    def _unchanged(self, version: Version, before: CurrentDocument, occasion: Occasion) -> Refreshed:
        self._commit(varying.reenter(version, before, occasion))
        return Refreshed.UNCHANGED

    def _left(self, version: Version, before: CurrentDocument, reason: Reason, occasion: Occasion) -> Refreshed:
        pointer, because = (visible(text)[:_LONGEST_TOLD] for text in (reason.pointer, reason.message))
        self._commit(varying.leave(version, before, pointer=pointer, because=because, occasion=occasion))
        return Refreshed.LEFT

    def _commit(self, transition: Transition | None) -> None:
        if transition:
            self.records.commit(transition)

"""Examining one origin: its documents are fetched, judged and compared with what is live.

Objects first, record last: what drifted is stored whole, under keys made of its content, so that doing it again after a
crash stores the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from functions.drift.checking import validators_of
from functions.drift.comparing import Found, compared, refusals
from functions.drift.notes import Notes
from functions.drift.submitting import Submitting
from shared.contracts.gathering import Examination, examine
from shared.contracts.kinds import DocumentKind, kind_named
from shared.contracts.proof import look_for_proof
from shared.contracts.sites import root_of
from shared.domain.documents import LOGO, SCHEMA, Document, Part
from shared.domain.drift import Danger, Drift, Watched, beside, drifted, in_sync
from shared.domain.errors import IntegrityError, StaleStateError, UnavailableError
from shared.domain.findings import is_acceptable
from shared.domain.identity import Digest, digest_of_bytes, digest_of_parts
from shared.domain.plugin import Pointer, object_key
from shared.domain.ports import Fetcher, ObjectStore, Origins, Records, SchemaRefresh, TxtRecords
from shared.domain.proving import challenge
from shared.domain.report import Report
from shared.domain.version import Version
from shared.storage.reports import REPORT_NAME, write_report

if TYPE_CHECKING:
    from shared.domain.drift import Origin
    from shared.domain.identity import Subject
    from shared.domain.report import Evidence
    from shared.domain.rounds import Examine

_MOST_REASONS = 12
_LONGEST_REASON = 400
_UNPROVED = "And nothing shows any more that the domain is the publisher's."


@dataclass(frozen=True, slots=True)
class Proof:
    """Looks for the publisher's proof where the store demands one; otherwise takes every domain to be proved."""

    is_demanded: bool
    txt: TxtRecords
    fetch: Fetcher

    def is_missing(self, publisher: Subject, kind: DocumentKind, manifest: Document) -> bool:
        """Tell whether a proof is demanded and not there."""
        root = root_of(manifest.url)
        if not self.is_demanded or not root:
            return False
        wanted = challenge(publisher, root)
        _, missing = look_for_proof(wanted, tokens=kind.tokens(manifest), txt=self.txt, fetch=self.fetch)
        return missing is not None


@dataclass(frozen=True, slots=True)
class Live:
    """A plugin's pointer, the version that it names, and what is watched of it before anything was seen."""

    pointer: Pointer
    version: Version
    digest: Digest
    watched: tuple[Watched, ...]


@dataclass(frozen=True, slots=True)
class Examining:
    """Finds out what an origin says that has never been looked at, or that differs from its last look."""

    records: Records
    origins: Origins
    objects: ObjectStore
    fetch: Fetcher
    refresh: SchemaRefresh
    proof: Proof
    submitting: Submitting
    notes: Notes
    profile: str

    def examine(self, task: Examine) -> None:
        """Examine one origin. Does nothing where another version is live by now: the next round sees to that one.

        Raises UnavailableError, IntegrityError.
        """
        pointer = self.records.pointer(task.look.plugin_id)
        if pointer.live is None or pointer.live.number != task.look.version or pointer.ban:
            return
        live = self._live(pointer)
        before = beside(live.version, live.digest, self.origins.origin(pointer.plugin_id), live.watched)
        kind = kind_named(live.version.kind)
        seen = examine(kind, live.version.manifest_url, fetch=self.fetch, profile=self.profile)
        if unanswered := _unanswered(seen):
            host = urlsplit(unanswered.url).hostname or ""
            self.notes.unanswered(task, before, _failure(seen, unanswered), host)
        else:
            self._settle(live, before, seen)

    def _live(self, pointer: Pointer) -> Live:
        version = self.records.version(pointer.plugin_id, pointer.live.number if pointer.live else 0)
        if version.digest is None:
            raise IntegrityError(f"Version {version.number} of {pointer.plugin_id!r} is live without a digest.")
        kind = kind_named(version.kind)
        parts = {part.role: part for part in _parts(version)}
        manifest = parts[kind.manifest_role]
        document = Document(manifest.role, manifest.url, self.objects.get(manifest.key), manifest.media_type)
        urls = {manifest.role: version.manifest_url} | {each.role: each.url for each in kind.follow(document)}
        watched = tuple(Watched(role, url, parts[role].digest, parts[role].digest) for role, url in urls.items())
        return Live(pointer, version, version.digest, watched)

    def _settle(self, live: Live, before: Origin, seen: Examination) -> None:
        watched = tuple(_watched(live, seen, evidence) for evidence in seen.evidence if evidence.role != LOGO)
        drift, at = self._drift(live, seen, watched), self.notes.clock()
        if drift is None:
            self.notes.keep(before, in_sync(before, watched, at, on_trust=False), unmoved=live.pointer)
            return
        after = drifted(before, watched, drift, at)
        if self.notes.keep(before, after, unmoved=live.pointer):
            self.submitting.submit(live.version, live.pointer, after)

    def _drift(self, live: Live, seen: Examination, watched: tuple[Watched, ...]) -> Drift | None:
        """Return what drifted; None where the origin says what is live, in whatever order and formatting."""
        agreed = frozenset({SCHEMA}) if self._is_within(live, seen) else frozenset()
        is_in_sync = all(each.is_as_pinned or each.role in agreed for each in watched)
        found = Found(()) if is_in_sync else compared(live.version, self.objects, seen, agreed=agreed)
        return None if found.is_nothing else self._stored(live, seen, found)

    def _is_within(self, live: Live, seen: Examination) -> bool:
        """Tell whether the schema of a version in which it may vary differs only as it may; then it is served."""
        if live.version.dynamic is None or SCHEMA not in seen.documents:
            return False
        try:
            return self.refresh(live.version, seen.documents[SCHEMA], self.notes.occasion(self.notes.clock()))
        except StaleStateError as error:
            message = "Two refreshes met."
            raise UnavailableError(message) from error

    def _stored(self, live: Live, seen: Examination, found: Found) -> Drift:
        """Store what drifted, and describe it."""
        version, assessment = live.version, found.assessment
        reasons, dangers = (*assessment.reasons, *refusals(seen.findings)), found.dangers
        if self._lost_its_proof(version, seen):
            reasons, dangers = (*reasons, _UNPROVED), (*dangers, Danger.DOMAIN)
        parts = tuple(
            self._pin(version, seen.documents[role], name)
            for role, name in seen.judgement.names.items()
            if role != LOGO
        )
        report = write_report(Report(seen.judgement.profile, seen.findings, seen.evidence))
        return Drift(
            content=digest_of_parts(version.kind, {part.name: part.digest for part in parts}),
            risk=assessment.risk,
            lanes=found.lanes,
            reasons=tuple(reason[:_LONGEST_REASON] for reason in reasons[:_MOST_REASONS]),
            dangers=dangers,
            parts=parts,
            report_key=self._put(version, REPORT_NAME, report, "application/json"),
            # What does not pass is told and not submitted: a person has to mend it first.
            is_settled=not is_acceptable(seen.findings),
        )

    def _lost_its_proof(self, version: Version, seen: Examination) -> bool:
        kind = kind_named(version.kind)
        return self.proof.is_missing(version.submitted_by, kind, seen.documents[kind.manifest_role])

    def _pin(self, version: Version, document: Document, name: str) -> Part:
        digest, size = digest_of_bytes(document.body), len(document.body)
        key = self._put(version, name, document.body, document.media_type)
        return Part(document.role, name, document.url, document.media_type, size, digest, key, digest, key)

    def _put(self, version: Version, name: str, body: bytes, media_type: str) -> str:
        key = object_key(version.plugin_id, version.number, digest_of_bytes(body), name)
        self.objects.put(key, body, media_type or "application/octet-stream")
        return key


def _unanswered(seen: Examination) -> Evidence | None:
    """Return the document that could not be fetched. A logo is nothing that anybody is bound to keep up."""
    return next((each for each in seen.evidence if each.failure and each.role != LOGO), None)


def _failure(seen: Examination, unanswered: Evidence) -> str:
    return next(each.message for each in seen.findings if each.code == unanswered.failure)


def _watched(live: Live, seen: Examination, evidence: Evidence) -> Watched:
    """Return what is watched of a document from now on: where it was found, and what it was."""
    pinned = next((part.digest for part in _parts(live.version) if part.role == evidence.role), Digest(""))
    digest = digest_of_bytes(seen.documents[evidence.role].body)
    validators = validators_of(evidence.hops)
    return Watched(evidence.role, evidence.url, pinned, digest, validators.etag, validators.last_modified)


def _parts(version: Version) -> tuple[Part, ...]:
    return version.snapshot.parts if version.snapshot else ()

"""Taking a snapshot: fetch, judge, pin, report.

Objects first, record last. Every key holds its content's digest, so doing it again after a crash writes the same
objects or orphans the earlier ones; the one write that counts is guarded by the version's revision.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.contracts.gathering import examine
from shared.contracts.kinds import kind_named
from shared.contracts.proof import look_for_proof
from shared.contracts.sites import root_of
from shared.domain import lifecycle
from shared.domain.documents import ENVELOPE, Part
from shared.domain.errors import StaleStateError, StandfastError, VersionNotFoundError
from shared.domain.events import Occasion
from shared.domain.findings import is_acceptable
from shared.domain.identity import Subject, digest_of_bytes, digest_of_parts
from shared.domain.plugin import object_key
from shared.domain.ports import Clock, Entropy, FastLaneQueue, Fetcher, ObjectStore, Records, TxtRecords
from shared.domain.proving import DomainProof, challenge
from shared.domain.report import Report
from shared.domain.version import Action, Snapshot, State
from shared.envelope.judging import with_envelope
from shared.envelope.pinned import submitted_body
from shared.envelope.reading import read_envelope
from shared.envelope.telling import sentences
from shared.storage.reports import REPORT_NAME, write_report

if TYPE_CHECKING:
    from datetime import datetime

    from shared.contracts.gathering import Examination
    from shared.contracts.kinds import DocumentKind
    from shared.domain.documents import Document, Judgement
    from shared.domain.version import Version

WORKER = Subject("standfast:snapshot")
_ENTROPY_BYTES = 8
_ORPHAN_AFTER = timedelta(minutes=5)
"""Well above the longest time that a submission can take between asking and committing."""


class VersionNotYetCommittedError(StandfastError):
    """The request came before its version: it must be delivered again."""


@dataclass(frozen=True, slots=True)
class SnapshotTaking:
    """The worker's use case. It writes a version's objects and its record, and no pointer.

    `fast_lane` is there while a policy is in force.
    """

    records: Records
    objects: ObjectStore
    fetch: Fetcher
    txt: TxtRecords
    fast_lane: FastLaneQueue | None
    clock: Clock
    entropy: Entropy
    profile: str
    domain_proof: DomainProof

    def take(self, plugin_id: str, number: int, *, asked_at: datetime) -> None:
        """Take the snapshot of a submitted version. Does nothing for a version that has moved on.

        Raises VersionNotYetCommittedError while the request is young, UnavailableError: both mean to try again.
        """
        try:
            version = self.records.version(plugin_id, number)
        except VersionNotFoundError:
            if self.clock() - asked_at > _ORPHAN_AFTER:
                return  # the submission died between asking and committing: nobody was told of this version
            message = f"Version {number} of {plugin_id!r} is not there yet."
            raise VersionNotYetCommittedError(message) from None
        if version.state is State.SUBMITTED:
            self._settle(version)

    def _settle(self, version: Version) -> None:
        kind = kind_named(version.kind)
        others = self.records.live_names(version.plugin_id)
        seen = examine(kind, version.manifest_url, fetch=self.fetch, profile=self.profile, live_names=others)
        if self.domain_proof is DomainProof.REQUIRED:
            seen = self._proved(version, kind, seen)
        if version.dynamic:
            seen = with_envelope(seen, submitted_body(self.objects, version), profile=self.profile)
        snapshot = self._pinned(version, seen)
        occasion = Occasion(WORKER, snapshot.at, self.entropy(_ENTROPY_BYTES))
        action = Action.PIN if snapshot.digest else Action.INVALIDATE
        if self.fast_lane and snapshot.digest:
            # Before the commit: in the other order a crash in between would leave a version that nobody asks about.
            self.fast_lane.ask(version.plugin_id, version.number)
        try:
            self.records.commit(lifecycle.settle(version, snapshot, action, occasion))
        except StaleStateError:
            # Withdrawn, replaced or settled by another delivery meanwhile: whoever moved it had the last word.
            return

    def _proved(self, version: Version, kind: DocumentKind, seen: Examination) -> Examination:
        """Look for the publisher's proof, for the domain that the manifest came from in the end."""
        manifest = seen.documents.get(kind.manifest_role)
        root = root_of(manifest.url) if manifest else ""
        if not (manifest and root):
            return seen  # there is a finding already, and no domain to prove
        wanted = challenge(version.submitted_by, root)
        evidence, missing = look_for_proof(wanted, tokens=kind.tokens(manifest), txt=self.txt, fetch=self.fetch)
        findings = (*seen.findings, missing) if missing else seen.findings
        return replace(seen, evidence=(*seen.evidence, evidence), findings=findings)

    def _pinned(self, version: Version, seen: Examination) -> Snapshot:
        """Store what was seen, broken or not; only what may be approved gets a digest to approve."""
        judgement = seen.judgement
        parts = tuple(self._pin(version, role, seen.documents[role], judgement) for role in judgement.names)
        digest = digest_of_parts(version.kind, {part.name: part.digest for part in parts})
        return Snapshot(
            at=self.clock(),
            profile=judgement.profile,
            report_key=self._report(version, seen),
            counts=Counter(finding.severity for finding in seen.findings),
            digest=digest if is_acceptable(seen.findings) else None,
            content_digest=judgement.content_digest,
            parts=parts,
            listing=judgement.listing,
        )

    def _pin(self, version: Version, role: str, document: Document, judgement: Judgement) -> Part:
        name = judgement.names[role]
        served = judgement.served.get(role, document.body)
        key, served_key = (self._put(version, name, body, document.media_type) for body in (document.body, served))
        return Part(
            role=role,
            name=name,
            url=document.url,
            media_type=document.media_type,
            size=len(document.body),
            digest=digest_of_bytes(document.body),
            key=key,
            served_digest=digest_of_bytes(served),
            served_key=served_key,
        )

    def _report(self, version: Version, seen: Examination) -> str:
        envelope = seen.documents.get(ENVELOPE)
        varies = tuple(sentences(read_envelope(envelope.body))) if envelope else ()
        report = Report(seen.judgement.profile, seen.findings, seen.evidence, varies)
        return self._put(version, REPORT_NAME, write_report(report), "application/json")

    def _put(self, version: Version, name: str, body: bytes, media_type: str) -> str:
        key = object_key(version.plugin_id, version.number, digest_of_bytes(body), name)
        self.objects.put(key, body, media_type or "application/octet-stream")
        return key

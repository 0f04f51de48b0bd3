"""Taking a snapshot: fetch, judge, pin, report.

Objects first, record last. Every key holds its content's digest, so doing it again after a crash writes the same
objects or orphans the earlier ones; the one write that counts is guarded by the version's revision.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from shared.contracts.kinds import kind_named
from shared.domain import lifecycle
from shared.domain.documents import Document, Part
from shared.domain.errors import StaleStateError, StandfastError, VersionNotFoundError
from shared.domain.events import Occasion
from shared.domain.findings import Finding, Severity, is_acceptable
from shared.domain.identity import Subject, digest_of_bytes, digest_of_parts
from shared.domain.plugin import object_key
from shared.domain.ports import Clock, Entropy, Fetcher, FetchFailedError, ObjectStore, Records
from shared.domain.report import Evidence, Report
from shared.domain.version import Action, Snapshot, State
from shared.storage.reports import REPORT_NAME, write_report

if TYPE_CHECKING:
    from datetime import datetime

    from shared.contracts.kinds import DocumentKind
    from shared.domain.documents import Judgement
    from shared.domain.version import Version

WORKER = Subject("standfast:snapshot")
_ENTROPY_BYTES = 8
_ORPHAN_AFTER = timedelta(minutes=5)
"""Well above the longest time that a submission can take between asking and committing."""


class VersionNotYetCommittedError(StandfastError):
    """The request came before its version: it must be delivered again."""


@dataclass(slots=True)
class _Gathered:
    """What has been fetched of one version so far."""

    documents: dict[str, Document]
    evidence: list[Evidence]
    findings: list[Finding]


@dataclass(frozen=True, slots=True)
class SnapshotTaking:
    """The worker's use case. It writes a version's objects and its record, and no pointer."""

    records: Records
    objects: ObjectStore
    fetch: Fetcher
    clock: Clock
    entropy: Entropy
    profile: str

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
        gathered = self._gather(kind, version.manifest_url)
        judgement = kind.judge(gathered.documents, profile=self.profile)
        findings = (*gathered.findings, *judgement.findings)
        parts = tuple(self._pin(version, role, gathered.documents[role], judgement) for role in judgement.names)
        report_key = self._report(version, Report(judgement.profile, findings, tuple(gathered.evidence)))
        is_pinned = is_acceptable(findings)
        snapshot = Snapshot(
            at=self.clock(),
            profile=judgement.profile,
            report_key=report_key,
            counts=Counter(finding.severity for finding in findings),
            digest=digest_of_parts(version.kind, {part.name: part.digest for part in parts}) if is_pinned else None,
            content_digest=judgement.content_digest,
            parts=parts,
            listing=judgement.listing,
        )
        occasion = Occasion(WORKER, snapshot.at, self.entropy(_ENTROPY_BYTES))
        action = Action.PIN if is_pinned else Action.INVALIDATE
        try:
            self.records.commit(lifecycle.settle(version, snapshot, action, occasion))
        except StaleStateError:
            # Withdrawn, replaced or settled by another delivery meanwhile: whoever moved it had the last word.
            return

    def _gather(self, kind: DocumentKind, manifest_url: str) -> _Gathered:
        gathered = _Gathered({}, [], [])
        self._fetch(manifest_url, kind.manifest_role, gathered)
        manifest = gathered.documents.get(kind.manifest_role)
        for wanted in kind.follow(manifest) if manifest else ():
            self._fetch(wanted.url, wanted.role, gathered)
        return gathered

    def _fetch(self, url: str, role: str, gathered: _Gathered) -> None:
        try:
            fetched = self.fetch(url, role=role)
        except FetchFailedError as error:
            gathered.evidence.append(Evidence(role, url, error.hops, failure=error.code))
            gathered.findings.append(Finding(error.code, Severity.ERROR, role, str(error), error.fix))
        else:
            gathered.evidence.append(Evidence(role, url, fetched.hops))
            gathered.documents[role] = fetched.document

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

    def _report(self, version: Version, report: Report) -> str:
        return self._put(version, REPORT_NAME, write_report(report), "application/json")

    def _put(self, version: Version, name: str, body: bytes, media_type: str) -> str:
        key = object_key(version.plugin_id, version.number, digest_of_bytes(body), name)
        self.objects.put(key, body, media_type or "application/octet-stream")
        return key

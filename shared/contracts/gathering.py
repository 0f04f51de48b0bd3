"""Fetching all documents of a plugin and judging them: what the store does at submission, and anybody may before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.contracts.policy import profile_named
from shared.domain.documents import Document, Judgement
from shared.domain.findings import Finding, Severity
from shared.domain.ports import Fetcher, FetchFailedError
from shared.domain.report import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shared.contracts.kinds import DocumentKind


@dataclass(frozen=True, slots=True)
class Examination:
    """The documents that came, how each was come by, and everything that is to be said of them."""

    documents: dict[str, Document]
    evidence: tuple[Evidence, ...]
    findings: tuple[Finding, ...]
    judgement: Judgement


@dataclass(slots=True)
class _Gathering:
    """What has been fetched so far."""

    fetch: Fetcher
    documents: dict[str, Document] = field(default_factory=dict)
    evidence: list[Evidence] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def add(self, role: str, url: str, severity: Severity) -> None:
        """Fetch one document; a failure is a finding of this severity."""
        try:
            fetched = self.fetch(url, role=role)
        except FetchFailedError as error:
            self.evidence.append(Evidence(role, url, error.hops, failure=error.code))
            self.findings.append(Finding(error.code, severity, role, str(error), error.fix))
        else:
            self.evidence.append(Evidence(role, url, fetched.hops))
            self.documents[role] = fetched.document


def examine(
    kind: DocumentKind, url: str, *, fetch: Fetcher, profile: str, live_names: Iterable[str] = ()
) -> Examination:
    """Fetch a plugin's documents from its manifest on, and judge them by a profile.

    `live_names` are the names of all other live plugins, for whom a name may be too near. Raises InvalidValueError for
    an unknown profile; whatever the publisher's host does is a finding.
    """
    gathering = _Gathering(fetch)
    gathering.add(kind.manifest_role, url, Severity.ERROR)
    manifest = gathering.documents.get(kind.manifest_role)
    if manifest is None:
        return _examination(gathering, _unseen(kind, profile))
    for wanted in kind.follow(manifest):
        gathering.add(wanted.role, wanted.url, Severity.ERROR)
    for wanted in kind.follow_optional(manifest):
        gathering.add(wanted.role, wanted.url, Severity.WARNING)
    judgement = kind.judge(gathering.documents, profile=profile)
    return _examination(gathering, judgement, kind.compare(gathering.documents, live_names))


def _unseen(kind: DocumentKind, profile: str) -> Judgement:
    return Judgement(kind.name, profile_named(profile).label, (), {}, {}, None, None)


def _examination(gathering: _Gathering, judgement: Judgement, compared: tuple[Finding, ...] = ()) -> Examination:
    return Examination(
        documents=gathering.documents,
        evidence=tuple(gathering.evidence),
        findings=(*gathering.findings, *judgement.findings, *compared),
        judgement=judgement,
    )

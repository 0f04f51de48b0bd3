"""What drifted, by the rules that tell one version from another, and which of it is dangerous."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.diff.assessing import Assessment, assess
from shared.diff.changes import Change, Risk, VersionDocuments
from shared.diff.versions import compare
from shared.domain.drift import Danger
from shared.domain.findings import Severity, is_acceptable
from shared.reporting.documents import UnreadableDocumentsError, fetched_documents, pinned_documents

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from shared.contracts.gathering import Examination
    from shared.domain.findings import Finding
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Version

_HOST = (
    "destination.origin-host",
    "destination.api-url-host",
    "destination.server-host",
    "destination.server-host-added",
    "destination.server-unencrypted",
    "destination.server-variable",
    "destination.servers-changed",
)
_AUTHENTICATION = ("destination.auth-", "destination.oauth-url", "destination.security")
DANGERS: Mapping[Danger, tuple[str, ...]] = {Danger.HOST: _HOST, Danger.AUTHENTICATION: _AUTHENTICATION}
"""How the codes of the changes begin that make a drift dangerous."""


@dataclass(frozen=True, slots=True)
class Found:
    """How an origin differs from what is live. Without `changes` there is nothing that anybody reads in it.

    `problem` says why the two could not be compared.
    """

    changes: tuple[Change, ...]
    problem: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether both say the same, in whatever order and formatting."""
        return not self.changes and not self.problem

    @property
    def assessment(self) -> Assessment:
        """How much it matters, and why."""
        return Assessment(Risk.HIGH, (self.problem,)) if self.problem else assess(self.changes)

    @property
    def lanes(self) -> dict[str, int]:
        """The number of changes in each lane that has some."""
        return {lane.value: count for lane, count in Counter(change.lane for change in self.changes).items()}

    @property
    def dangers(self) -> tuple[Danger, ...]:
        """The kinds of danger among the changes."""
        return tuple(
            danger for danger, codes in DANGERS.items() if any(each.code.startswith(codes) for each in self.changes)
        )


def compared(version: Version, objects: ObjectStore, seen: Examination, *, agreed: Collection[str] = ()) -> Found:
    """Compare the documents of an origin with those that are pinned, but for roles that are known to agree.

    Raises IntegrityError, UnavailableError.
    """
    try:
        pinned = pinned_documents(version, objects)
        fetched = fetched_documents(version.kind, seen.judgement.names, seen.documents)
    except UnreadableDocumentsError as error:
        return Found((), str(error))
    # Documents that are read have a URL here. Of a logo there are only bytes, and no look compares those.
    before, after = (_only(documents, fetched.urls.keys() - set(agreed)) for documents in (pinned, fetched))
    return Found(compare(before, after))


def _only(documents: VersionDocuments, roles: Collection[str]) -> VersionDocuments:
    values = {role: value for role, value in documents.values.items() if role in roles}
    urls = {role: url for role, url in documents.urls.items() if role in roles}
    return VersionDocuments(documents.kind, values, urls)


def refusals(findings: tuple[Finding, ...]) -> tuple[str, ...]:
    """Say why documents would not pass, if they would not."""
    if is_acceptable(findings):
        return ()
    first, *others = [finding for finding in findings if finding.severity is Severity.ERROR]
    more = f" And {len(others)} more." if others else ""
    return (f"As a version they would not pass. {first.message}{more}",)

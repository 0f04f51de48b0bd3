"""Two versions compared, and how much of it matters."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from shared.diff.assessing import Assessment, assess
from shared.diff.changes import Change
from shared.diff.versions import compare
from shared.domain.version import Version
from shared.reporting.documents import UnreadableDocumentsError, pinned_documents

if TYPE_CHECKING:
    from shared.diff.changes import VersionDocuments
    from shared.domain.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class Compared:
    """Two versions by the names that their readers know them by, what changed, and how much of it matters."""

    old: str
    new: str
    changes: tuple[Change, ...]
    assessment: Assessment


class Against(StrEnum):
    """What a version is compared with."""

    LIVE = "live"
    SEEN = "seen"
    RELEASED = "released"
    """The released version before it: what the public had until then."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A version compared with an earlier one of its plugin. `problem` says why that was not possible, if it was not."""

    against: Against
    earlier: Version
    compared: Compared | None
    problem: str = ""


def compared(old: str, new: str, before: VersionDocuments, after: VersionDocuments) -> Compared:
    """Compare two versions that are known as `old` and `new`."""
    changes = compare(before, after)
    return Compared(old, new, changes, assess(changes))


class Comparing:
    """Compares one version with others; each version's documents are read once."""

    def __init__(self, version: Version, objects: ObjectStore) -> None:
        self._version = version
        self._objects = objects
        self._read: dict[int, VersionDocuments] = {}

    def against(self, against: Against, earlier: Version) -> Comparison:
        """Compare the version with an earlier one. Raises IntegrityError, UnavailableError."""
        try:
            before, after = self._documents(earlier), self._documents(self._version)
        except UnreadableDocumentsError as error:
            return Comparison(against, earlier, None, str(error))
        old, new = (f"version {version.number}" for version in (earlier, self._version))
        return Comparison(against, earlier, compared(old, new, before, after))

    def _documents(self, version: Version) -> VersionDocuments:
        if version.number not in self._read:
            self._read[version.number] = pinned_documents(version, self._objects)
        return self._read[version.number]

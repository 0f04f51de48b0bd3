"""What an origin says in place of the live version, compared with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from shared.reporting.comparing import Against, Comparison, compared
from shared.reporting.documents import UnreadableDocumentsError, pinned_documents

if TYPE_CHECKING:
    from shared.domain.drift import Drift
    from shared.domain.ports import ObjectStore
    from shared.domain.version import Version


def compare_origin(live: Version, drift: Drift, objects: ObjectStore) -> Comparison:
    """Compare the documents that drifted with those that are live. Raises IntegrityError, UnavailableError."""
    try:
        before, after = (pinned_documents(each, objects) for each in (live, _as_if_pinned(live, drift)))
    except UnreadableDocumentsError:
        return Comparison(Against.LIVE, live, None, drift.reasons[0])
    return Comparison(Against.LIVE, live, compared(f"version {live.number}", "the origin", before, after))


def _as_if_pinned(live: Version, drift: Drift) -> Version:
    """Return the live version as it would be with the drifted documents in place of its own.

    What an origin is not asked for, such as a logo, stays as it is.
    """
    if live.snapshot is None:
        return live
    found = {part.role for part in drift.parts}
    kept = tuple(part for part in live.snapshot.parts if part.role not in found)
    return replace(live, snapshot=replace(live.snapshot, parts=(*drift.parts, *kept)))

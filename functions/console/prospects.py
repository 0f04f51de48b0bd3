"""What happens next to a version, in words for its publisher."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from functions.console.wordings import duration

if TYPE_CHECKING:
    from collections.abc import Mapping

    from functions.console.store import Document


@dataclass(frozen=True, slots=True)
class Prospect:
    """What comes next: a sentence or two, and when it may come (a moment of the API), where that can be said."""

    text: str
    at: str | None = None


_SETTLED: Mapping[str, str] = {
    "submitted": "The documents are being fetched and examined. That takes seconds.",
    "live": "Everybody gets this version. It stays as it is until you submit an upgrade and that is approved.",
    "superseded": "A later version took its place. You can go back to it at any time, without a new review.",
    "withdrawn": "It is reviewed no further. Submit again when you are ready.",
    "invalid": "Mend on your own host what the findings name, then submit again.",
    "rejected": "Change what the reasons name, then submit again.",
    "revoked": "Something bad was found in it: it is never live again. Submit a version without it.",
}


_UNDECIDED = frozenset({"submitted", "in_review", "invalid", "rejected"})


def prospect_of(version: Document, outlook: Document | None, *, live: int | None) -> Prospect:
    """Return what happens next to a version.

    `outlook` is the plugin's, of a candidate that waits; `live` is the version that is live, if any is.
    """
    state = version["state"]
    if state == "approved":
        return _approved(version["release"] or {})
    found = _in_review(outlook or {}) if state == "in_review" else Prospect(_SETTLED.get(state, ""))
    if live and state in _UNDECIDED:
        return replace(found, text=f"{found.text} Version {live} stays live meanwhile.")
    return found


def _in_review(outlook: Document) -> Prospect:
    place, usual = outlook.get("place"), outlook.get("usual_seconds")
    told = f"A reviewer decides. It is number {place:,} in the queue." if place else "A reviewer decides."
    if usual:
        decisions = outlook["decisions"]
        told += f" The last {decisions:,} decisions took {duration(usual)}, as a median."
    return Prospect(told, outlook.get("expected_at"))


def _approved(release: Document) -> Prospect:
    if release.get("mode") == "scheduled":
        return Prospect("It is approved, and becomes live by itself.", release.get("at"))
    dropped = release.get("dropped")
    told = f" Its scheduled release did not take place: {dropped}" if dropped else ""
    return Prospect(f"It is approved, and becomes live when you release it.{told}")


def seconds_until_news(version: Document) -> float:
    """Return after how many seconds it is worth looking again; 0 where nothing moves by itself."""
    return _PACE.get(version["state"], 0.0)


_PACE: Mapping[str, float] = {"submitted": 1.0, "in_review": 20.0, "approved": 20.0}

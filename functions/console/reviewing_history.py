"""A plugin as its reviewers see it: its versions, what can be done with them, and who did what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from functions.console.store import Document, path_of
from shared.domain.reasons import REASONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from functions.console.visits import Visit

_PAGE = 50
_PROPOSALS_LAPSE_AFTER = timedelta(days=7)
_RESTORABLE = frozenset({"superseded"})
_REVOCABLE = frozenset({"approved", "live", "superseded"})


_TONES: Mapping[str, str] = {
    "VersionApproved": "good",
    "VersionReleased": "good",
    "VersionRestored": "good",
    "PluginBanLifted": "good",
    "VersionInvalidated": "bad",
    "VersionRejected": "bad",
    "VersionRevoked": "bad",
    "PluginBanned": "bad",
    "VersionApprovalProposed": "info",
    "PluginBanProposed": "warn",
    "VersionReleaseDropped": "warn",
    "EnvelopeLeft": "warn",
    "OriginDrifted": "warn",
    "OriginBecameUnreachable": "warn",
    "OriginVanished": "bad",
    "OriginCameBack": "good",
}
_DECISIONS = frozenset(
    {
        "VersionApproved",
        "VersionApprovalProposed",
        "VersionInvalidated",
        "VersionRejected",
        "VersionRestored",
        "VersionRevoked",
        "VersionWithdrawn",
        "PluginBanned",
        "PluginBanProposed",
        "PluginBanLifted",
    }
)
_CAPITALISED = re.compile(r"(?<!^)[A-Z]")
_REASON = "reason."


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry of the audit in words. `said` is what somebody wrote, `reasons` titles and words, `facts` the rest."""

    entry: Document
    title: str
    tone: str
    said: str
    reasons: Sequence[tuple[str, str]]
    facts: Sequence[tuple[str, str]]

    @property
    def is_decision(self) -> bool:
        """Whether somebody decided something by it."""
        return self.entry["type"] in _DECISIONS


def entries_of(audit: Iterable[Document]) -> list[AuditLine]:
    """Put the entries of an audit into words, in their order."""
    return [_line(entry) for entry in audit]


def _line(entry: Document) -> AuditLine:
    detail: Mapping[str, str] = entry["detail"]
    told = [(name, text) for name, text in detail.items() if text and not name.startswith(_REASON)]
    return AuditLine(
        entry=entry,
        title=_CAPITALISED.sub(lambda found: f" {found[0].lower()}", entry["type"]),
        tone=_TONES.get(entry["type"], ""),
        said=detail.get("note") or detail.get("reason", ""),
        reasons=[_reason(name, detail[name]) for name in _in_order(detail)],
        facts=[(name, text) for name, text in told if name not in {"note", "reason"}],
    )


def _in_order(detail: Mapping[str, str]) -> list[str]:
    """Return the names of the reasons, kept as `reason.{place}.{code}`, in the order in which they were given."""
    return sorted((name for name in detail if name.startswith(_REASON)), key=lambda name: int(name.split(".", 2)[1]))


def _reason(name: str, words: str) -> tuple[str, str]:
    code = name.split(".", 2)[2]
    return (REASONS[code].title if code in REASONS else code), words


def standing_of(visit: Visit) -> Mapping[str, Any]:
    """Read a plugin, its newest versions, and a page of its audit."""
    home, cursor = path_of("v1", "plugins", visit.path["plugin_id"]), visit.query.text("cursor")
    plugin = visit.store.get(home)
    versions = visit.store.get(f"{home}/versions", limit=_PAGE)
    audit = visit.store.get(f"{home}/audit", limit=_PAGE, cursor=cursor)
    states = [(each["version"], each["state"]) for each in versions["items"]]
    return {
        "plugin": plugin,
        "versions": versions["items"],
        "has_more_versions": bool(versions["next_cursor"]),
        "audit": entries_of(audit["items"]),
        "next_cursor": audit["next_cursor"],
        "is_first": not cursor,
        "proposed_ban": proposed_ban(audit["items"], visit.now) if not cursor else None,
        "restorable": [number for number, state in states if state in _RESTORABLE],
        "revocable": [number for number, state in states if state in _REVOCABLE],
        "is_own": visit.person is not None and visit.person.subject == plugin["owner"],
    }


def proposed_ban(audit: Iterable[Document], now: datetime) -> Document | None:
    """Return the first of two decisions on a ban, while it waits for the second; `audit` is newest first."""
    for entry in audit:
        if entry["type"] in {"PluginBanned", "PluginBanLifted"}:
            return None
        if entry["type"] == "PluginBanProposed":
            return entry if now - datetime.fromisoformat(entry["at"]) <= _PROPOSALS_LAPSE_AFTER else None
    return None

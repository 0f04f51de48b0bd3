"""Two versions compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff.changes import MISSING, Comparison, Lane, VersionDocuments
from shared.diff.comparing import Walk
from shared.diff.grammar import Kind, Value, codes
from shared.diff.hosts import Hosts
from shared.diff.manifest import AI_PLUGIN
from shared.diff.references import References
from shared.diff.telling import Teller
from shared.domain.documents import AI_PLUGIN_V1

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shared.diff.changes import Change, Restatement
    from shared.diff.comparing import Note

_URLS = "urls"
_GRAMMARS: Mapping[str, Mapping[str, Kind]] = {AI_PLUGIN_V1: AI_PLUGIN}
_UNKNOWN = Value(codes=codes("contract.document"))
_LANES = {lane: order for order, lane in enumerate(Lane)}


def compare(old: VersionDocuments, new: VersionDocuments) -> tuple[Change, ...]:
    """Return what changed from one version to another, the gravest first; nothing where both say the same.

    Raises nothing for any documents that are as deep as the parser allows. Documents of a kind without a grammar are
    compared as wholes.
    """
    return examine(old, new).changes


def examine(old: VersionDocuments, new: VersionDocuments) -> Comparison:
    """Return the changes, and what says the same in another way: together they account for every difference."""
    grammar = _GRAMMARS.get(new.kind, {}) if old.kind == new.kind else {}
    before, after = combined(old, new)
    hosts = Hosts(old, new)
    notes: list[Note] = []
    restatements: list[Restatement] = []
    for role in sorted(before.keys() | after.keys()):
        was, now = before.get(role, MISSING), after.get(role, MISSING)
        walk = Walk(hosts, References(was, now), role=role)
        walk.compare(grammar.get(role, _UNKNOWN), was, now)
        notes += walk.notes
        restatements += walk.restatements
    teller = Teller(before, after, hosts)
    changes = [teller.tell(note) for note in notes]
    changes.sort(key=lambda change: (-change.severity.rank, _LANES[change.lane]))
    return Comparison(tuple(changes), tuple(restatements))


def combined(old: VersionDocuments, new: VersionDocuments) -> tuple[dict[str, object], dict[str, object]]:
    """Return the documents that pointers lead into. URLs are compared where both versions know them."""
    known = old.urls.keys() & new.urls.keys()
    before, after = ({**version.values} for version in (old, new))
    if known:
        before[_URLS] = {role: old.urls[role] for role in known}
        after[_URLS] = {role: new.urls[role] for role in known}
    return before, after


def grammar_of(kind: str) -> Mapping[str, Kind]:
    """Return the grammar of a kind of plugin by role, empty where there is none."""
    return _GRAMMARS.get(kind, {})

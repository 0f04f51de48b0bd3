"""What upgrades change, counted twice: by the store's reports, and by a coarser notion of text that is not its own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from local.replay.history import changes_between
from shared.diff.changes import Lane
from shared.domain.documents import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from local.replay.history import Edition
    from shared.diff.changes import Change

_TEXTS = frozenset({"description", "summary", "title", "example", "examples", "operationId"})
_BELOW_MANIFEST, _BELOW_SCHEMA = f"/{MANIFEST}/", f"/{SCHEMA}/"


@dataclass(slots=True)
class Upgrades:
    """Figures of all upgrades that were accepted. `missed` and `disputed` name what should not be."""

    count: int = 0
    lanes: Counter[str] = field(default_factory=Counter)
    only_texts: int = 0
    missed: list[str] = field(default_factory=list)
    reports: int = 0
    disputed: list[str] = field(default_factory=list)

    def note(self, old: Edition, new: Edition) -> None:
        """Count what an upgrade changes; one that changes only texts of the schema has to be found to do so."""
        changes = changes_between(old, new) or ()
        self.count += 1
        self.lanes.update(change.lane for change in changes)
        if _changes_only_texts(old, new):
            self.only_texts += 1
            if not _are_all_texts(changes):
                self.missed.append(f"{new.host} version {new.number}")

    def compare(self, told: Sequence[Mapping[str, Any]], old: Edition, new: Edition) -> None:
        """Hold the differences of a report against the comparison of what the hosts served."""
        changes = changes_between(old, new) or ()
        expected = Counter(change.lane.value for change in changes)
        self.reports += 1
        compared = [change for each in told if each["against"] == "live" for change in each["changes"]]
        found = Counter(change["lane"] for change in compared if _is_of_history(change))
        if found != expected:
            self.disputed.append(f"{new.host} version {new.number}: the report tells {found}, not {expected}")


def _is_of_history(change: Mapping[str, Any]) -> bool:
    """Tell whether a change is one of the documents that the history has: no URL of theirs, no logo, no envelope."""
    pointer: str = change["old_pointer"] or change["new_pointer"]
    return pointer.startswith((_BELOW_MANIFEST, _BELOW_SCHEMA))


def _changes_only_texts(old: Edition, new: Edition) -> bool:
    if old.documents is None or new.documents is None:
        return False
    before, after = old.documents.values[SCHEMA], new.documents.values[SCHEMA]
    return before != after and _without_texts(before) == _without_texts(after)


def _are_all_texts(changes: Iterable[Change]) -> bool:
    places = ((change, change.old_pointer or change.new_pointer or "") for change in changes)
    return {change.lane for change, place in places if place.startswith(_BELOW_SCHEMA)} == {Lane.MODEL_TEXT}


def _without_texts(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a schema less what only a reader reads."""
    if isinstance(value, dict):
        kept = (key for key, item in value.items() if not (key in _TEXTS and _is_text(key, item)))
        return {key: _without_texts(value[key]) for key in kept}
    return [_without_texts(item) for item in value] if isinstance(value, list) else value


def _is_text(key: str, value: object) -> bool:
    return isinstance(value, str) or key in {"example", "examples"}

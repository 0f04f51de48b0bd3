"""What completeness means: changes, and what says the same in another way, make new documents of the old ones."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from shared.diff.applying import apply
from shared.diff.normal import normal
from shared.diff.versions import examine, grammar_of
from shared.domain.documents import AI_PLUGIN_V1
from tests.unit.diff.documents import version

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.diff.changes import Change, Comparison
    from tests.unit.diff.documents import Document

_GRAMMAR = grammar_of(AI_PLUGIN_V1)


def written(values: dict[str, Any]) -> str:
    """Write documents down in normal form: equal for documents that say the same."""
    return json.dumps(
        {role: normal(_GRAMMAR[role], value) for role, value in values.items()}, sort_keys=True, default=str
    )


def compared(old: Document, new: Document) -> Comparison:
    return examine(version(old), version(new))


def gives(old: Document, new: Document, comparison: Comparison) -> bool:
    """Tell whether the old documents with all changes made are the new ones."""
    return written(apply(old, comparison)) == written(new)


def idle_changes(old: Document, new: Document, comparison: Comparison) -> Iterator[Change]:
    """Yield every change without which the old documents would become the new ones all the same."""
    for number, left_out in enumerate(comparison.changes):
        rest = (*comparison.changes[:number], *comparison.changes[number + 1 :])
        # What moved gives others their place: without it, they would have none.
        if not left_out.moves and gives(old, new, replace(comparison, changes=rest)):
            yield left_out

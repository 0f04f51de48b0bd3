"""Items of a list that are the same under another name. Only what is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.diff.equality import is_same

if TYPE_CHECKING:
    from collections.abc import Sequence


def sole_items(old: Sequence[object], new: Sequence[object]) -> list[tuple[int, int]]:
    """Pair the one item that went with the one that came."""
    return [(0, 0)] if len(old) == len(new) == 1 else []


def renamed_parameters(old: Sequence[object], new: Sequence[object]) -> list[tuple[int, int]]:
    """Pair the one parameter of a path that went with the one that came, or the one that has but another name."""
    pairs = _sole_path_parameters(old, new)
    if not pairs and len(old) == len(new) == 1 and is_described_alike(old[0], new[0]):
        return [(0, 0)]
    return pairs


def _sole_path_parameters(old: Sequence[object], new: Sequence[object]) -> list[tuple[int, int]]:
    # A path of the same form has as many parameters as before: with one unknown on each side, they are one.
    before, after = ([n for n, item in enumerate(items) if _place(item) == "path"] for items in (old, new))
    return [(before[0], after[0])] if len(before) == len(after) == 1 else []


def _place(item: object) -> object:
    return item.get("in") if isinstance(item, dict) else None


def is_described_alike(old: object, new: object) -> bool:
    """Tell whether two objects are the same but for their `name`, and say something of themselves."""
    if not isinstance(old, dict) or not isinstance(new, dict) or not old.get("description"):
        return False
    return is_same({**old, "name": ""}, {**new, "name": ""})

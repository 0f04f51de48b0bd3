"""Equality of JSON values: 1 and 1.0 are one number, true is no number, and the order of keys means nothing."""

from __future__ import annotations


def is_same(old: object, new: object) -> bool:
    """Tell whether two JSON values are equal. They are nested at most as deep as the parser allows."""
    if old is new:
        return True
    if isinstance(old, dict):
        return (
            isinstance(new, dict)
            and len(old) == len(new)
            and all(key in new and is_same(value, new[key]) for key, value in old.items())
        )
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(is_same, old, new))
    # Python holds true and 1 for equal.
    return old == new and isinstance(old, bool) is isinstance(new, bool)

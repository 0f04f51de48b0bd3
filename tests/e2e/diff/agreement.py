"""Whether what another tool reports of two API descriptions is among our changes.

The other tool writes every reference out and tells a change of a shared part at each place that uses it; ours tells it
once, where it stands. So a reported path is followed through the references of either document, and counts as told
where a change of ours is at that place, around it, or inside it. Items of lists are the same wherever they stand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.diff.places import split_pointer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.diff.changes import Comparison

type Step = str | None
"""A key, or None for an item of a list, whichever it is."""
type Steps = tuple[Step, ...]


class Reported(NamedTuple):
    """One change as the other tool reports it."""

    action: str
    path: Sequence[str | int]


def untold(old: object, new: object, comparison: Comparison, reported: Sequence[Reported]) -> list[Reported]:
    """Return what the other tool reports and ours does not tell. Documents are those of the role `schema`."""
    told = set(_told(old, new, comparison))
    return [each for each in reported if not any(_touches(place, told) for place in _places(old, new, each.path))]


def _told(old: object, new: object, comparison: Comparison) -> Iterator[Steps]:
    """Give the places of all changes, and of what says the same in another way, which the other tool cannot know."""
    for change in comparison.changes:
        for document, pointer in ((old, change.old_pointer), (new, change.new_pointer)):
            if pointer is not None:
                yield _steps(document, split_pointer(pointer)[1:])
    for entry in comparison.restatements:
        for pointer in filter(None, (entry.old_pointer, entry.goes_to)):
            yield _steps(old, split_pointer(pointer)[1:])
            yield _steps(new, split_pointer(pointer)[1:])


def _steps(document: object, tokens: Sequence[str | int]) -> Steps:
    """Return a path with the numbers of lists left out."""
    steps: list[Step] = []
    for token in tokens:
        steps.append(None if isinstance(document, list) else str(token))
        document = _below(document, token)
    return tuple(steps)


def _places(old: object, new: object, path: Sequence[str | int]) -> set[Steps]:
    """Return where a reported path leads in either document, and the references that it goes through."""
    return {place for document in (old, new) for place in _followed(document, path)}


def _followed(root: object, path: Sequence[str | int]) -> Iterator[Steps]:
    node: object = root
    at: Steps = ()
    for token in _without_made_up(root, path):
        while (target := _target(node)) is not None:
            yield at
            tokens = split_pointer(target)
            node, at = _at(root, tokens), _steps(root, tokens)
        at = (*at, None if isinstance(node, list) else str(token))
        node = _below(node, token)
    yield at
    if (target := _target(node)) is not None:
        yield _steps(root, split_pointer(target))


def _without_made_up(root: object, path: Sequence[str | int]) -> Iterator[str | int]:
    """Leave out the `allOf` that the other tool makes of a reference with other fields beside it."""
    node, rest = root, list(path)
    while rest:
        target = _target(node)
        if target is not None and rest[0] == "allOf" and "allOf" not in node:  # type: ignore[operator] # an object
            del rest[:2]
        elif target is not None:
            node = _at(root, split_pointer(target))
        else:
            yield rest[0]
            node = _below(node, rest.pop(0))


def _target(node: object) -> str | None:
    """Return the pointer that a reference inside the document leads to."""
    reference = node.get("$ref") if isinstance(node, dict) else None
    return reference[1:] if isinstance(reference, str) and reference.startswith("#/") else None


def _at(root: object, tokens: Sequence[str]) -> object:
    for token in tokens:
        root = _below(root, token)
    return root


def _below(node: object, token: str | int) -> object:
    if isinstance(node, dict):
        return node.get(str(token))
    if isinstance(node, list) and str(token).isdecimal() and int(token) < len(node):
        return node[int(token)]
    return None


def _touches(place: Steps, told: set[Steps]) -> bool:
    """Tell whether one of the told places is this one, around it, or inside it."""
    around = (place[:length] for length in range(len(place) + 1))
    return any(each in told for each in around) or any(each[: len(place)] == place for each in told)

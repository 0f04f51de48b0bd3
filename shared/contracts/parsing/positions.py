"""Where a value stands in the text it came from.

A parser appends one entry for each node (key, scalar, collection, alias) in the order of the text. That costs four
bytes a node and an entry for each collection, and a pointer is found by stepping over the subtrees before it.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Trail:
    """The nodes of a document in the order of its text.

    `offsets[n]` is where node n begins, in code points; `ends[n]` is the number of the first node after the collection
    n, and other nodes have none. An alias is one node, and `aliases` says which node it stands for.
    """

    offsets: array[int] = field(default_factory=lambda: array("I"))
    ends: dict[int, int] = field(default_factory=dict)
    aliases: dict[int, int] = field(default_factory=dict)

    def open(self, offset: int) -> int:
        """Note that a node begins and return its number. It is a leaf until `close` says otherwise."""
        self.offsets.append(offset)
        return len(self.offsets) - 1

    def close(self, number: int) -> None:
        """Note that a collection has ended."""
        self.ends[number] = len(self.offsets)

    def children(self, number: int) -> Iterator[int]:
        """Yield the numbers of a node's children: items, or keys and values in turn."""
        child, end = number + 1, self.ends.get(number, number + 1)
        while child < end:
            yield child
            child = self.ends.get(child, child + 1)


class Locator:
    """Finds where values stand. What was learnt of a collection is kept, so that many places in one cost little."""

    def __init__(self, trail: Trail, value: object) -> None:
        self._trail = trail
        self._value = value
        self._children: dict[int, dict[str, int]] = {}

    def locate(self, tokens: list[str]) -> int:
        """Return the offset of the value that `tokens` lead to, or of the nearest one above it that exists."""
        number, value = 0, self._value
        for token in tokens:
            number = self._trail.aliases.get(number, number)
            child = self._children_of(number, value).get(token)
            if child is None:
                break
            number, value = child, value[int(token) if isinstance(value, list) else token]  # type: ignore[index]
        return self._trail.offsets[number]

    def _children_of(self, number: int, value: object) -> dict[str, int]:
        if number not in self._children:
            children = list(self._trail.children(number))
            match value:
                case dict():
                    self._children[number] = dict(zip(value, children[1::2], strict=True))
                case list():
                    self._children[number] = {str(place): child for place, child in enumerate(children)}
                case _:
                    self._children[number] = {}
        return self._children[number]


def split_pointer(pointer: str) -> list[str]:
    """Return the tokens of an RFC 6901 pointer; "" has none."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]

"""Many texts searched as one: a document may have a hundred thousand, and most hold nothing that is looked for."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence


class Joined:
    """Some texts, numbered from 0, with a line feed between them."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.text = "\n".join(texts)
        self._letters = set(self.text)
        self._starts = [0, *accumulate(len(text) + 1 for text in texts)]

    def holders(self, anchors: Iterable[str]) -> list[int]:
        """Return the numbers of the texts that hold one of some strings, in order."""
        return sorted({number for anchor in anchors for number in self._holding(anchor)})

    def number_at(self, offset: int) -> int:
        """Return the number of the text that an offset into `text` lies in."""
        return bisect_right(self._starts, offset) - 1

    def _holding(self, anchor: str) -> Iterator[int]:
        if not self._letters.issuperset(anchor):
            return
        offset = self.text.find(anchor)
        while offset >= 0:
            number = self.number_at(offset)
            yield number
            # One hit is enough for a text: go on with the next.
            offset = self.text.find(anchor, self._starts[number + 1])

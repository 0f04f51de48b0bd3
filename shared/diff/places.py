"""Places in two documents at once: cheap to make while they are walked, spelled out only for a change."""

from __future__ import annotations

from typing import NamedTuple

from shared.diff.changes import Side

type Trail = tuple[Trail, str | int] | None
"""The trail above and the last token; None is the root."""
type Tokens = tuple[str | int, ...]

END = "-"
"""The token behind the last item of a list (RFC 6901, section 4)."""


class Place(NamedTuple):
    """Where something is, or would be, in the old documents and in the new ones, and who writes what it describes."""

    old: Trail = None
    new: Trail = None
    side: Side = Side.BOTH

    def below(self, token: str | int) -> Place:
        """Return the place of a field that has one name in both."""
        return Place((self.old, token), (self.new, token), self.side)

    def at(self, old: str | int, new: str | int) -> Place:
        """Return the place of something that has another name or number in each."""
        return Place((self.old, old), (self.new, new), self.side)

    def on(self, side: Side | None) -> Place:
        """Return the same place as one that another side writes."""
        return self if side is None else Place(self.old, self.new, side)


def tokens_of(trail: Trail) -> Tokens:
    """Return the tokens of a trail, from the root on."""
    tokens: list[str | int] = []
    while trail is not None:
        trail, token = trail
        tokens.append(token)
    return tuple(reversed(tokens))


def pointer_to(tokens: Tokens) -> str:
    """Return the RFC 6901 pointer that some tokens spell."""
    return "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


def spell(trail: Trail) -> str:
    """Return a trail as an RFC 6901 pointer."""
    return pointer_to(tokens_of(trail))


def split_pointer(pointer: str) -> list[str]:
    """Return the tokens of an RFC 6901 pointer; "" has none."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]

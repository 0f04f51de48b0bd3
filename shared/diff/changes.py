"""The words of a comparison: versions, changes, and what says the same in another way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum


class Lane(StrEnum):
    """What a change touches, in the order in which a reviewer wants to know."""

    DESTINATION = "destination"
    MODEL_TEXT = "model_text"
    CAPABILITY = "capability"
    CONTRACT = "contract"
    LISTING = "listing"


class Risk(StrEnum):
    """How much a change, or a whole comparison, asks of a reviewer. None is the risk of no change at all."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Its place in the order, 0 for none."""
        return _RANKS[self]


_RANKS = {risk: rank for rank, risk in enumerate(Risk)}


class Direction(StrEnum):
    """What a change of the contract means for callers."""

    BREAKING = "breaking"
    WIDENING = "widening"
    NARROWING = "narrowing"


class Side(Enum):
    """Who writes what a place describes: callers, the API, both, or nobody where nothing uses it."""

    NEITHER = 0
    REQUEST = 1
    RESPONSE = 2
    BOTH = 3

    def joined(self, other: Side) -> Side:
        """Return the side of what is used on both of these."""
        return Side(self.value | other.value)


class EnoughError(Exception):
    """A comparison that is made for a sentence has found more than a sentence holds. Never leaves this package."""


class Missing(Enum):
    """What stands where there is nothing. JSON's null is a value."""

    MISSING = "missing"


MISSING = Missing.MISSING


@dataclass(frozen=True, slots=True)
class VersionDocuments:
    """The documents of one version as parsed JSON values, by role, nested at most as deep as the parser allows.

    A role whose document is not JSON, such as a logo, has its digest for a value. `urls` maps a role to the final URL
    of its document, where that is known: a move to another host is a change.
    """

    kind: str
    values: Mapping[str, object]
    urls: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of one place.

    Pointers are RFC 6901 into `{role: document}`, so that `/schema/info/title` is the title of the API description;
    None is on the side where there is nothing. `before` and `after` are the values there. For something that has moved
    as a whole (`moves`) they name the two places, and what changed inside it are changes of their own. `anchor` is the
    pointer that an added value would have in the old documents, `-` standing for the end of a list (RFC 6901, section
    4).
    """

    code: str
    lane: Lane
    severity: Risk
    old_pointer: str | None
    new_pointer: str | None
    before: object
    after: object
    message: str
    direction: Direction | None = None
    moves: bool = False
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Restatement:
    """A place that says the same in another way: a reference in place of what it names, or the other way round.

    `left` is what now stands at `old_pointer`. Where `goes_to` is set, what stood there stands at `goes_to` now (a
    pointer into the old documents), and the changes inside it are told by its former place.
    """

    old_pointer: str
    left: object = MISSING
    goes_to: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that tells one version from another: changes, gravest first, and restatements, which change nothing."""

    changes: tuple[Change, ...]
    restatements: tuple[Restatement, ...] = ()

"""The envelope document: its format, version 1. Its JSON Schema follows from these models (docs/envelopes.md)."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from shared.contracts.text.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 64 * 1024
"""Of an envelope as it is pinned. One that needs more describes no document any more."""
MOST_SLOTS = 200
MOST_PIECES = 32
MOST_VALUES = 500
LONGEST_WORDS = 1000
LONGEST_LITERAL = 20_000
LONGEST_NUMBER = 10**15
_LONGEST_PLACE = 1000


def _formed(pattern: str, message: str) -> object:
    """Return a type of texts that have a form, and say what the form is where one has not."""
    form = re.compile(pattern)

    def check(text: str) -> str:
        if not form.fullmatch(text):
            raise PydanticCustomError("form", "{wanted}", {"wanted": message})
        return text

    constraints = StringConstraints(min_length=1, max_length=_LONGEST_PLACE)
    return Annotated[str, constraints, AfterValidator(check), Field(json_schema_extra={"pattern": f"^{pattern}$"})]


if TYPE_CHECKING:
    type Pointer = str
    type Operation = str
    type ServerUrl = str
else:
    Pointer = _formed(
        "(/[^~/]*(~[01][^~/]*)*)+", "A place is a JSON pointer (RFC 6901), such as `/paths/~1lists/get/summary`."
    )
    Operation = _formed("[A-Z]+ /.*", "An operation is its method and its path, such as `GET /lists/{id}`.")
    ServerUrl = _formed(r"https://[^{}\s]+", "A server is an absolute https URL without variables.")

type LiteralText = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LITERAL)]
type Option = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_WORDS)]


class DateForm(StrEnum):
    """How a date or a time is written. Months and days have two digits but where a form says `D`."""

    ISO = "YYYY-MM-DD"
    SLASHED = "YYYY/MM/DD"
    DOTTED = "DD.MM.YYYY"
    DAY_FIRST = "DD/MM/YYYY"
    MONTH_FIRST = "MM/DD/YYYY"
    MONTH_DAY = "Month D, YYYY"
    DAY_MONTH = "D Month YYYY"
    MOMENT = "YYYY-MM-DDThh:mm:ssZ"
    MINUTE = "YYYY-MM-DD hh:mm"
    TIME = "hh:mm"


class CharacterSet(StrEnum):
    """Sets of characters by name. None of them holds a line break."""

    LETTERS = "letters"
    """A to Z, small and large."""
    DIGITS = "digits"
    """0 to 9."""
    SPACE = "space"
    """The blank, U+0020."""
    PUNCTUATION = "punctuation"
    """`. , ; : ! ? ' " ( ) - / % & +`"""
    ANY_LETTER = "any-letter"
    """Letters and their marks of every script."""


class Part(BaseModel):
    """Any part of an envelope: nothing unknown is passed over, nothing changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Date(Part):
    """A date of the calendar, or a time of the day."""

    date: Annotated[DateForm, Field(strict=False)]


class NumberRange(Part):
    """Whole numbers from `least` to `most`, written in digits and without leading zeros."""

    least: int = Field(default=0, ge=0, le=LONGEST_NUMBER)
    most: int = Field(ge=0, le=LONGEST_NUMBER)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        return _required(self, self.least <= self.most, "`most` must not be below `least`.")


class Number(Part):
    """A whole number."""

    number: NumberRange


class Choice(Part):
    """One of some texts."""

    one_of: list[Option] = Field(min_length=1, max_length=MOST_VALUES)


class WordSet(Part):
    """Free text of `shortest` to `longest` characters (code points) out of some sets and of single ones in `also`."""

    characters: list[Annotated[CharacterSet, Field(strict=False)]] = Field(min_length=1, max_length=len(CharacterSet))
    also: str = Field(default="", max_length=64)
    shortest: int = Field(default=0, ge=0, le=LONGEST_WORDS)
    longest: int = Field(ge=1, le=LONGEST_WORDS)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        _required(self, self.shortest <= self.longest, "`longest` must not be below `shortest`.")
        is_plain = self.also.isprintable() and visible(self.also) == self.also
        return _required(self, is_plain, "`also` may hold only characters that can be seen.")


class Words(Part):
    """Free text: nobody sees it before the model does, so that every one of them is a warning to the reviewer."""

    words: WordSet


_LITERAL = "a literal"
_KINDS_OF_PIECES: Mapping[str, type] = {"date": Date, "number": Number, "one_of": Choice, "words": Words}


def _kind_of_piece(piece: object) -> str | None:
    """Return the kind of a piece, by its one key. A kind is no key: no place of an error is taken for another."""
    if isinstance(piece, str):
        return _LITERAL
    for name, kind in _KINDS_OF_PIECES.items():
        if isinstance(piece, kind) or (isinstance(piece, dict) and name in piece):
            return f"a {name}"
    return None


type Piece = Annotated[
    Annotated[LiteralText, Tag(_LITERAL)]
    | Annotated[Date, Tag("a date")]
    | Annotated[Number, Tag("a number")]
    | Annotated[Choice, Tag("a one_of")]
    | Annotated[Words, Tag("a words")],
    Discriminator(
        _kind_of_piece,
        custom_error_type="unknown_piece",
        custom_error_message="A piece is a text that stays, or an object with `date`, `number`, `one_of` or `words`.",
    ),
]
type Pieces = Annotated[list[Piece], Field(min_length=1, max_length=MOST_PIECES)]


class TextSlot(Part):
    """A text of the base, piece by piece: what stays, and what may stand between."""

    at: Pointer = Field(description="RFC 6901 pointer to a description, summary, title, example or version.")
    reads: Pieces


class EnumSlot(Part):
    """A list of allowed values of the base: which values it may list, and how many at the most.

    `any_of` names values; `each` describes further texts, piece by piece.
    """

    at: Pointer = Field(description="RFC 6901 pointer to an enum.")
    any_of: list[str | int | bool | None] = Field(default=[], max_length=MOST_VALUES)
    each: Pieces | None = None
    most: int = Field(default=MOST_VALUES, ge=1, le=MOST_VALUES)

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        return _required(self, bool(self.any_of or self.each), "Name values in `any_of`, or describe them in `each`.")


class ServersSlot(Part):
    """Which servers the document may list besides those of the base, in any order. At least one has to be left."""

    any_of: list[ServerUrl] = Field(default=[], max_length=MOST_VALUES)


class Envelope(Part):
    """All that may vary. What is not named here must say the same as the base."""

    envelope: Literal[1] = 1
    refresh_minutes: int = Field(
        default=1440,
        ge=15,
        le=10_080,
        description="How often the store looks for a newer document, in minutes.",
    )
    optional_operations: list[Operation] = Field(
        default=[],
        max_length=MOST_VALUES,
        description="Operations of the base that may be left out, such as `GET /lists/{id}`.",
    )
    servers: ServersSlot | None = None
    enums: list[EnumSlot] = Field(default=[], max_length=MOST_SLOTS)
    texts: list[TextSlot] = Field(default=[], max_length=MOST_SLOTS)

    @field_validator("envelope", mode="before")
    @classmethod
    def _is_this_version(cls, version: object) -> object:
        # `true` and 1.0 are equal to 1, and a literal takes what is equal.
        return _required(version, type(version) is int and version == 1, "The version of this format is 1.")

    @property
    def slots(self) -> int:
        """How many things may vary."""
        return len(self.optional_operations) + bool(self.servers) + len(self.enums) + len(self.texts)


STATIC = Envelope()
"""The envelope in which nothing varies: it holds what says the same as its base."""


def write_envelope(envelope: Envelope) -> bytes:
    """Return an envelope as it is pinned: one text for everything that says the same, in lines that people can read."""
    value = envelope.model_dump(mode="json", exclude_defaults=True) | {"envelope": envelope.envelope}
    return (json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of the format."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Envelope.model_json_schema()}


def _required[Value](value: Value, holds: bool, message: str) -> Value:  # noqa: FBT001 - a condition
    if not holds:
        raise PydanticCustomError("envelope", "{wanted}", {"wanted": message})
    return value

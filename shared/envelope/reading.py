"""Reading an envelope, and saying where it does not have the format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pydantic import ValidationError

from shared.contracts.parsing import ParseError, parse
from shared.contracts.remarks import pointer_to
from shared.domain.errors import InvalidValueError
from shared.envelope.document import Envelope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic_core import ErrorDetails


_MESSAGES = {
    "model_type": "This has to be an object.",
    "missing": "The member {1[0]!r} is missing here.",
    "extra_forbidden": "This is no member of the format.",
}


class Misfit(NamedTuple):
    """One place of a document that is not as the format demands, and how to mend it."""

    pointer: str
    message: str


class EnvelopeInvalidError(InvalidValueError):
    """A document is no envelope. `misfits` says where and why; there is one at least."""

    def __init__(self, misfits: tuple[Misfit, ...]) -> None:
        first = misfits[0]
        super().__init__(f"At {first.pointer or 'the document'}: {first.message}", field="envelope")
        self.misfits = misfits


def read_envelope(body: bytes) -> Envelope:
    """Read an envelope in JSON or YAML. Raises EnvelopeInvalidError."""
    try:
        value = parse(body).value
    except ParseError as error:
        place = f" (line {error.line}, column {error.column})" if error.line else ""
        raise EnvelopeInvalidError((Misfit("", f"{error.message}{place}"),)) from error
    return envelope_of(value)


def envelope_of(value: object) -> Envelope:
    """Read a parsed envelope. Raises EnvelopeInvalidError."""
    try:
        return Envelope.model_validate(value)
    except ValidationError as error:
        raise EnvelopeInvalidError(tuple(_misfit(each, value) for each in error.errors())) from error


def _misfit(error: ErrorDetails, value: object) -> Misfit:
    message = _MESSAGES.get(error["type"], "{0}").format(error["msg"], error["loc"][-1:])
    return Misfit(pointer_to(*_steps(error["loc"], value)), message)


def _steps(location: tuple[str | int, ...], value: Any) -> Iterator[str | int]:  # noqa: ANN401 - any JSON
    """Give the steps of a place in the document. The library names the alternatives of a piece among them."""
    for step in location:
        is_there = step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int)
        if is_there:
            yield step
            value = value[step]

"""HTTP/1.1 answers read strictly and within limits (RFC 9112). No sockets: bytes come from a callable.

Every limit refuses; none of them cuts. What two clients could read in two ways is refused too, since the reviewer has
to see what everybody else gets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.fetching.failures import FetchCode, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_STATUS_LINE = 1024
"""Bytes of the status line."""
LONGEST_HEAD = 64 * 1024
"""Bytes of all header fields together; real sites with long policies stay below 16 KiB."""
MOST_FIELDS = 128
LONGEST_CHUNK_LINE = 256
"""Bytes of a chunk's size and extensions."""

_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-5][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)")
_LENGTH = re.compile(r"[0-9]{1,18}")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?")
_FIRST_FINAL_STATUS = 200


class Intake:
    """Bytes that arrived and are not read yet. `receive` gives the next bytes, or none at a clean end."""

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self._receive = receive
        self._held = bytearray()

    def line(self, *, longest: int, code: FetchCode) -> bytes:
        """Return the next line without its CRLF. Raises WireError with `code` when it is longer than `longest`."""
        searched = 0
        while (end := self._held.find(b"\r\n", searched)) < 0:
            if len(self._held) > longest:
                break
            searched = max(0, len(self._held) - 1)
            self._more()
        if end < 0 or end > longest:
            raise WireError(code, f"it sent a line of more than {longest} bytes where HTTP has a short one")
        return self._take(end + 2)[:-2]

    def exactly(self, count: int) -> bytes:
        """Return the next `count` bytes."""
        while len(self._held) < count:
            self._more()
        return self._take(count)

    def all_until_closed(self, *, most: int) -> bytes:
        """Return everything up to a clean end. Raises WireError when that is more than `most` bytes."""
        while data := self._receive():
            self._held += data
            _refuse_long_body(len(self._held), most)
        _refuse_long_body(len(self._held), most)
        return self._take(len(self._held))

    def _more(self) -> None:
        data = self._receive()
        if not data:
            raise WireError(FetchCode.TRUNCATED, "it closed the connection in the middle of its answer")
        self._held += data

    def _take(self, count: int) -> bytes:
        taken = bytes(memoryview(self._held)[:count])
        del self._held[:count]
        return taken


@dataclass(frozen=True, slots=True)
class Head:
    """Status and header fields of an answer; names in lower case, values decoded as Latin-1."""

    minor_version: int
    status: int
    fields: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Return every value of a field, in order."""
        return tuple(value for held, value in self.fields if held == name)

    def first(self, name: str) -> str:
        """Return the first value of a field, or nothing."""
        return next(iter(self.all(name)), "")

    def only(self, name: str) -> str | None:
        """Return the value of a field that may come once. Raises WireError when it comes again."""
        values = self.all(name)
        if len(values) > 1:
            raise WireError(FetchCode.BAD_ANSWER, f"it sent {len(values)} {name} header fields")
        return values[0] if values else None


def read_head(intake: Intake) -> Head:
    """Read a final answer's status line and header fields. Raises WireError; interim answers are refused."""
    line = intake.line(longest=LONGEST_STATUS_LINE, code=FetchCode.HEAD_TOO_LARGE)
    match = _STATUS_LINE.fullmatch(line)
    if not match:
        raise WireError(FetchCode.BAD_ANSWER, f"it did not answer in HTTP/1.1 but with {_shown(line)}")
    status = int(match[2])
    if status < _FIRST_FINAL_STATUS:
        raise WireError(FetchCode.INTERIM_ANSWER, f"it sent the interim answer {status}")
    return Head(int(match[1]), status, _read_fields(intake))


def _read_fields(intake: Intake) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    room = LONGEST_HEAD
    while line := intake.line(longest=room, code=FetchCode.HEAD_TOO_LARGE):
        room = max(0, room - len(line) - 2)
        match = _FIELD.fullmatch(line)
        if not match:
            raise WireError(FetchCode.BAD_ANSWER, f"it sent the malformed header field {_shown(line)}")
        fields.append((match[1].decode("ascii").lower(), match[2].decode("latin-1").rstrip(" \t")))
        if len(fields) > MOST_FIELDS:
            raise WireError(FetchCode.HEAD_TOO_LARGE, f"it sent more than {MOST_FIELDS} header fields")
    return tuple(fields)


def read_body(intake: Intake, head: Head, *, most: int) -> bytes:
    """Read the whole body of an answer, at most `most` bytes. Raises WireError."""
    _refuse_encoded(head)
    length, is_chunked = _length(head), _is_chunked(head)
    if is_chunked and length is not None:
        raise WireError(FetchCode.BAD_ANSWER, "it sent both Content-Length and Transfer-Encoding")
    if is_chunked:
        return _read_chunks(intake, most=most)
    if length is None:
        return intake.all_until_closed(most=most)
    _refuse_long_body(length, most)
    return intake.exactly(length)


def _refuse_encoded(head: Head) -> None:
    for value in head.all("content-encoding"):
        if value.lower() not in {"", "identity"}:
            raise WireError(FetchCode.ENCODED, f"it sent the body with Content-Encoding {value[:64]!r}")


def _length(head: Head) -> int | None:
    value = head.only("content-length")
    if value is None:
        return None
    if not _LENGTH.fullmatch(value):
        raise WireError(FetchCode.BAD_ANSWER, f"it sent the Content-Length {value[:64]!r}")
    return int(value)


def _is_chunked(head: Head) -> bool:
    value = head.only("transfer-encoding")
    if value is None:
        return False
    if value.lower() != "chunked" or head.minor_version == 0:
        clause = f"it sent the Transfer-Encoding {value[:64]!r} in HTTP/1.{head.minor_version}"
        raise WireError(FetchCode.BAD_ANSWER, clause)
    return True


def _read_chunks(intake: Intake, *, most: int) -> bytes:
    body = bytearray()
    while (size := _chunk_size(intake)) > 0:
        _refuse_long_body(len(body) + size, most)
        body += intake.exactly(size)
        if intake.exactly(2) != b"\r\n":
            raise WireError(FetchCode.BAD_ANSWER, "it sent a chunk that does not end where it says")
    # Trailer fields mean nothing here; they are read as strictly as the head, and dropped.
    _read_fields(intake)
    return bytes(body)


def _chunk_size(intake: Intake) -> int:
    line = intake.line(longest=LONGEST_CHUNK_LINE, code=FetchCode.BAD_ANSWER)
    match = _CHUNK_LINE.fullmatch(line)
    if not match:
        raise WireError(FetchCode.BAD_ANSWER, f"it sent the malformed chunk size {_shown(line)}")
    return int(match[1], 16)


def _refuse_long_body(size: int, most: int) -> None:
    if size > most:
        raise WireError(FetchCode.TOO_LARGE, f"its body is longer than {most} bytes")


def _shown(line: bytes) -> str:
    return repr(line[:80].decode("latin-1"))

"""Bytes to and from one connection, held to the deadline, in the clear or under TLS.

TLS runs over memory buffers and not over the socket: OpenSSL's own reads go on inside one call for as long as the peer
keeps sending session tickets or key updates, and would not come back to look at the clock. Here every read of the
socket is ours, with the time left as its time-out, and every byte of it counts.
"""

from __future__ import annotations

import hashlib
import ssl
from functools import partial
from typing import TYPE_CHECKING, Protocol

from shared.fetching.failures import FetchCode, WireError

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.fetching.deadlines import Deadline

_RECEIVE_BYTES = 64 * 1024


class Stream(Protocol):
    """What is used of a connected socket."""

    def settimeout(self, value: float | None, /) -> None:
        """Bound each of the following calls, in seconds."""

    def recv(self, bufsize: int, /) -> bytes:
        """Return some bytes, or none at the end."""

    def send(self, data: bytes, /) -> int:
        """Send some of the bytes and return how many."""

    def close(self) -> None:
        """End the connection."""


class Channel(Protocol):
    """A connection that is ready for a request."""

    @property
    def certificate_sha256(self) -> str:
        """The SHA-256 of the peer's certificate (DER), in hexadecimal; nothing in the clear."""

    def send(self, data: bytes) -> None:
        """Send all bytes. Raises WireError."""

    def receive(self) -> bytes:
        """Return some bytes, or none at a clean end. Raises WireError."""

    def close(self) -> None:
        """End the connection."""


class PlainChannel:
    """Bytes as they are on the wire. Refuses to receive more than `most_bytes`."""

    certificate_sha256 = ""

    def __init__(self, stream: Stream, *, deadline: Deadline, most_bytes: int) -> None:
        self._stream = stream
        self._deadline = deadline
        self._room = most_bytes

    def send(self, data: bytes) -> None:
        """Send all bytes. Raises WireError."""
        while data:
            sent = self._within_deadline(partial(self._stream.send, data))
            data = data[sent:]

    def receive(self) -> bytes:
        """Return some bytes, or none at the end. Raises WireError."""
        data = self._within_deadline(partial(self._stream.recv, _RECEIVE_BYTES))
        self._room -= len(data)
        if self._room < 0:
            raise WireError(FetchCode.TOO_LARGE, "it sent far more than a document")
        return data

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def _within_deadline[T](self, call: Callable[[], T]) -> T:
        self._stream.settimeout(self._deadline.remaining())
        try:
            return call()
        except TimeoutError as error:
            raise self._deadline.over() from error
        except OSError as error:
            clause = f"the connection broke ({error.strerror or type(error).__name__})"
            raise WireError(FetchCode.TRUNCATED, clause) from error


class TlsChannel:
    """TLS over a plain channel. The constructor shakes hands and checks certificate and host name."""

    def __init__(self, plain: PlainChannel, *, context: ssl.SSLContext, host: str) -> None:
        self._plain = plain
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=host)
        self._drive(self._tls.do_handshake)
        certificate = self._tls.getpeercert(binary_form=True) or b""
        self.certificate_sha256 = hashlib.sha256(certificate).hexdigest()

    def send(self, data: bytes) -> None:
        """Send all bytes. Raises WireError."""
        self._drive(partial(self._tls.write, data))

    def receive(self) -> bytes:
        """Return some bytes, or none after a close_notify; a connection that ends without one is truncated."""
        return self._drive(partial(self._tls.read, _RECEIVE_BYTES))

    def close(self) -> None:
        """End the connection at once: the answer is complete or refused, and a farewell could block."""
        self._plain.close()

    def _drive[T](self, step: Callable[[], T]) -> T:
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._feed()
            except ssl.SSLError as error:
                raise _tls_failure(error) from error
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        if self._outgoing.pending:
            self._plain.send(self._outgoing.read())

    def _feed(self) -> None:
        if data := self._plain.receive():
            self._incoming.write(data)
        else:
            self._incoming.write_eof()


def _tls_failure(error: ssl.SSLError) -> WireError:
    if isinstance(error, ssl.SSLCertVerificationError):
        reason = error.verify_message.removesuffix(".")
        return WireError(FetchCode.TLS_CERTIFICATE, f"its certificate was refused: {reason}")
    if isinstance(error, ssl.SSLEOFError):
        return WireError(FetchCode.TRUNCATED, "it closed the connection without ending TLS first")
    return WireError(FetchCode.TLS, f"TLS failed ({error.reason or type(error).__name__})")

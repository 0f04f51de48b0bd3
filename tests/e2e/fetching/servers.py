"""Servers on loopback that misbehave, each in one way."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Wire = socket.socket | ssl.SSLSocket
GIVES_UP_AFTER = 5.0
"""Seconds after which an endless server ends, so that a client that does not leave cannot keep it."""

OK = b"HTTP/1.1 200 OK\r\n"


@dataclass(frozen=True)
class Behaviour:
    """What a server does with one connection; under TLS when it has a context."""

    answer: Callable[[Wire], None]
    context: ssl.SSLContext | None = None
    accepts: bool = True


@contextlib.contextmanager
def serving(behaviour: Behaviour) -> Iterator[int]:
    """Serve on a loopback port, which is the value, until the block ends."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=16 if behaviour.accepts else 0))
        port: int = listener.getsockname()[1]
        if behaviour.accepts:
            threading.Thread(target=_accept, args=(listener, behaviour), daemon=True).start()
        else:
            for _ in range(4):
                _fill(port, stack)
        yield port
        # Closing alone would leave the accepting thread inside its call, and the port open with it.
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _fill(port: int, stack: contextlib.ExitStack) -> None:
    # A full queue of connections that nobody accepts: the kernel drops what comes next, as a black hole would.
    waiting = stack.enter_context(socket.socket())
    waiting.setblocking(False)  # noqa: FBT003 - the standard library's own signature
    with contextlib.suppress(BlockingIOError):
        waiting.connect(("127.0.0.1", port))


def _accept(listener: socket.socket, behaviour: Behaviour) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(connection, behaviour), daemon=True).start()


def _serve(connection: socket.socket, behaviour: Behaviour) -> None:
    with contextlib.suppress(OSError), connection:
        connection.settimeout(GIVES_UP_AFTER)
        if behaviour.context:
            with behaviour.context.wrap_socket(connection, server_side=True) as wrapped:
                behaviour.answer(wrapped)
        else:
            behaviour.answer(connection)


def take_request(wire: Wire) -> bytes:
    """Read a request up to its empty line."""
    request = b""
    while b"\r\n\r\n" not in request:
        data = wire.recv(4096)
        if not data:
            break
        request += data
    return request


def once(*pieces: bytes) -> Callable[[Wire], None]:
    """Answer with these bytes, and close cleanly."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        wire.sendall(b"".join(pieces))
        end(wire)

    return answer


def end(wire: Wire) -> None:
    """End the connection as a good server does: what was sent arrives."""
    if isinstance(wire, ssl.SSLSocket):
        wire.unwrap()
    else:
        wire.shutdown(socket.SHUT_WR)
        wire.recv(1)


def endless(piece: bytes, *, after: bytes = b"") -> Callable[[Wire], None]:
    """Answer `after` and then the same piece for as long as the client takes it."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        wire.sendall(after)
        ends = time.monotonic() + GIVES_UP_AFTER
        while time.monotonic() < ends:
            wire.sendall(piece)

    return answer


def dripping(data: bytes, *, seconds: float = 0.03) -> Callable[[Wire], None]:
    """Answer one byte at a time, each well within any time-out for a single read."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        for byte in data:
            wire.sendall(bytes([byte]))
            time.sleep(seconds)

    return answer


def silent(wire: Wire) -> None:
    """Take the connection and say nothing."""
    time.sleep(GIVES_UP_AFTER)
    wire.close()


def held_open(*pieces: bytes) -> Callable[[Wire], None]:
    """Answer with these bytes and then keep the connection open."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        wire.sendall(b"".join(pieces))
        time.sleep(GIVES_UP_AFTER)

    return answer


def closing(wire: Wire) -> None:
    """Take the request and close without a word."""
    take_request(wire)


def resetting(*pieces: bytes) -> Callable[[Wire], None]:
    """Answer with these bytes and then reset the connection."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        wire.sendall(b"".join(pieces))
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    return answer


def ragged(*pieces: bytes) -> Callable[[Wire], None]:
    """Answer under TLS and then end the connection without ending TLS."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        wire.sendall(b"".join(pieces))
        raw = socket.socket(fileno=wire.detach())
        raw.shutdown(socket.SHUT_WR)
        raw.close()

    return answer


def slow_redirects(seconds: float) -> Callable[[Wire], None]:
    """Redirect to the same host, each time after a pause that alone is within the deadline."""

    def answer(wire: Wire) -> None:
        take_request(wire)
        time.sleep(seconds)
        wire.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
        end(wire)

    return answer


def dripping_handshake(context: ssl.SSLContext) -> Callable[[Wire], None]:
    """Shake hands as it should be, one byte at a time."""

    def answer(wire: Wire) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(wire.recv(64 * 1024))
        with contextlib.suppress(ssl.SSLWantReadError):
            tls.do_handshake()
        for byte in outgoing.read():
            wire.sendall(bytes([byte]))
            time.sleep(0.01)

    return answer


def raw(data: bytes) -> Callable[[Wire], None]:
    """Say this at once, whatever the client says."""

    def answer(wire: Wire) -> None:
        wire.sendall(data)
        end(wire)

    return answer

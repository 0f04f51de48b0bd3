from __future__ import annotations

import ssl
import time
from typing import TYPE_CHECKING

import pytest

from shared.fetching.channels import PlainChannel, TlsChannel
from shared.fetching.deadlines import Deadline
from shared.fetching.failures import FetchCode, WireError

if TYPE_CHECKING:
    from collections.abc import Callable


class Socket:
    """A connected socket that takes and gives a few bytes at a time, or fails."""

    def __init__(self, gives: bytes = b"", *, fails: OSError | None = None) -> None:
        self.gives = gives
        self.fails = fails
        self.taken = b""
        self.timeouts: list[float] = []

    def settimeout(self, value: float | None, /) -> None:
        self.timeouts.append(value or 0)

    def recv(self, bufsize: int, /) -> bytes:
        if self.fails:
            raise self.fails
        data, self.gives = self.gives[: min(3, bufsize)], self.gives[3:]
        return data

    def send(self, data: bytes, /) -> int:
        if self.fails:
            raise self.fails
        self.taken += data[:3]
        return min(3, len(data))

    def close(self) -> None:
        pass


def channel_to(socket: Socket, *, most_bytes: int = 100, clock: Callable[[], float] = time.monotonic) -> PlainChannel:
    return PlainChannel(socket, deadline=Deadline(15, clock=clock), most_bytes=most_bytes)


def test_everything_is_sent_although_a_socket_takes_only_a_part() -> None:
    socket = Socket()
    channel_to(socket).send(b"0123456789")

    assert socket.taken == b"0123456789"


def test_each_call_gets_the_time_that_is_left() -> None:
    now = [0.0]
    socket = Socket(b"012345")
    channel = channel_to(socket, clock=lambda: now[0])
    for now[0] in (1.0, 14.0):
        channel.receive()

    assert socket.timeouts == [14.0, 1.0]


def test_nothing_is_received_after_the_deadline() -> None:
    now = [0.0]
    socket = Socket(b"012345")
    channel = channel_to(socket, clock=lambda: now[0])
    now[0] = 15.0

    with pytest.raises(WireError) as caught:
        channel.receive()
    assert caught.value.code is FetchCode.TIMEOUT
    assert socket.gives == b"012345"


def test_more_bytes_than_a_document_can_take_are_refused() -> None:
    channel = channel_to(Socket(b"0" * 9), most_bytes=6)
    channel.receive()
    channel.receive()

    with pytest.raises(WireError) as caught:
        channel.receive()
    assert caught.value.code is FetchCode.TOO_LARGE


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (TimeoutError("timed out"), FetchCode.TIMEOUT),
        (ConnectionResetError(104, "Connection reset by peer"), FetchCode.TRUNCATED),
        (BrokenPipeError(32, "Broken pipe"), FetchCode.TRUNCATED),
        (OSError(113, "No route to host"), FetchCode.TRUNCATED),
    ],
)
def test_a_socket_that_fails_is_told_as_what_it_is(failure: OSError, code: FetchCode) -> None:
    channel = channel_to(Socket(fails=failure))

    for call in (channel.receive, lambda: channel.send(b"x")):
        with pytest.raises(WireError) as caught:
            call()
        assert caught.value.code is code


@pytest.mark.parametrize(
    ("gives", "code"),
    [
        (b"", FetchCode.TRUNCATED),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", FetchCode.TLS),
        (b"\x16\x03\x03\xff\xff" + b"\x00" * 50, FetchCode.TLS),
        (b"\x15\x03\x03\x00\x02\x02\x28", FetchCode.TLS),
    ],
)
def test_a_peer_that_does_not_shake_hands_is_refused(gives: bytes, code: FetchCode) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    with pytest.raises(WireError) as caught:
        TlsChannel(channel_to(Socket(gives)), context=context, host="todo.example.com")
    assert caught.value.code is code

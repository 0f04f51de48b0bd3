"""A network in memory: names, addresses, and servers that speak TLS without a socket."""

from __future__ import annotations

import ssl
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from shared.fetching.fetcher import HttpsFetcher

if TYPE_CHECKING:
    from shared.fetching.channels import Stream

PUBLIC = "93.184.215.14"
OTHER_PUBLIC = "151.101.1.6"
PUBLIC_SIX = "2606:2800:21f:cb07:6820:80da:af6b:8b2c"
PUBLIC_ADDRESSES = frozenset({PUBLIC, OTHER_PUBLIC, PUBLIC_SIX})


def ok(body: bytes, *headers: str) -> bytes:
    """Return a whole 200 answer."""
    return answer(200, body, *headers)


def answer(status: int, body: bytes = b"", *headers: str) -> bytes:
    """Return a whole answer with a Content-Length."""
    lines = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def redirect(location: str, status: int = 302) -> bytes:
    """Return a whole redirect."""
    lines = [f"HTTP/1.1 {status} Elsewhere", f"Location: {location}", "Content-Length: 0", "", ""]
    return "\r\n".join(lines).encode("utf-8", "surrogatepass")


class PlainPeer:
    """The server's end of a connection in the clear: takes a request, gives what it was made with."""

    def __init__(self, gives: Sequence[bytes], *, heard: list[bytes]) -> None:
        self._gives = deque(gives)
        self._heard = heard
        self.is_closed = False

    def settimeout(self, value: float | None, /) -> None:
        assert value is None or value > 0

    def recv(self, bufsize: int, /) -> bytes:
        assert bufsize
        return self._gives.popleft() if self._gives else b""

    def send(self, data: bytes, /) -> int:
        self._heard.append(data)
        return len(data)

    def close(self) -> None:
        self.is_closed = True


class TlsPeer:
    """The server's end of a TLS connection over memory buffers: one request, one answer, then a clean end."""

    def __init__(self, context: ssl.SSLContext, gives: bytes, *, heard: list[bytes]) -> None:
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._gives = gives
        self._heard = heard
        self._is_shaken = False
        self.is_closed = False

    def settimeout(self, value: float | None, /) -> None:
        assert value is None or value > 0

    def recv(self, bufsize: int, /) -> bytes:
        return self._outgoing.read(bufsize)

    def send(self, data: bytes, /) -> int:
        self._incoming.write(data)
        try:
            self._advance()
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLError:
            self._outgoing.write_eof()
        return len(data)

    def close(self) -> None:
        self.is_closed = True

    def _advance(self) -> None:
        if not self._is_shaken:
            self._tls.do_handshake()
            self._is_shaken = True
        self._heard.append(self._tls.read(64 * 1024))
        self._tls.write(self._gives)
        self._tls.unwrap()


@dataclass
class Network:
    """Names with the addresses of each lookup in turn (the last one stays), and what each address gives."""

    context: ssl.SSLContext | None = None
    names: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    gives: dict[str, list[bytes]] = field(default_factory=dict)
    lookups: list[str] = field(default_factory=list)
    connections: list[tuple[str, int]] = field(default_factory=list)
    heard: list[bytes] = field(default_factory=list)
    peers: list[PlainPeer | TlsPeer] = field(default_factory=list)
    fallback: Callable[[str], Sequence[str]] | None = None

    def resolve(self, host: str) -> Sequence[str]:
        """Look a host up, as `Resolver` does."""
        self.lookups.append(host)
        if answers := self.names.get(host):
            return answers.pop(0) if len(answers) > 1 else answers[0]
        if self.fallback:
            return self.fallback(host)
        raise OSError(-2, "Name or service not known")

    def connect(self, address: str, port: int, *, timeout: float) -> Stream:
        """Connect to an address, as `Connector` does."""
        assert timeout > 0
        self.connections.append((address, port))
        if not self.gives.get(address):
            raise ConnectionRefusedError(111, "Connection refused")
        given = self.gives[address]
        gives = given.pop(0) if len(given) > 1 else given[0]
        peer = TlsPeer(self.context, gives, heard=self.heard) if self.context else PlainPeer([gives], heard=self.heard)
        self.peers.append(peer)
        return peer

    @property
    def reached(self) -> list[str]:
        """The addresses that somebody tried to connect to and that are not public."""
        return [address for address, _ in self.connections if address not in PUBLIC_ADDRESSES]

    def fetcher(self, client: ssl.SSLContext | None = None) -> HttpsFetcher:
        """Return a fetcher whose world this is."""
        return HttpsFetcher(resolver=self.resolve, connector=self.connect, tls=client)

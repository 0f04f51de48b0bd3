"""How a connection comes about: to a host's own public addresses, or to the demo publisher of a single machine."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property, partial
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Protocol

from shared.fetching.channels import Channel, PlainChannel, TlsChannel
from shared.fetching.deadlines import within
from shared.fetching.failures import FetchCode, WireError
from shared.fetching.trust import public_tls
from shared.fetching.urls import PORT

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from shared.fetching.channels import Stream
    from shared.fetching.deadlines import Deadline

_MOST_ATTEMPTS = 4
"""Addresses of one host that are tried, so that each gets a fair share of the time."""


class Resolver(Protocol):
    """Looks a host up. May block; it runs under the deadline."""

    def __call__(self, host: str) -> Sequence[str]:
        """Return every address of the host, in text. Raises OSError when there is none."""


class Connector(Protocol):
    """Connects to an address. The only place that opens a socket."""

    def __call__(self, address: str, port: int, *, timeout: float) -> Stream:
        """Return a connected stream within `timeout` seconds. Raises OSError."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A channel, and the address at its other end."""

    address: str
    channel: Channel


class Route(Protocol):
    """Leads to the server of a host."""

    def open(self, host: str, *, deadline: Deadline) -> Connection:
        """Connect. Raises WireError."""


def look_up(host: str) -> tuple[str, ...]:
    """Return every address that the system's resolver has for a host. Raises OSError."""
    # The final dot keeps the resolver's search list out: `todo.example` must not become `todo.example.ec2.internal`.
    # Bytes keep Python's own IDNA codec out: the name is in its `xn--` form already.
    name = f"{host}.".encode("ascii")
    found = socket.getaddrinfo(name, PORT, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def connect(address: str, port: int, *, timeout: float) -> socket.socket:
    """Connect to an address in text; nothing is looked up. Raises OSError."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with ExitStack() as undo:
        stream = undo.enter_context(socket.socket(family, socket.SOCK_STREAM))
        stream.settimeout(timeout)
        stream.connect((address, port))
        undo.pop_all()
        return stream


class PublicRoute:
    """One lookup, every address of it checked, then TLS to one of the very addresses that were checked."""

    def __init__(
        self,
        *,
        resolver: Resolver,
        connector: Connector,
        is_public: Callable[[str], bool],
        tls: ssl.SSLContext | None,
        most_bytes: int,
    ) -> None:
        self._resolver = resolver
        self._connector = connector
        self._is_public = is_public
        self._given_tls = tls
        self._most_bytes = most_bytes

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Reading the authorities takes about 30 ms, which only a fetch should pay for.
        return self._given_tls or public_tls()

    def open(self, host: str, *, deadline: Deadline) -> Connection:
        """Connect to a host. Raises WireError."""
        addresses = self._addresses(host, deadline)
        address, stream = self._connect(_interleaved(addresses)[:_MOST_ATTEMPTS], deadline)
        with ExitStack() as undo:
            plain = PlainChannel(stream, deadline=deadline, most_bytes=self._most_bytes)
            undo.callback(plain.close)
            connection = Connection(address, _shake_hands(plain, self._tls, host=host, address=address))
            undo.pop_all()
            return connection

    def _addresses(self, host: str, deadline: Deadline) -> Sequence[str]:
        try:
            addresses = within(deadline, partial(self._resolver, host))
        except WireError as error:
            raise WireError(error.code, f"while the host name {host!r} was looked up, {error}") from error
        except (OSError, UnicodeError) as error:
            clause = f"the host name {host!r} could not be looked up ({_reason(error)})"
            raise WireError(FetchCode.DNS_FAILED, clause) from error
        if not addresses:
            raise WireError(FetchCode.DNS_FAILED, f"the host name {host!r} has no address")
        # One bad answer refuses the host: with some of them public, each fetch would be a lottery ticket.
        if hidden := [address for address in addresses if not self._is_public(address)]:
            clause = f"the host name {host!r} resolves to {hidden[0][:64]!r}, which is not a public address"
            raise WireError(FetchCode.ADDRESS_NOT_PUBLIC, clause)
        return addresses

    def _connect(self, addresses: Sequence[str], deadline: Deadline) -> tuple[str, Stream]:
        failures: list[str] = []
        code = FetchCode.CONNECT_FAILED
        for tried, address in enumerate(addresses):
            share = deadline.remaining() / (len(addresses) - tried)
            try:
                return address, self._connector(address, PORT, timeout=share)
            except OSError as error:
                failures.append(f"{address}: {_reason(error)}")
                # The last address has all the time that is left: when it times out, the deadline has passed.
                code = FetchCode.TIMEOUT if isinstance(error, TimeoutError) else FetchCode.CONNECT_FAILED
        raise WireError(code, f"no connection to port {PORT} of {'; '.join(failures)}")


def _shake_hands(plain: PlainChannel, context: ssl.SSLContext, *, host: str, address: str) -> TlsChannel:
    try:
        return TlsChannel(plain, context=context, host=host)
    except WireError as error:
        raise WireError(error.code, f"at {address}, {error}") from error


def _interleaved(addresses: Sequence[str]) -> list[str]:
    """Put IPv4 and IPv6 in turn, IPv4 first: some networks, Lambda's among them, have no route for one of the two."""
    ipv6 = [address for address in addresses if ":" in address]
    ipv4 = [address for address in addresses if ":" not in address]
    return [address for address in chain.from_iterable(zip_longest(ipv4, ipv6)) if address]


class LocalRoute:
    """Plain HTTP to one loopback address, whatever the host: the demo publisher of a single machine."""

    def __init__(self, address: str, port: int, *, connector: Connector, most_bytes: int) -> None:
        if not ip_address(address).is_loopback:
            message = f"A local route leads to a loopback address, and {address!r} is none."
            raise ValueError(message)
        self._address = address
        self._port = port
        self._connector = connector
        self._most_bytes = most_bytes

    def open(self, host: str, *, deadline: Deadline) -> Connection:  # noqa: ARG002 - the host goes into the request
        """Connect to the demo publisher. Raises WireError."""
        try:
            stream = self._connector(self._address, self._port, timeout=deadline.remaining())
        except TimeoutError as error:
            raise deadline.over() from error
        except OSError as error:
            clause = f"no connection to {self._address}:{self._port} ({_reason(error)})"
            raise WireError(FetchCode.CONNECT_FAILED, clause) from error
        return Connection(self._address, PlainChannel(stream, deadline=deadline, most_bytes=self._most_bytes))


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__

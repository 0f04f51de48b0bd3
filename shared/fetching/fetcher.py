"""The `Fetcher` of `shared.domain.ports`: https from a stranger's server, to the rules of this package.

Measured beside general clients, which connect to private addresses for most hostile URLs and hang or balloon on most
hostile servers; hence the standard library's `ssl` and `socket`, one answer per connection, and nothing else. The
environment (proxies, netrc, CA variables) changes nothing.
"""

from __future__ import annotations

import re
import time
from contextlib import closing
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from shared.domain.documents import Document
from shared.domain.ports import Fetched, Hop, NotModified, Validators
from shared.fetching.addresses import is_public as is_public_address
from shared.fetching.answers import Head, Intake, read_body, read_head
from shared.fetching.deadlines import Deadline
from shared.fetching.failures import FetchCode, WireError, failed
from shared.fetching.redirects import MOST_REDIRECTS, REDIRECT_STATUSES, redirect_target
from shared.fetching.requests import Request
from shared.fetching.routes import Connection, LocalRoute, PublicRoute, Route, connect, look_up
from shared.fetching.urls import parse_publisher_url

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from shared.fetching.routes import Connector, Resolver

DEADLINE_SECONDS = 15.0
MOST_BYTES = 4 * 1024 * 1024
USER_AGENT = "Standfast/1 (plugin store; fetches what a publisher submitted)"
EVIDENCE_FIELDS = (
    "age", "cache-control", "content-length", "content-type", "date", "etag", "last-modified", "location", "server",
    "transfer-encoding", "via",
)  # fmt: skip
"""Header fields that are kept with a hop."""

_LONGEST_EVIDENCE = 512
# RFC 6838, 4.2, with shorter names.
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_ACCEPT = "application/json, application/yaml;q=0.9, */*;q=0.5"
# Room on the wire beside the body: the head, TLS's records and handshake, chunk lines.
_WIRE_ROOM = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """The last answer to a request: its body where the status was 200, and how it was come by."""

    url: str
    head: Head
    body: bytes
    hops: tuple[Hop, ...]


class HttpsFetcher:
    """Fetches documents by https, each within one deadline.

    `connect_to` is for the local wiring alone: every connection goes there, a loopback address, in plain HTTP, and
    nothing is looked up; the rules for URLs and redirects hold all the same. No variable of the environment sets it.
    """

    def __init__(  # noqa: PLR0913 - each of the injectables is a seam of the tests
        self,
        *,
        deadline_seconds: float = DEADLINE_SECONDS,
        max_bytes: int = MOST_BYTES,
        connect_to: tuple[str, int] | None = None,
        resolver: Resolver = look_up,
        connector: Connector = connect,
        is_public: Callable[[str], bool] = is_public_address,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
        user_agent: str = USER_AGENT,
    ) -> None:
        self._deadline_seconds = deadline_seconds
        self._max_bytes = max_bytes
        self._clock = clock
        self._user_agent = user_agent
        most = max_bytes + _WIRE_ROOM
        self._route: Route = (
            LocalRoute(*connect_to, connector=connector, most_bytes=most)
            if connect_to
            else PublicRoute(resolver=resolver, connector=connector, is_public=is_public, tls=tls, most_bytes=most)
        )

    def __call__(self, url: str, *, role: str) -> Fetched:
        """Fetch one document. Raises FetchFailedError, whose text is for the publisher."""
        return _document(self._get(url, {}), role)

    def get_if_changed(self, url: str, *, role: str, validators: Validators) -> Fetched | NotModified:
        """Fetch one document unless it is the one that the validators name. Raises FetchFailedError."""
        answer = self._get(url, validators.headers())
        if answer.head.status == HTTPStatus.NOT_MODIFIED and validators.headers():
            return NotModified(answer.hops)
        return _document(answer, role)

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Hop:
        """Post to a URL and return what came back, whatever its status. Follows no redirect, reads no body.

        Raises FetchFailedError when nothing came back, ValueError for a header that would break out of its line.
        """
        request = Request(parse_publisher_url(url), "POST", headers, body)
        return self._exchange(request, deadline=self._deadline(), before=()).hops[-1]

    def probe(self, url: str) -> Hop:
        """Ask whether anybody answers at a URL, and return what came back, whatever its status.

        Follows no redirect, reads no body. Raises FetchFailedError when nothing came back.
        """
        request = Request(parse_publisher_url(url), "HEAD", {"Accept": "*/*"})
        return self._exchange(request, deadline=self._deadline(), before=()).hops[-1]

    def _get(self, url: str, headers: Mapping[str, str]) -> Answer:
        request = Request(parse_publisher_url(url), "GET", {"Accept": _ACCEPT, **headers})
        return self.request(request)

    def request(self, request: Request) -> Answer:
        """Send a request and follow its redirects, within one deadline. Raises FetchFailedError."""
        deadline = self._deadline()
        answer = self._exchange(request, deadline=deadline, before=())
        while answer.head.status in REDIRECT_STATUSES:
            request = _redirected(request, answer)
            answer = self._exchange(request, deadline=deadline, before=answer.hops)
        return answer

    def _deadline(self) -> Deadline:
        return Deadline(self._deadline_seconds, clock=self._clock)

    def _exchange(self, request: Request, *, deadline: Deadline, before: tuple[Hop, ...]) -> Answer:
        started = self._clock()
        try:
            connection = self._route.open(request.url.host, deadline=deadline)
        except WireError as error:
            raise failed(error.code, f"{request.method} {request.url} failed: {error}.", hops=before) from error
        with closing(connection.channel):
            return self._converse(request, connection, before=before, started=started)

    def _converse(self, request: Request, connection: Connection, *, before: tuple[Hop, ...], started: float) -> Answer:
        hops = before
        try:
            connection.channel.send(request.to_bytes(user_agent=self._user_agent))
            intake = Intake(connection.channel.receive)
            head = read_head(intake)
            hop = _hop(request, connection, head)
            hops = (*before, replace(hop, milliseconds=self._milliseconds_since(started)))
            body = read_body(intake, head, most=self._max_bytes) if _has_document(request, head) else b""
        except WireError as error:
            message = f"{request.method} {request.url} at {connection.address} failed: {error}."
            raise failed(error.code, message, hops=hops) from error
        hop = replace(hop, milliseconds=self._milliseconds_since(started))
        return Answer(str(request.url), head, body, (*before, hop))

    def _milliseconds_since(self, started: float) -> int:
        return round((self._clock() - started) * 1000)


def _has_document(request: Request, head: Head) -> bool:
    return request.method == "GET" and head.status == HTTPStatus.OK


def _hop(request: Request, connection: Connection, head: Head) -> Hop:
    kept = {name: ", ".join(head.all(name))[:_LONGEST_EVIDENCE] for name in EVIDENCE_FIELDS if head.all(name)}
    certificate = connection.channel.certificate_sha256
    return Hop(str(request.url), connection.address, head.status, headers=kept, certificate_sha256=certificate)


def _redirected(request: Request, answer: Answer) -> Request:
    where = f"{request.method} {request.url} at {answer.hops[-1].address}"
    if len(answer.hops) > MOST_REDIRECTS:
        message = f"{where} failed: it redirects once more after {MOST_REDIRECTS} redirects."
        raise failed(FetchCode.TOO_MANY_REDIRECTS, message, hops=answer.hops)
    try:
        return replace(request, url=redirect_target(request.url, _location(answer.head)))
    except WireError as error:
        raise failed(error.code, f"{where} failed: {error}.", hops=answer.hops) from error


def _location(head: Head) -> str:
    location = head.only("location")
    if not location:
        raise WireError(FetchCode.REDIRECT_REFUSED, f"it answered {head.status} without a Location")
    try:
        # Servers send UTF-8 here although the field is ASCII; the URL rules percent-encode it.
        return location.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        raise WireError(FetchCode.REDIRECT_REFUSED, "it redirects to what is no URL") from error


def _document(answer: Answer, role: str) -> Fetched:
    if answer.head.status != HTTPStatus.OK:
        message = f"GET {answer.url} at {answer.hops[-1].address} was answered with status {answer.head.status}."
        raise failed(FetchCode.STATUS, message, hops=answer.hops)
    return Fetched(Document(role, answer.url, answer.body, _media_type(answer.head)), answer.hops)


def _media_type(head: Head) -> str:
    essence = head.first("content-type").partition(";")[0].strip().lower()
    return essence if _MEDIA_TYPE.fullmatch(essence) else ""

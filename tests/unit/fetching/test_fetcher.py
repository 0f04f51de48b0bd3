from __future__ import annotations

import hashlib
import ssl
from typing import TYPE_CHECKING

import pytest

from shared.domain.ports import Fetched, FetchFailedError, NotModified, Validators
from shared.fetching.failures import FetchCode
from shared.fetching.fetcher import HttpsFetcher
from tests.unit.fetching.certificates import server_context
from tests.unit.fetching.network import (
    OTHER_PUBLIC,
    PUBLIC,
    PUBLIC_SIX,
    Network,
    answer,
    ok,
    redirect,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.fetching.channels import Stream
    from tests.unit.fetching.certificates import Authority

URL = "https://todo.example.com/.well-known/ai-plugin.json"


@pytest.fixture
def fetcher(network: Network, client_context: ssl.SSLContext) -> HttpsFetcher:
    network.names = {
        "todo.example.com": [[PUBLIC]],
        "api.todo.example.com": [[OTHER_PUBLIC]],
        "www.example.com": [[PUBLIC]],
        "example.com": [[OTHER_PUBLIC]],
    }
    return network.fetcher(client_context)


def failure_of(fetch: Callable[[], object]) -> FetchFailedError:
    with pytest.raises(FetchFailedError) as caught:
        fetch()
    return caught.value


def test_a_document_is_fetched_with_its_bytes_url_and_media_type(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [ok(b'{"a": 1}', "Content-Type: Application/JSON; charset=utf-8")]}

    document = fetcher(URL, role="manifest").document

    assert (document.role, document.url, document.body) == ("manifest", URL, b'{"a": 1}')
    assert document.media_type == "application/json"


def test_the_evidence_holds_address_status_headers_and_certificate(
    network: Network, fetcher: HttpsFetcher, authority: Authority
) -> None:
    path = authority.issue("todo.example.com")
    certificate = ssl.PEM_cert_to_DER_cert(path.read_text().partition("KEY-----\n")[2].partition("KEY-----\n")[2])
    network.context = server_context(path)
    network.gives = {PUBLIC: [ok(b"{}", 'ETag: "1"', "Set-Cookie: secret", "Server: nginx")]}

    (hop,) = fetcher(URL, role="manifest").hops

    assert (hop.url, hop.address, hop.status) == (URL, PUBLIC, 200)
    assert hop.headers == {"content-length": "2", "etag": '"1"', "server": "nginx"}
    assert hop.certificate_sha256 == hashlib.sha256(certificate).hexdigest()
    assert hop.milliseconds >= 0


def test_a_long_header_is_kept_as_evidence_in_part(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [ok(b"{}", "Server: " + "x" * 5000)]}

    assert len(fetcher(URL, role="manifest").hops[0].headers["server"]) == 512


def test_every_hop_of_a_redirect_is_looked_up_anew_and_kept_as_evidence(
    network: Network, fetcher: HttpsFetcher
) -> None:
    network.gives = {PUBLIC: [redirect("https://api.todo.example.com/x")], OTHER_PUBLIC: [ok(b"{}")]}

    fetched = fetcher(URL, role="manifest")

    assert [(hop.url, hop.address, hop.status) for hop in fetched.hops] == [
        (URL, PUBLIC, 302),
        ("https://api.todo.example.com/x", OTHER_PUBLIC, 200),
    ]
    assert fetched.document.url == "https://api.todo.example.com/x"
    assert network.lookups == ["todo.example.com", "api.todo.example.com"]


def test_the_same_host_is_looked_up_again_and_its_new_address_checked(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [[PUBLIC], ["169.254.169.254"]]
    network.gives = {PUBLIC: [redirect("/again")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.ADDRESS_NOT_PUBLIC
    assert [hop.status for hop in error.hops] == [302]
    assert network.connections == [(PUBLIC, 443)]


def test_www_may_redirect_to_the_name_without_it(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [redirect("https://example.com/x")], OTHER_PUBLIC: [ok(b"{}")]}

    assert fetcher("https://www.example.com/", role="manifest").document.url == "https://example.com/x"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_three_redirects_are_followed(status: int, network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [redirect(f"/{n}", status) for n in range(3)] + [ok(b"{}")]}

    assert len(fetcher(URL, role="manifest").hops) == 4


def test_a_fourth_redirect_is_refused(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [redirect("/again")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.TOO_MANY_REDIRECTS
    assert len(network.connections) == len(error.hops) == 4


def test_a_redirect_to_a_sibling_host_is_refused(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [redirect("https://example.com/")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.REDIRECT_REFUSED
    assert str(error).startswith(f"GET {URL} at {PUBLIC} failed: it redirects to 'https://example.com/'")
    assert [hop.headers["location"] for hop in error.hops] == ["https://example.com/"]


@pytest.mark.parametrize(
    "headers", ["", "Location: /a\r\nLocation: /b\r\n", "Location: \r\n", "Location: /\xff\xfe\r\n"]
)
def test_a_redirect_without_one_readable_location_is_refused(
    headers: str, network: Network, fetcher: HttpsFetcher
) -> None:
    network.gives = {PUBLIC: [f"HTTP/1.1 302 Found\r\n{headers}\r\n".encode("latin-1")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code in {FetchCode.REDIRECT_REFUSED, FetchCode.BAD_ANSWER}
    assert len(network.connections) == 1


@pytest.mark.parametrize("status", [201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503, 599])
def test_any_other_status_is_told_to_the_publisher(status: int, network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [answer(status, b"page")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert (error.code, str(error)) == (
        FetchCode.STATUS,
        f"GET {URL} at {PUBLIC} was answered with status {status}.",
    )
    assert error.hops[0].status == status


def test_a_failure_after_the_head_keeps_the_hop(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [ok(b"", "Content-Encoding: gzip")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.ENCODED
    assert str(error) == f"GET {URL} at {PUBLIC} failed: it sent the body with Content-Encoding 'gzip'."
    assert [hop.status for hop in error.hops] == [200]


def test_a_name_that_is_not_public_is_told_with_its_address(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [[PUBLIC, "10.0.0.1"]]

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert str(error) == (
        f"GET {URL} failed: the host name 'todo.example.com' resolves to '10.0.0.1', which is not a public address."
    )
    assert not network.connections


def test_a_name_without_addresses_is_told(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [[]]

    assert failure_of(lambda: fetcher(URL, role="manifest")).code == FetchCode.DNS_FAILED


def test_a_name_that_cannot_be_looked_up_is_told_with_the_resolvers_words(
    network: Network, fetcher: HttpsFetcher
) -> None:
    network.names.clear()

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.DNS_FAILED
    assert "could not be looked up (Name or service not known)" in str(error)


def test_the_next_address_is_tried_when_one_refuses(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [[PUBLIC_SIX, PUBLIC, OTHER_PUBLIC]]
    network.gives = {OTHER_PUBLIC: [ok(b"{}")]}

    assert fetcher(URL, role="manifest").hops[0].address == OTHER_PUBLIC
    assert [address for address, _ in network.connections] == [PUBLIC, PUBLIC_SIX, OTHER_PUBLIC]


def test_at_most_four_addresses_are_tried_and_all_are_told(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [[f"151.101.1.{n}" for n in range(9)]]

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.CONNECT_FAILED
    assert "151.101.1.0: Connection refused; 151.101.1.1: Connection refused" in str(error)
    assert len(network.connections) == 4


@pytest.mark.usefixtures("fetcher")
def test_an_unknown_authority_is_refused(network: Network) -> None:
    network.gives = {PUBLIC: [ok(b"{}")]}
    trusting_nobody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

    error = failure_of(lambda: network.fetcher(trusting_nobody)(URL, role="manifest"))

    assert error.code == FetchCode.TLS_CERTIFICATE
    assert not network.heard


def test_a_certificate_for_another_host_is_refused(
    network: Network, fetcher: HttpsFetcher, authority: Authority
) -> None:
    network.context = authority.server("other.example.com")
    network.gives = {PUBLIC: [ok(b"{}")]}

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.TLS_CERTIFICATE
    assert "not valid for 'todo.example.com'" in str(error)
    assert not network.heard


def test_every_connection_is_closed(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [redirect("/a"), answer(500)]}

    failure_of(lambda: fetcher(URL, role="manifest"))

    assert [peer.is_closed for peer in network.peers] == [True, True]


def test_a_connection_whose_handshake_fails_is_closed(
    network: Network, fetcher: HttpsFetcher, authority: Authority
) -> None:
    network.context = authority.server("other.example.com")
    network.gives = {PUBLIC: [ok(b"{}")]}

    failure_of(lambda: fetcher(URL, role="manifest"))

    assert network.peers[0].is_closed


def test_one_deadline_covers_all_hops(network: Network, client_context: ssl.SSLContext) -> None:
    now = [0.0]

    def slow(address: str, port: int, *, timeout: float) -> Stream:
        now[0] += 6.0
        return network.connect(address, port, timeout=timeout)

    network.names = {"todo.example.com": [[PUBLIC]]}
    network.gives = {PUBLIC: [redirect("/again")]}
    fetcher = HttpsFetcher(
        resolver=network.resolve,
        connector=slow,
        tls=client_context,
        clock=lambda: now[0],
    )

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.TIMEOUT
    assert "the time limit of 15 s for the whole document passed" in str(error)
    assert [hop.milliseconds for hop in error.hops] == [6000, 6000]


def test_an_address_that_hangs_leaves_its_share_of_the_time_to_the_next(
    network: Network, client_context: ssl.SSLContext
) -> None:
    now, shares = [0.0], []

    def hanging(address: str, port: int, *, timeout: float) -> Stream:
        shares.append(timeout)
        if address == OTHER_PUBLIC:
            return network.connect(address, port, timeout=timeout)
        now[0] += timeout
        raise TimeoutError

    network.names = {"todo.example.com": [[PUBLIC, OTHER_PUBLIC]]}
    network.gives = {OTHER_PUBLIC: [ok(b"{}")]}
    fetcher = HttpsFetcher(resolver=network.resolve, connector=hanging, tls=client_context, clock=lambda: now[0])

    assert fetcher(URL, role="manifest").hops[0].address == OTHER_PUBLIC
    assert shares == [7.5, 7.5]


def test_a_host_whose_addresses_all_hang_has_timed_out(network: Network, client_context: ssl.SSLContext) -> None:
    def hanging(address: str, port: int, *, timeout: float) -> Stream:
        raise TimeoutError(f"{address}:{port} in {timeout}")

    network.names = {"todo.example.com": [[PUBLIC, OTHER_PUBLIC]]}
    fetcher = HttpsFetcher(resolver=network.resolve, connector=hanging, tls=client_context)

    error = failure_of(lambda: fetcher(URL, role="manifest"))

    assert error.code == FetchCode.TIMEOUT
    assert f"no connection to port 443 of {PUBLIC}" in str(error)


@pytest.mark.parametrize(
    ("header", "media_type"),
    [
        ("text/yaml", "text/yaml"),
        ("Application/Vnd.OAI.OpenAPI+JSON;version=3.1 ; charset=utf-8", "application/vnd.oai.openapi+json"),
        ("", ""),
        ("yaml", ""),
        ("text/html, application/json", ""),
        ("x" * 5000 + "/json", ""),
        ("text/\xe4", ""),
    ],
)
def test_only_a_well_formed_media_type_is_kept(
    header: str, media_type: str, network: Network, fetcher: HttpsFetcher
) -> None:
    network.gives = {PUBLIC: [ok(b"{}", f"Content-Type: {header}")]}

    assert fetcher(URL, role="schema").document.media_type == media_type


def test_a_conditional_fetch_sends_the_validators(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [answer(304, b"", 'ETag: "1"')]}
    validators = Validators(etag='"1"', last_modified="Sat, 22 Aug 2026 10:00:00 GMT")

    result = fetcher.get_if_changed(URL, role="manifest", validators=validators)

    assert isinstance(result, NotModified)
    assert [hop.status for hop in result.hops] == [304]
    assert b'\r\nIf-None-Match: "1"\r\n' in network.heard[0]
    assert b"\r\nIf-Modified-Since: Sat, 22 Aug 2026 10:00:00 GMT\r\n" in network.heard[0]


def test_a_changed_document_is_fetched_in_full(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [ok(b"{}")]}

    result = fetcher.get_if_changed(URL, role="manifest", validators=Validators(etag='"1"'))

    assert isinstance(result, Fetched)
    assert result.document.body == b"{}"


def test_a_304_that_nobody_asked_for_is_a_failure(network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [answer(304)]}

    error = failure_of(lambda: fetcher.get_if_changed(URL, role="manifest", validators=Validators()))

    assert error.code == FetchCode.STATUS


@pytest.mark.parametrize("status", [200, 202, 302, 410, 500])
def test_a_post_returns_what_came_back_and_follows_nothing(
    status: int, network: Network, fetcher: HttpsFetcher
) -> None:
    network.gives = {PUBLIC: [answer(status, b"x" * 100_000, "Location: https://example.com/")]}

    hop = fetcher.post(URL, body=b"{}", headers={"Content-Type": "application/json"})

    assert (hop.status, hop.address) == (status, PUBLIC)
    assert len(network.connections) == 1
    assert network.heard[0].startswith(b"POST /.well-known/ai-plugin.json HTTP/1.1\r\n")
    assert network.heard[0].endswith(b"\r\n\r\n{}")


def test_a_post_obeys_the_same_rules(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [["127.0.0.1"]]

    assert failure_of(lambda: fetcher.post(URL, body=b"{}", headers={})).code == FetchCode.ADDRESS_NOT_PUBLIC
    assert failure_of(lambda: fetcher.post("http://x.com/", body=b"", headers={})).code == FetchCode.URL_SCHEME
    assert not network.connections


@pytest.mark.parametrize("status", [200, 301, 401, 405, 503])
def test_a_probe_takes_any_answer_and_reads_no_more_of_it(status: int, network: Network, fetcher: HttpsFetcher) -> None:
    network.gives = {PUBLIC: [answer(status, b"x" * 100_000, "Location: https://example.com/")]}

    hop = fetcher.probe("https://todo.example.com/v1")

    assert hop.status == status
    assert len(network.connections) == 1
    assert network.heard[0].startswith(b"HEAD /v1 HTTP/1.1\r\n")


def test_a_probe_obeys_the_same_rules(network: Network, fetcher: HttpsFetcher) -> None:
    network.names["todo.example.com"] = [["127.0.0.1"]]

    assert failure_of(lambda: fetcher.probe(URL)).code == FetchCode.ADDRESS_NOT_PUBLIC
    assert not network.connections


def local(network: Network) -> HttpsFetcher:
    network.context = None
    return HttpsFetcher(connect_to=("127.0.0.1", 8080), resolver=network.resolve, connector=network.connect)


def test_a_local_fetch_goes_to_the_demo_publisher_in_plain_http_without_a_lookup(network: Network) -> None:
    network.gives = {"127.0.0.1": [ok(b"{}")]}

    fetched = local(network)(URL, role="manifest")

    assert network.connections == [("127.0.0.1", 8080)]
    assert not network.lookups
    assert b"GET /.well-known/ai-plugin.json HTTP/1.1\r\nHost: todo.example.com\r\n" in network.heard[0]
    assert fetched.document.url == URL
    assert (fetched.hops[0].address, fetched.hops[0].certificate_sha256) == ("127.0.0.1", "")


@pytest.mark.parametrize("url", ["http://todo.example.com/", "https://127.0.0.1/", "https://localhost:8080/"])
def test_a_local_fetch_keeps_the_rules_for_urls(url: str, network: Network) -> None:
    failure_of(lambda: local(network)(url, role="manifest"))

    assert not network.connections


def test_a_local_fetch_keeps_the_rule_for_redirects(network: Network) -> None:
    network.gives = {"127.0.0.1": [redirect("https://example.com/")]}

    assert failure_of(lambda: local(network)(URL, role="manifest")).code == FetchCode.REDIRECT_REFUSED


def test_a_local_fetch_without_a_demo_publisher_says_so(network: Network) -> None:
    error = failure_of(lambda: local(network)(URL, role="manifest"))

    assert error.code == FetchCode.CONNECT_FAILED
    assert "no connection to 127.0.0.1:8080 (Connection refused)" in str(error)


@pytest.mark.parametrize("address", ["10.0.0.1", "93.184.215.14", "0.0.0.0", "localhost", "::"])  # noqa: S104
def test_a_local_route_leads_to_loopback_alone(address: str) -> None:
    with pytest.raises(ValueError, match=r"loopback|IPv4"):
        HttpsFetcher(connect_to=(address, 8080))

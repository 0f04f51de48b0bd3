"""The bar of the security notes: no connection to a non-public address, whatever the URL, the names or the redirects.

The resolver here is as lenient as the C library's, so that a URL that slips through the text rules does reach a
non-public address. Planted faults at the end prove that this harness notices one that connects.
"""

from __future__ import annotations

import json
import random
import socket
import unicodedata
from contextlib import suppress
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from shared.domain.ports import FetchFailedError
from shared.fetching.failures import FIXES, FetchCode
from shared.fetching.fetcher import HttpsFetcher
from shared.fetching.urls import parse_publisher_url
from tests.unit.fetching.network import OTHER_PUBLIC, PUBLIC, PUBLIC_SIX, Network, ok, redirect

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

FOLDER = Path(__file__).parent
HOSTILE: dict[str, list[str | list[str]]] = json.loads((FOLDER / "hostile_urls.json").read_text())
HONEST: list[tuple[str, str]] = json.loads((FOLDER / "honest_urls.json").read_text())
START = "https://todo.example.com/start"
GENERATED = 2000
SEED = 20260823

TEXTS = [(code, entry) for code, group in HOSTILE.items() for entry in group if isinstance(entry, str)]
NAMES = [entry for code, group in HOSTILE.items() if code != "redirects" for entry in group if isinstance(entry, list)]
REDIRECTS = [entry for entry in HOSTILE["redirects"] if isinstance(entry, list)]

# Blocks that hold no publisher's server, written down apart from the table under test.
SPECIAL_FOUR = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "168.63.129.16/32",
    "100.100.100.200/32",
    "169.254.169.254/32",
]
SPECIAL_SIX = [
    "::/96",
    "::1/128",
    "::ffff:0:0/96",
    "64:ff9b::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "2002::/16",
    "3ffe::/16",
    "3fff::/20",
    "5f00::/16",
    "8000::/1",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]


def lenient(host: str) -> Sequence[str]:
    """Look a host up as carelessly as can be: decode it, fold it, and read it as an address if that is possible."""
    folded = unicodedata.normalize("NFKC", unquote(host)).strip("[].").partition("%")[0]
    try:
        return [socket.inet_ntoa(socket.inet_aton(folded))]
    except (OSError, UnicodeError):
        pass
    try:
        return [str(ip_address(folded))]
    except ValueError:
        return ["127.0.0.1"]


def fetch(network: Network, url: str) -> FetchCode | None:
    """Fetch and return why it failed, or nothing."""
    return attempt(network.fetcher(), url)


def attempt(fetcher: Callable[..., object], url: str) -> FetchCode | None:
    try:
        fetcher(url, role="manifest")
    except FetchFailedError as error:
        return FetchCode(error.code)
    return None


def careless(network: Network) -> Callable[..., None]:
    """Return a fetcher as people write them: split, look up, connect to the first answer."""

    def get(url: str, *, role: str) -> None:
        assert role
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname or "", parts.port or 443
        except ValueError:
            return
        if host:
            network.names.pop("nowhere.example.com", None)
            network.connect(network.resolve(host)[0], port, timeout=1)

    return get


@pytest.mark.parametrize(("code", "url"), TEXTS)
def test_a_hostile_url_is_refused_for_what_it_is_before_anything_is_looked_up(code: str, url: str) -> None:
    network = Network(fallback=lenient)

    assert fetch(network, url) == code
    assert not network.lookups
    assert not network.connections


@pytest.mark.parametrize("entry", [entry for entry in NAMES if len(entry) > 1], ids=lambda entry: entry[0])
def test_a_name_with_any_hostile_answer_is_never_connected_to(entry: list[str]) -> None:
    url, *addresses = entry
    network = Network(names={str(parse_publisher_url(url).host): [addresses]})

    assert fetch(network, url) is FetchCode.ADDRESS_NOT_PUBLIC
    assert not network.connections


def test_a_name_without_an_address_is_told_so() -> None:
    network = Network()

    assert fetch(network, "https://nowhere.example.com/") is FetchCode.DNS_FAILED


@pytest.mark.parametrize("entry", REDIRECTS, ids=lambda entry: f"{entry[0]!r} {' '.join(entry[1:])}")
def test_a_hostile_redirect_is_never_followed_to_a_hostile_address(
    entry: list[str], network: Network, client_context: ssl.SSLContext
) -> None:
    location, *addresses = entry
    network.fallback = lenient
    network.names = {
        "todo.example.com": [[PUBLIC], addresses or ["127.0.0.1"]],
        "sub.todo.example.com": [addresses],
        "a.b.c.todo.example.com": [addresses],
    }
    network.gives = {PUBLIC: [redirect(location)]}

    code = attempt(network.fetcher(client_context), START)

    assert code in {FetchCode.REDIRECT_REFUSED, FetchCode.ADDRESS_NOT_PUBLIC}
    assert network.connections == [(PUBLIC, 443)]


@pytest.mark.parametrize(("url", "normalised"), HONEST)
def test_an_honest_url_leads_to_its_own_server(url: str, normalised: str) -> None:
    network = Network(fallback=lambda _: [PUBLIC, PUBLIC_SIX])

    assert str(parse_publisher_url(url)) == normalised
    assert fetch(network, url) is FetchCode.CONNECT_FAILED  # the only thing wrong is that nobody listens
    assert network.connections == [(PUBLIC, 443), (PUBLIC_SIX, 443)]


@pytest.mark.parametrize(
    "location",
    [
        "/other",
        "other",
        "?v=2",
        "//todo.example.com/other",
        "https://todo.example.com/other",
        "https://sub.todo.example.com/",
        "https://TODO.example.com:443/other#part",
        "/\u00fcber",
    ],
)
def test_an_honest_redirect_is_followed(location: str, network: Network, client_context: ssl.SSLContext) -> None:
    network.names = {"todo.example.com": [[PUBLIC]], "sub.todo.example.com": [[OTHER_PUBLIC]]}
    network.gives = {PUBLIC: [redirect(location), ok(b"{}")], OTHER_PUBLIC: [ok(b"{}")]}

    assert network.fetcher(client_context)(START, role="manifest").document.body == b"{}"


def test_the_corpus_is_as_large_as_the_bar_asks() -> None:
    everything = [json.dumps(entry) for group in HOSTILE.values() for entry in group]

    assert len(set(everything)) == len(everything) >= 150


def address_in(random_source: random.Random, block: str) -> str:
    """Return a random address of a block."""
    network = IPv6Network(block) if ":" in block else IPv4Network(block)
    return str(network[random_source.randrange(network.num_addresses)])


def spelt(random_source: random.Random, address: str) -> str:
    """Spell an IPv4 address in one of the ways that resolvers read."""
    number = int(ip_address(address))
    octets = [int(octet) for octet in address.split(".")]
    spellings = [
        address,
        str(number),
        hex(number),
        oct(number).replace("0o", "0"),
        f"{octets[0]}.{number & 0xFFFFFF}",
        f"{octets[0]}.{octets[1]}.{number & 0xFFFF}",
        ".".join(random_source.choice([f"{octet}", hex(octet), f"0{octet:o}"]) for octet in octets),
        ".".join(f"{octet:04o}" for octet in octets),
        address.replace(".", random_source.choice("\u3002\uff0e\uff61")),
        "".join(chr(0xFF10 + int(digit)) if digit.isdigit() else digit for digit in address),
        "".join(f"%{ord(character):02x}" for character in address),
        f"[::ffff:{address}]",
        f"[64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}]",
        f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]",
        f"todo.example.com@{address}",
        f"{address}\\.example.com",
        f"{address}:{random_source.choice([80, 443, 8080])}",
        f"{address}.",
        f"{address}%00.example.com",
    ]
    return random_source.choice(spellings)


def hostile_text(random_source: random.Random) -> str:
    """Return a URL around an address that no publisher has."""
    scheme = random_source.choice(["https://"] * 8 + ["http://", "HTTPS://", "https:", "//", "https:/\\", " https://"])
    if random_source.random() < 0.7:
        host = spelt(random_source, address_in(random_source, random_source.choice(SPECIAL_FOUR)))
    else:
        host = f"[{address_in(random_source, random_source.choice(SPECIAL_SIX))}]"
    return scheme + host + random_source.choice(["", "/", "/latest/meta-data/", "?x", "#x", "/\t", ":443/", ":22/"])


def hostile_answers(random_source: random.Random) -> list[str]:
    """Return a lookup's answers with at least one that no publisher has, in any order."""
    block = random_source.choice(SPECIAL_FOUR + SPECIAL_SIX)
    honest = random_source.sample([PUBLIC, OTHER_PUBLIC, PUBLIC_SIX], random_source.randrange(4))
    answers = [address_in(random_source, block), *honest]
    random_source.shuffle(answers)
    return answers


def generated(count: int) -> list[tuple[str, list[str]]]:
    """Return URLs, each with what its name resolves to where it has one."""
    random_source = random.Random(SEED)  # noqa: S311 - reproducible cases, no secret
    texts = [(hostile_text(random_source), ["127.0.0.1"]) for _ in range(count // 2)]
    names = [(f"https://h{n}.example.com/", hostile_answers(random_source)) for n in range(count - count // 2)]
    return texts + names


def test_none_of_2000_generated_urls_leads_to_a_non_public_address() -> None:
    cases = generated(GENERATED)
    connections = []
    for url, answers in cases:
        network = Network(fallback=lambda _, answers=answers: answers)  # type: ignore[misc]
        assert fetch(network, url) in FIXES, url
        connections += network.connections

    assert len(cases) == GENERATED
    assert not connections


def test_none_of_200_generated_redirects_leads_to_a_non_public_address(
    server_context: ssl.SSLContext, client_context: ssl.SSLContext
) -> None:
    random_source = random.Random(SEED)  # noqa: S311 - reproducible cases, no secret
    for number in range(200):
        location = hostile_text(random_source) if number % 2 else "https://sub.todo.example.com/"
        network = Network(server_context, fallback=lenient)
        network.names = {"todo.example.com": [[PUBLIC], ["10.0.0.1"]]}
        network.names["sub.todo.example.com"] = [hostile_answers(random_source)]
        network.gives = {PUBLIC: [redirect(location.strip())]}

        assert attempt(network.fetcher(client_context), START) in FIXES, location
        assert not network.reached, location


# Planted faults: the harness has to catch each of them.


def reached_by(make: Callable[[Network], Callable[..., object]]) -> int:
    """Count the hostile URLs with which a fetcher tries to connect to a non-public address."""
    count = 0
    for entry in [url for _, url in TEXTS] + NAMES:
        url, *addresses = [entry] if isinstance(entry, str) else entry
        network = Network(fallback=lambda host, given=addresses: given or lenient(host))  # type: ignore[misc]
        with suppress(FetchFailedError, OSError, ValueError):
            make(network)(url, role="manifest")
        count += bool(network.reached)
    return count


def test_the_fetcher_itself_reaches_no_non_public_address() -> None:
    assert reached_by(lambda network: network.fetcher()) == 0


def test_a_fetcher_that_splits_looks_up_and_connects_is_caught() -> None:
    assert reached_by(careless) > 150


def test_a_fetcher_without_an_address_table_is_caught() -> None:
    def permissive(network: Network) -> HttpsFetcher:
        return HttpsFetcher(resolver=network.resolve, connector=network.connect, is_public=lambda _: True)

    assert reached_by(permissive) > 40


def test_a_fetcher_that_trusts_is_global_is_caught() -> None:
    def global_only(network: Network) -> HttpsFetcher:
        return HttpsFetcher(resolver=network.resolve, connector=network.connect, is_public=_is_global)

    assert reached_by(global_only) >= 10


def test_a_fetcher_that_knows_private_networks_only_is_caught() -> None:
    def few_blocks(network: Network) -> HttpsFetcher:
        return HttpsFetcher(resolver=network.resolve, connector=network.connect, is_public=_is_not_private)

    assert reached_by(few_blocks) >= 20


def test_a_fetcher_that_checks_only_the_first_answer_is_caught() -> None:
    def first_only(network: Network) -> HttpsFetcher:
        asked: list[str] = []

        def is_public(address: str) -> bool:
            asked.append(address)
            return len(asked) > 1 or _is_not_private(address)

        return HttpsFetcher(resolver=network.resolve, connector=network.connect, is_public=is_public)

    assert reached_by(first_only) >= 20


def _is_global(address: str) -> bool:
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


def _is_not_private(address: str) -> bool:
    private = ("10.", "127.", "192.168.", "169.254.", "172.16.", "::1", "fc", "fd", "fe80")
    return not address.startswith(private)

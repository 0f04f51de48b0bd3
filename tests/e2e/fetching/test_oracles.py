"""Two packages made against request forgery, as oracles: what either of them refuses, this one refuses too.

They are not dependencies: `pip install 'ssrfguard==0.4.*' 'microsoft-antissrf==1.0.*'` beforehand, or this is skipped.
"""

from __future__ import annotations

import random
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_network
from typing import TYPE_CHECKING

import pytest

from shared.fetching.addresses import is_public
from shared.fetching.failures import UrlRefusedError
from shared.fetching.urls import parse_publisher_url
from tests.unit.fetching.test_hostile_urls import HONEST, SPECIAL_FOUR, SPECIAL_SIX, TEXTS, address_in, generated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 20260824
ADDRESSES = 60_000


def ssrfguard_refuses() -> Callable[[str], bool]:
    table = pytest.importorskip("ssrfguard").DEFAULT_DENIED
    return lambda address: bool(table.classify(address).blocked)


def antissrf_refuses() -> Callable[[str], bool]:
    blocks = pytest.importorskip("AntiSSRF.ipaddress_ranges").IPAddressRanges.recommended_latest
    networks = [ip_network(block) for block in blocks]

    def refuses(address: str) -> bool:
        parsed = IPv6Address(address) if ":" in address else IPv4Address(address)
        return any(parsed in network for network in networks)

    return refuses


def addresses() -> Iterator[str]:
    """Yield addresses of all of IPv4, of global IPv6, of every special block, and the neighbours of each block."""
    source = random.Random(SEED)  # noqa: S311 - reproducible cases, no secret
    for _ in range(ADDRESSES // 3):
        yield str(IPv4Address(source.getrandbits(32)))
        yield str(IPv6Network("2000::/3")[source.getrandbits(125)])
        yield address_in(source, source.choice(SPECIAL_FOUR + SPECIAL_SIX))
    for block in map(ip_network, SPECIAL_FOUR + SPECIAL_SIX):
        for number in (int(block[0]) - 1, int(block[0]), int(block[-1]), int(block[-1]) + 1):
            if 0 <= number < 2**block.max_prefixlen:
                yield str(IPv4Address(number) if block.version == 4 else IPv6Address(number))


@pytest.mark.parametrize("oracle", [ssrfguard_refuses, antissrf_refuses])
def test_an_address_that_an_oracle_refuses_is_refused(oracle: Callable[[], Callable[[str], bool]]) -> None:
    refuses = oracle()
    refused = [address for address in addresses() if refuses(address)]

    assert len(refused) > ADDRESSES // 4
    assert [address for address in refused if is_public(address)] == []


def test_a_url_that_ssrfguard_refuses_is_refused() -> None:
    ssrfguard = pytest.importorskip("ssrfguard")
    policy = ssrfguard.Policy()

    def refuses(url: str) -> bool:
        try:
            policy.check_url(url)
        except ssrfguard.SSRFGuardError:
            return True
        return False

    urls = [url for _, url in TEXTS] + [url for url, _ in HONEST] + [url for url, _ in generated(20_000)]
    assert [url for url in urls if refuses(url) and not is_refused(url)] == []
    assert sum(map(refuses, urls)) > len(urls) // 4


def is_refused(url: str) -> bool:
    try:
        parse_publisher_url(url)
    except UrlRefusedError:
        return True
    return False

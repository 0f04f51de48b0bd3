from __future__ import annotations

from ipaddress import ip_address

import pytest

from shared.fetching.addresses import ALLOWED_IPV6, REFUSED_IPV4, REFUSED_IPV6, is_public

FROZEN_IPV4 = (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 168.63.129.16/32 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24"
    " 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15"
    " 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
)
FROZEN_IPV6 = "2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3ffe::/16 3fff::/20"

PUBLIC = [
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "168.63.129.15",
    "168.63.129.17",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "191.255.255.255",
    "192.0.1.0",
    "192.0.3.0",
    "192.31.195.255",
    "192.52.194.0",
    "192.88.98.255",
    "192.88.100.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "198.51.99.255",
    "198.51.101.0",
    "203.0.112.255",
    "203.0.114.0",
    "223.255.255.255",
    "2001:200::",
    "2001:4860:4860::8888",
    "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff",
    "2001:db9::",
    "2003::",
    "2400:cb00::1",
    "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
    "2620:4f:7fff::",
    "2620:4f:8001::",
    "2a00:1450:4001::5efe:1",
    "2c0f:ffff::",
    "3ffd:ffff::",
    "3fff:1000::",
]

NOT_PUBLIC = [
    "0.0.0.0",  # noqa: S104 - an address, and nobody binds to it
    "0.255.255.255",
    "10.0.0.0",
    "10.255.255.255",
    "100.64.0.0",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.0",
    "127.0.0.1",
    "127.255.255.255",
    "168.63.129.16",
    "169.254.0.0",
    "169.254.169.254",
    "169.254.170.2",
    "169.254.255.255",
    "172.16.0.0",
    "172.31.255.255",
    "192.0.0.0",
    "192.0.0.8",
    "192.0.0.9",
    "192.0.0.170",
    "192.0.0.192",
    "192.0.0.255",
    "192.0.2.0",
    "192.0.2.255",
    "192.31.196.1",
    "192.52.193.1",
    "192.88.99.0",
    "192.88.99.255",
    "192.168.0.0",
    "192.168.255.255",
    "192.175.48.1",
    "198.18.0.0",
    "198.19.255.255",
    "198.51.100.0",
    "198.51.100.255",
    "203.0.113.0",
    "203.0.113.255",
    "224.0.0.0",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.0",
    "255.255.255.254",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::8.8.8.8",
    "64:ff9b:1::1",
    "100::1",
    "100:0:0:1::1",
    "1fff:ffff::",
    "2001::",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:1::1",
    "2001:2::1",
    "2001:3::1",
    "2001:4:112::1",
    "2001:10::1",
    "2001:20::1",
    "2001:30::1",
    "2001:1ff:ffff::",
    "2001:db8::",
    "2001:db8:ffff::",
    "2002::",
    "2002:7f00:1::",
    "2002:808:808::",
    "2620:4f:8000::1",
    "3ffe::",
    "3ffe:831f::",
    "3fff::",
    "3fff:fff:ffff::",
    "2606:2800::5efe:7f00:1",
    "2606:2800::200:5efe:808:808",
    "4000::",
    "5f00::",
    "8000::",
    "c000::",
    "e000::",
    "f000::",
    "fc00::",
    "fd00:ec2::254",
    "fd12:3456::1",
    "fe00::",
    "fe7f:ffff::",
    "fe80::",
    "fe80::1%eth0",
    "febf:ffff::",
    "fec0::",
    "fec0::1",
    "feff:ffff::",
    "ff00::",
    "ff02::1",
    "ff0e::1",
    "ffff:ffff::",
]

NO_ADDRESS = [
    "", " ", "localhost", "todo.example.com", "127.1", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "127.0.0.1 ",
    " 8.8.8.8", "8.8.8.8/32", "[2606:2800::1]", "2606:2800::1%eth0", "8.8.8", "8.8.8.8.8", "08.8.8.8", "1:2:3", ":::",
    "8.8.8.256", "\uff18.8.8.8", "8.8.8.8\n", "8.8.8.8\x00",
]  # fmt: skip


def test_the_table_of_ipv4_blocks_is_the_one_that_was_reviewed() -> None:
    assert " ".join(map(str, REFUSED_IPV4)) == FROZEN_IPV4


def test_the_table_of_ipv6_blocks_is_the_one_that_was_reviewed() -> None:
    assert str(ALLOWED_IPV6) == "2000::/3"
    assert " ".join(map(str, REFUSED_IPV6)) == FROZEN_IPV6


def test_every_refused_ipv6_block_lies_inside_the_allowed_one() -> None:
    assert all(block.subnet_of(ALLOWED_IPV6) for block in REFUSED_IPV6)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_that_no_publisher_has_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("text", NO_ADDRESS)
def test_what_is_no_address_is_not_public(text: str) -> None:
    assert not is_public(text)


@pytest.mark.parametrize("block", [*REFUSED_IPV4, *REFUSED_IPV6], ids=str)
def test_a_refused_block_is_refused_from_its_first_to_its_last_address(block: object) -> None:
    first, last = str(block[0]), str(block[-1])  # type: ignore[index]

    assert not is_public(first)
    assert not is_public(last)


@pytest.mark.parametrize("address", ["::127.0.0.1", "64:ff9b::127.0.0.1", "fec0::1", "ff02::1", "224.0.0.1"])
def test_the_standard_librarys_own_answer_would_have_let_this_pass(address: str) -> None:
    assert ip_address(address).is_global
    assert not is_public(address)

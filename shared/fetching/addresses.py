"""Which addresses are public: an explicit table, frozen by a test.

`ipaddress.is_global` is not used: it calls NAT64, multicast and `::127.0.0.1` global, and its answers change between
releases of Python. IPv4 is everything less the blocks below; IPv6 is one block less the blocks below, so that a block
nobody thought of is refused. Sources: the IANA special-purpose address registries of IPv4 and IPv6, and the clouds'
own documentation for the service addresses that they took from public space.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

REFUSED_IPV4: tuple[IPv4Network, ...] = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT; Alibaba Cloud's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's host service
        "169.254.0.0/16",  # link-local; the metadata service of most clouds
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocol assignments; Oracle Cloud's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT relays
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and the broadcast address
    )
)
"""IPv4 blocks that no publisher's server can be in."""

ALLOWED_IPV6 = IPv6Network("2000::/3")
"""Global unicast, the only block of IPv6 that is handed out. IPv4-mapped, NAT64, ULA and all else lie outside."""

REFUSED_IPV6: tuple[IPv6Network, ...] = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # IETF protocol assignments: Teredo, ORCHID, benchmarks, AMT, AS112
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4, which carries any IPv4 address
        "2620:4f:8000::/48",  # AS112
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)
"""Blocks inside `ALLOWED_IPV6` that no publisher's server can be in."""

# ISATAP (RFC 5214, 6.1): an interface identifier of 0000:5efe or 0200:5efe carries any IPv4 address in its last bits.
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
_IPV4_BITS = 32
_LOW_WORD = 0xFFFF_FFFF


def is_public(address: str) -> bool:
    """Tell whether an address, in text, is one that a publisher's public server can have. False for anything else."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return _is_public_ipv4(parsed) if isinstance(parsed, IPv4Address) else _is_public_ipv6(parsed)


def _is_public_ipv4(address: IPv4Address) -> bool:
    return not any(address in block for block in REFUSED_IPV4)


def _is_public_ipv6(address: IPv6Address) -> bool:
    if address.scope_id is not None or address not in ALLOWED_IPV6:
        return False
    if (int(address) >> _IPV4_BITS) & _LOW_WORD in _ISATAP:
        return False
    return not any(address in block for block in REFUSED_IPV6)

"""Host names: what a publisher's host may be called, and its one ASCII spelling.

Nothing here looks anything up. A name that passes can still resolve to a private address: `addresses` sees to that.
"""

from __future__ import annotations

import re
import unicodedata

from shared.fetching.failures import FetchCode, UrlRefusedError

LONGEST_HOST = 253
"""Octets of a host name in DNS, without the root's dot (RFC 1035, 2.3.4)."""
LONGEST_LABEL = 63
"""Octets of one label (RFC 1035, 2.3.4)."""

PRIVATE_SUFFIXES = frozenset(
    {
        # Special-use names (RFC 6761 and its registry) that never are a public host. `.example` is left alone: it
        # resolves nowhere, and demonstrations need a name.
        "alt", "arpa", "internal", "invalid", "local", "localhost", "onion", "test",
        # Never delegated, and used inside (ICANN's name collision reports and RFC 6762, appendix G).
        "belkin", "cluster", "consul", "corp", "dhcp", "docker", "home", "intra", "intranet", "lan", "localdomain",
        "mail", "private", "svc", "vpn", "workgroup",
    }
)  # fmt: skip
"""Last labels of names that mean something else on every network."""

SERVICE_NAMES = frozenset(
    {
        "metadata.goog",
        "metadata.packet.net",
        "metadata.platformequinix.com",
        "metadata.tencentyun.com",
    }
)
"""Cloud metadata services with names outside the suffixes above; refused with all their sub-domains."""

SERVICE_LABELS = frozenset({"instance-data", "rancher-metadata", "wpad"})
"""First labels that reach a metadata or proxy service through a resolver's search list."""

_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_TOP_LABEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9a-fA-F]*")
_A_LABEL_PREFIX = "xn--"
_JOINERS = frozenset("\u200c\u200d")
_LETTERS_MARKS_DIGITS = ("L", "M", "Nd")


def normalise_host(text: str, *, field: str = "url") -> str:
    """Return a host name in lower case, international labels in their `xn--` form.

    Raises UrlRefusedError: addresses in any spelling, names of one label, private and service names, malformed ones.
    """
    _refuse_addresses(text, field)
    _refuse_length(text, field)
    host = ".".join(_ascii_label(label, field) for label in text.split("."))
    _refuse_malformed(host, field)
    _refuse_private(host, field)
    return host


def _refuse_addresses(text: str, field: str) -> None:
    # A last label that is a number makes every resolver of the inet_aton family read the whole as an IPv4 address:
    # 127.1, 0x7f.1, 2130706433, 0177.0.0.1 (WHATWG URL, "ends in a number"). A trailing dot does not change that.
    last = text.removesuffix(".").rpartition(".")[2]
    if text.startswith("[") or ":" in text or _NUMBER.fullmatch(last):
        message = f"The host {text!r} is an IP address, or would be read as one, and not a host name."
        raise UrlRefusedError(FetchCode.URL_IP_ADDRESS, message, field=field)


def _refuse_length(text: str, field: str) -> None:
    # Before the Punycode codec, whose time grows with the square of the label.
    if len(text) > LONGEST_HOST or any(len(label) > LONGEST_LABEL for label in text.split(".")):
        message = f"The host {text[:LONGEST_HOST]!r} or one of its labels is too long."
        raise UrlRefusedError(FetchCode.URL_HOST, message, field=field)


def _ascii_label(label: str, field: str) -> str:
    if label.isascii():
        lowered = label.lower()
        if lowered.startswith(_A_LABEL_PREFIX):
            _refuse_fake_a_label(lowered, field)
        return lowered
    return _a_label(label, field)


def _a_label(label: str, field: str) -> str:
    # IDNA 2008 without its mapping step: what a mapping would change (full-width letters, the Kelvin sign, ideographic
    # dots, invisible characters) is refused, so that nobody sees another name than the one that is looked up.
    lowered = label.lower()
    if not _is_plain(label) or not _is_u_label(lowered):
        message = f"The host label {label!r} has no unambiguous 'xn--' form."
        raise UrlRefusedError(FetchCode.URL_HOST, message, field=field)
    return _A_LABEL_PREFIX + lowered.encode("punycode").decode("ascii")


def _is_u_label(label: str) -> bool:
    # RFC 5891, 4.2.3: no hyphens in third and fourth place, no mark in front. A letter, so that no label of another
    # script's digits looks like a part of an address.
    has_letter = any(unicodedata.category(character).startswith("L") for character in label)
    if not has_letter or label[2:4] == "--" or unicodedata.category(label[0]).startswith("M"):
        return False
    return _is_plain(label)


def _is_plain(label: str) -> bool:
    is_stable = unicodedata.normalize("NFKC", label) == label
    return is_stable and all(_is_letter_mark_or_digit(character) or character == "-" for character in label)


def _is_letter_mark_or_digit(character: str) -> bool:
    return unicodedata.category(character).startswith(_LETTERS_MARKS_DIGITS)


def _refuse_fake_a_label(label: str, field: str) -> None:
    # An A-label has to be what its own decoding encodes to; otherwise two spellings of one name would exist.
    try:
        decoded = label.removeprefix(_A_LABEL_PREFIX).encode("ascii").decode("punycode")
        is_genuine = _A_LABEL_PREFIX + decoded.encode("punycode").decode("ascii") == label and not decoded.isascii()
    except ValueError:
        is_genuine, decoded = False, ""
    # Joiners are allowed in this form and only here: Persian and Indic names need them.
    visible = "".join(character for character in decoded if character not in _JOINERS)
    if not is_genuine or decoded != decoded.lower() or not _is_u_label(visible):
        message = f"The host label {label!r} starts like an international name and is none."
        raise UrlRefusedError(FetchCode.URL_HOST, message, field=field)


def _refuse_malformed(host: str, field: str) -> None:
    labels = host.split(".")
    if len(host) > LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        message = f"The host {host[:LONGEST_HOST]!r} is not a well-formed host name."
        raise UrlRefusedError(FetchCode.URL_HOST, message, field=field)
    if len(labels) == 1:
        message = f"The host {host!r} is a name of one label, which means something else on every network."
        raise UrlRefusedError(FetchCode.URL_PRIVATE_NAME, message, field=field)
    if not _TOP_LABEL.fullmatch(labels[-1]):
        message = f"The host {host!r} ends in {labels[-1]!r}, which is no top-level domain."
        raise UrlRefusedError(FetchCode.URL_HOST, message, field=field)


def _refuse_private(host: str, field: str) -> None:
    labels = host.split(".")
    parents = {".".join(labels[start:]) for start in range(len(labels))}
    if labels[-1] in PRIVATE_SUFFIXES or labels[0] in SERVICE_LABELS or parents & SERVICE_NAMES:
        raise UrlRefusedError(FetchCode.URL_PRIVATE_NAME, f"The host {host!r} is not a public name.", field=field)

"""Judges: which rule speaks of a value that has become another one.

Each takes the value before and after (MISSING where there is none) and returns a code, or None where the two say the
same, as a default that is written out does.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from shared.diff.changes import MISSING
from shared.diff.grammar import Codes, codes
from shared.diff.hosts import Hosts, host_of
from shared.diff.texts import has_same_words, hidden_in, links_in

if TYPE_CHECKING:
    from shared.diff.grammar import Judge

_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_SAFE_SCHEMES = frozenset({"https", "wss", ""})
_NOT_A_NUMBER = math.nan
_OPEN = 2


def code_of(codes_: Codes, before: object, after: object) -> str:
    """Return the rule for what happened, whatever the values."""
    if before is MISSING:
        return codes_.added
    return codes_.removed if after is MISSING else codes_.changed


def text(stem: str) -> Judge:
    """Judge a text that a model reads: what cannot be seen first, then where it leads, then whether words changed."""
    plain = codes(stem)

    def judge(before: object, after: object, hosts: Hosts) -> str:
        if not isinstance(after, str):
            return code_of(plain, before, after)
        former = before if isinstance(before, str) else ""
        if hidden_in(after) - hidden_in(former):
            return "model_text.hidden-characters"
        if new_links(former, after, hosts):
            return "model_text.new-host"
        if former and has_same_words(former, after):
            return "model_text.spacing"
        return code_of(plain, before, after)

    return judge


def new_links(before: str, after: str, hosts: Hosts) -> frozenset[str]:
    """Return the hosts that a text leads to now, and that neither it nor the old version named."""
    return links_in(after) - links_in(before) - hosts.named


def url(stem: str, *, host_stem: str) -> Judge:
    """Judge a URL: another host weighs more than another path."""

    def judge(before: object, after: object, hosts: Hosts) -> str:
        old = "" if before is MISSING else host_of(before, hosts.old_base)
        new = "" if after is MISSING else host_of(after, hosts.new_base)
        return stem if old == new or after is MISSING else host_stem

    return judge


_OAUTH_URL = url("destination.oauth-url", host_stem="destination.oauth-url-host")


def oauth_url(before: object, after: object, hosts: Hosts) -> str | None:
    """Judge a URL at which users sign in, or codes and tokens are exchanged."""
    if before is MISSING:
        return "destination.oauth-url-added"
    return "destination.oauth-url-removed" if after is MISSING else _OAUTH_URL(before, after, hosts)


def server_url(before: object, after: object, hosts: Hosts) -> str:
    """Judge the URL of a server that took the place of another."""
    if _scheme(after, hosts.new_base) not in _SAFE_SCHEMES and _scheme(before, hosts.old_base) in _SAFE_SCHEMES:
        return "destination.server-unencrypted"
    is_same_host = host_of(before, hosts.old_base) == host_of(after, hosts.new_base)
    return "destination.server-url" if is_same_host else "destination.server-host"


def server(before: object, after: object, hosts: Hosts) -> str:
    """Judge a server that was added or removed, or replaced by something that is none."""
    if after is MISSING:
        return "destination.server-removed"
    if before is not MISSING:
        return "destination.servers-changed"
    address = after.get("url") if isinstance(after, dict) else None
    if host_of(address, hosts.new_base) not in hosts.called:
        return "destination.server-host-added"
    is_safe = _scheme(address, hosts.new_base) in _SAFE_SCHEMES
    return "destination.server-added" if is_safe else "destination.server-unencrypted"


def _scheme(address: object, base: str) -> str:
    if not isinstance(address, str):
        return ""
    try:
        return urlsplit(urljoin(base, address.strip())).scheme
    except ValueError:
        return ""


def parameter(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
    """Judge a parameter that was added or removed."""
    if before is MISSING and isinstance(after, dict) and after.get("required") is True:
        return "contract.required-parameter-added"
    return code_of(codes("contract.parameter"), before, after)


def scopes(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
    """Judge a string of scopes, which are separated by blanks."""
    old, new = (set(value.split()) if isinstance(value, str) else set() for value in (before, after))
    if new - old:
        return "capability.scopes-widened"
    return "capability.scopes-narrowed" if old - new else "capability.scope-changed"


def consequential(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
    """Judge the mark that makes a host ask the user before each call."""
    if before is True:
        return "capability.consequential-flag-dropped"
    return "capability.consequential-flag-set" if after is True else "capability.consequential-flag-changed"


def flag(on: str, off: str, other: str, *, default: bool = False) -> Judge:
    """Judge true and false, one of which is what holds where nothing is said."""

    def judge(before: object, after: object, hosts: Hosts) -> str | None:  # noqa: ARG001 - a judge's form
        old, new = (default if value is MISSING else value for value in (before, after))
        if not isinstance(old, bool) or not isinstance(new, bool):
            return other
        return None if old is new else (on if new else off)

    return judge


REQUIRED = flag("contract.made-required", "contract.made-optional", "contract.made-required")
NULLABLE = flag("contract.type-widened", "contract.type-narrowed", "contract.type-changed")
UNIQUE = flag("contract.limit-narrowed", "contract.limit-widened", "contract.limit-changed")
DEPRECATED = flag("contract.deprecated-added", "contract.deprecated-removed", "contract.deprecated-changed")


def types(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
    """Judge the type of a value: one name, or in OpenAPI 3.1 a list of them. Without one, it may be anything."""
    old, new = _types(before), _types(after)
    if old is None or new is None or old == new:
        return "contract.type-changed"
    if old < new:
        return "contract.type-widened"
    return "contract.type-narrowed" if new < old else "contract.type-changed"


def _types(value: object) -> frozenset[str] | None:
    if value is MISSING:
        return _TYPES
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) and name in _TYPES for name in names):
        return None
    # Every integer is a number.
    return frozenset(names) | ({"integer"} if "number" in names else frozenset())


def restriction(stem: str) -> Judge:
    """Judge something that lets fewer values fit when it is there, and whose values cannot be compared."""

    def judge(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
        if before is MISSING:
            return f"{stem}-narrowed"
        return f"{stem}-widened" if after is MISSING else f"{stem}-changed"

    return judge


def at_least(before: object, after: object, hosts: Hosts) -> str:
    """Judge a lower limit: higher, fewer values fit."""
    return at_most(_negative(before), _negative(after), hosts)


def at_most(before: object, after: object, hosts: Hosts) -> str:  # noqa: ARG001 - a judge's form
    """Judge an upper limit: lower, fewer values fit. In OpenAPI 3.0 true excludes the limit itself."""
    old, new = _limit(before), _limit(after)
    if new < old:
        return "contract.limit-narrowed"
    return "contract.limit-widened" if old < new else "contract.limit-changed"


def _negative(value: object) -> object:
    return -value if isinstance(value, int | float) and not isinstance(value, bool) else value


def _limit(value: object) -> float | int:
    if value is MISSING or value is False:
        return math.inf
    if value is True:
        return -math.inf
    return value if isinstance(value, int | float) else _NOT_A_NUMBER


def openness(before: object, after: object, hosts: Hosts) -> str | None:  # noqa: ARG001 - a judge's form
    """Judge whether there may be more than is described: true or nothing allow the most, false the least."""
    old, new = _openness(before), _openness(after)
    if old == new:
        return None if old == _OPEN else "contract.limit-changed"
    return "contract.limit-narrowed" if new < old else "contract.limit-widened"


def _openness(value: object) -> int:
    if value is MISSING or value is True:
        return _OPEN
    return 0 if value is False else 1


def extension(before: object, after: object, hosts: Hosts) -> str:
    """Judge a field that the format does not know: what reads like a text is judged as one."""
    if any(isinstance(value, str) and " " in value for value in (before, after)):
        return _EXTENSION_TEXT(before, after, hosts) or "model_text.extension-changed"
    return code_of(codes("contract.extension"), before, after)


_EXTENSION_TEXT = text("model_text.extension")

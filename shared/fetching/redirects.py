"""Where a redirect may lead: only to the same host, to a sub-domain of it, or from `www.x` to `x`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from shared.fetching.domains import is_on_or_below, is_public_suffix
from shared.fetching.failures import FetchCode, UrlRefusedError, WireError
from shared.fetching.urls import LONGEST_URL, parse_publisher_url

if TYPE_CHECKING:
    from shared.fetching.urls import PublisherUrl

MOST_REDIRECTS = 3
REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})

# What a lenient resolver would strip or turn into a slash, so that two readers of one Location disagree.
_AMBIGUOUS = re.compile(r"[\x00-\x20\x7f\\]")


def redirect_target(current: PublisherUrl, location: str) -> PublisherUrl:
    """Return where a `Location` leads from `current`. Raises WireError where the rule forbids it."""
    if len(location) > LONGEST_URL or _AMBIGUOUS.search(location):
        raise _refused(location, "which is not a well-formed URL")
    try:
        # The base is a parsed URL, and the result is parsed again by the strict rules: what urljoin makes of an odd
        # text is exactly what is checked, and what is checked is exactly what is fetched.
        target = parse_publisher_url(urljoin(str(current), location))
    except (UrlRefusedError, ValueError) as error:
        raise _refused(location, f"which is refused: {str(error).removesuffix('.')}") from error
    if not may_redirect(current.host, target.host):
        raise _refused(location, f"and {target.host!r} is neither {current.host!r} nor a sub-domain of it")
    return target


def may_redirect(source: str, target: str) -> bool:
    """Tell whether a redirect may lead from one host to another."""
    if target == source or is_on_or_below(target, source):
        return True
    return source == f"www.{target}" and not is_public_suffix(target)


def _refused(location: str, why: str) -> WireError:
    return WireError(FetchCode.REDIRECT_REFUSED, f"it redirects to {location[:200]!r}, {why}")

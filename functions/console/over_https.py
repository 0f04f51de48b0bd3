"""HTTP over the network, for AWS: the store's own API, and the user pool's endpoints."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import urllib3

from functions.console.store import Reply
from shared.domain.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

# Below the console's own time limit, and above that of the functions behind the API.
_TIMEOUT = urllib3.Timeout(connect=2, read=12)
_LARGEST_ANSWER = 8 * 1024 * 1024
"""Bytes. What Lambda gives back at most is 6 MiB, so that nothing honest is cut off."""


@cache
def _connections() -> urllib3.PoolManager:
    # Nothing is sent again by itself: whoever asked decides, and has an Idempotency-Key for that.
    return urllib3.PoolManager(timeout=_TIMEOUT, retries=False)


def send(method: str, url: str, *, headers: Mapping[str, str], body: bytes = b"") -> Reply:
    """Send a request. Raises UnavailableError where no answer comes."""
    try:
        answer = _connections().request(
            method, url, headers=dict(headers), body=body or None, preload_content=False, redirect=False
        )
        content = answer.read(_LARGEST_ANSWER)
        answer.release_conn()
    except urllib3.exceptions.HTTPError as error:
        raise UnavailableError(f"{method} {url.partition('?')[0]} got no answer: {error}") from error
    return Reply(answer.status, {name.lower(): value for name, value in answer.headers.items()}, content)

"""HTTP, by urllib3: no redirect is followed, nothing is retried here, and the environment's proxy is obeyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

from cli.store.errors import UnreachableError

_CONNECT_SECONDS = 10.0
_READ_SECONDS = 40.0
"""A little longer than the store's gateway waits for its functions."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class Transport(Protocol):
    """Sends one request."""

    def __call__(self, method: str, url: str, /, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
        """Return the answer, whatever its status. Raises UnreachableError."""


def over_http(method: str, url: str, *, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """Send a request over the network. Raises UnreachableError."""
    # Loaded here: TLS and its certificates take longer than all the rest of a command.
    import urllib3  # noqa: PLC0415

    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    try:
        with _pool(url) as pool:
            answer = pool.request(
                method, url, headers=dict(headers), body=body, timeout=timeout, retries=False, redirect=False
            )
    except (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError) as error:
        raise UnreachableError(f"There is no connection to {_origin(url)}: {_reason(error)}", was_sent=False) from error
    except urllib3.exceptions.HTTPError as error:
        raise UnreachableError(f"{_origin(url)} did not answer: {_reason(error)}", was_sent=True) from error
    return Answer(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data)


def _pool(url: str):  # type: ignore[no-untyped-def] # noqa: ANN202 - a class of the library that is not loaded yet
    import urllib.request  # noqa: PLC0415

    import urllib3  # noqa: PLC0415

    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.netloc):
        return urllib3.ProxyManager(proxy)
    return urllib3.PoolManager()


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _reason(error: Exception) -> str:
    """Return the innermost reason: urllib3 wraps the system's own words several times."""
    while inner := (error.__cause__ or getattr(error, "reason", None)):
        if not isinstance(inner, Exception):
            break
        error = inner
    return getattr(error, "strerror", None) or str(error)

"""The origin behind the CDN: who did not come through it is refused, and who did tells which host was asked.

Standard library only: the public route uses it. See docs/adr/0030-the-origin-answers-the-cdn-alone.md.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from shared.domain.errors import ForbiddenError
from shared.edge.settings import read

if TYPE_CHECKING:
    from collections.abc import Mapping

SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the name of a header
HOST_HEADER = "x-public-host"
"""What the CDN adds to each request; whatever a client sends under these names, the CDN replaces."""


class BypassedError(ForbiddenError):
    """The request did not come through the CDN."""

    def __init__(self) -> None:
        super().__init__("This address is not for you: ask the store's public one.")


@dataclass(frozen=True, slots=True)
class Settings:
    """Read from the environment of every function that answers HTTP.

    `origin_secrets` are the secrets that the CDN may send, separated by a space: two, so that one can be renewed while
    the other is in use. Empty means that nothing stands in front, as on one machine.
    """

    origin_secrets: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a CDN that knows one of these secrets, or of nobody where there are none."""

    secrets: tuple[str, ...] = ()

    def host_asked(self, event: Mapping[str, Any]) -> str:
        """Return the host that the client asked, of an HTTP API event. Raises BypassedError."""
        domain: str = event["requestContext"].get("domainName", "")
        if not self.secrets:
            return domain
        headers: Mapping[str, str] = event.get("headers") or {}
        if not self._knows(headers.get(SECRET_HEADER, "")):
            raise BypassedError
        return headers.get(HOST_HEADER, domain)

    def _knows(self, secret: str) -> bool:
        """Tell whether it is one of the secrets, in a time that says nothing of how much of it was right."""
        given = secret.encode()
        return any(compare_digest(given, each.encode()) for each in self.secrets)


@cache
def from_environment() -> Origin:
    """Return the origin that the function's environment describes."""
    return Origin(tuple(read(Settings, os.environ).origin_secrets.split()))

"""How an upgrade differs from the live version in whom users talk to: the host of its documents, the authentication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from shared.domain.documents import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from shared.domain.version import Version


@dataclass(frozen=True, slots=True)
class Difference:
    """What something was in the live version, and what it would be."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Differences:
    """None where it is the same, or where there is nothing to compare with."""

    host: Difference | None = None
    auth: Difference | None = None

    def __bool__(self) -> bool:
        """Whether anything differs."""
        return bool(self.host or self.auth)


def differences(live: Version | None, version: Version) -> Differences:
    """Compare a version with the live one."""
    if live is None or live.snapshot is None or version.snapshot is None:
        return Differences()
    return Differences(
        host=_difference(_hosts(live), _hosts(version)),
        auth=_difference(_authentication(live), _authentication(version)),
    )


def _difference(before: str, after: str) -> Difference | None:
    return Difference(before, after) if before != after else None


def _hosts(version: Version) -> str:
    """Name the hosts that a version's documents came from, the manifest's first."""
    parts = version.snapshot.parts if version.snapshot else ()
    hosts = [urlsplit(part.url).hostname or "" for part in parts if part.role in {MANIFEST, SCHEMA}]
    return ", ".join(dict.fromkeys(hosts))


def _authentication(version: Version) -> str:
    listing = version.snapshot.listing if version.snapshot else None
    return " ".join((listing.auth_type, *listing.auth_urls)) if listing else ""

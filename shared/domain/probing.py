"""Whether the servers that a version names answer: what was seen while it is under review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.domain.identity import PluginId


class Of(StrEnum):
    """Whose server it is: a publisher promises to keep both working until the candidate is decided."""

    CANDIDATE = "candidate"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One server that was asked. Any HTTP answer will do; `status` is 0 and `failure` says why where none came."""

    of: Of
    url: str
    at: datetime
    status: int = 0
    failure: str = ""

    @property
    def is_reachable(self) -> bool:
        """Whether it answered."""
        return self.status > 0


@dataclass(frozen=True, slots=True)
class Probes:
    """What answered when the servers of a version under review, and of the live one, were last asked."""

    plugin_id: PluginId
    number: int
    at: datetime
    endpoints: tuple[Endpoint, ...]

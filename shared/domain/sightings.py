"""Which versions a reviewer has seen, so that the next one can be compared with what they remember."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.domain.identity import PluginId, Subject


@dataclass(frozen=True, slots=True)
class Sighting:
    """A reviewer saw a version: opened its report, claimed it, or decided about it. Noting it twice is harmless."""

    plugin_id: PluginId
    number: int
    by: Subject
    at: datetime

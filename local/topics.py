"""Events for other systems on one machine: a file that anybody can follow, a line of JSON for each."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from shared.storage.topics import write_event

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.events import Event

_PRIVATE = 0o600


class FileTopic:
    """The `Topic` port over a file. An event that comes again is one more line, known by its `event_id`."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def publish(self, event: Event) -> None:
        """Append an event, in one write, so that nobody who follows sees half of it followed by another."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._place, os.O_WRONLY | os.O_CREAT | os.O_APPEND, _PRIVATE)
        try:
            os.write(descriptor, f"{write_event(event)}\n".encode())
        finally:
            os.close(descriptor)

"""What pages the console declares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from functions.console.settings import Settings
from functions.console.wiring import wire

if TYPE_CHECKING:
    from functions.console.store import Reply


def declared_pages() -> frozenset[str]:
    """Return the addresses of all pages, as they are declared."""
    settings = Settings(public_base_url="", login_url="https://login.example.com", client_id="console")
    serving = wire(settings, http=_send_nothing, clock=lambda: datetime.now(UTC), entropy=_zeros)
    return frozenset(place.pattern for place in serving.console.map.places if place.method == "GET")


def _zeros(size: int) -> bytes:
    return bytes(size)


def _send_nothing(*_: object, **__: object) -> Reply:
    raise NotImplementedError

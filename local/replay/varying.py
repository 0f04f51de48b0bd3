"""The plugin whose schema varies by design: reviewed for some days, then served by its envelope."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.reader import poll
from local.replay.ledger import is_served_form

if TYPE_CHECKING:
    from local.client import Client
    from local.replay.history import Edition
    from local.replay.ledger import Ledger

HOST = "www.rentable.co"
"""It writes today's date into a summary."""
REVIEWED = 5
"""Versions that are reviewed one by one before the publisher asks for an envelope."""


@dataclass(slots=True)
class Varying:
    """When the envelope was asked for, and on how many days since then the day's own document was served."""

    since: str = ""
    varies: list[str] = field(default_factory=list)
    days: int = 0
    served: int = 0
    wrong: list[str] = field(default_factory=list)

    def wants_envelope(self, edition: Edition, ledger: Ledger) -> bool:
        """Tell whether this upgrade is the one that asks for an envelope."""
        plugin_id = ledger.plugin_of.get(edition.host, "")
        return edition.host == HOST and not self.since and len(ledger.approved.get(plugin_id, ())) >= REVIEWED

    def proposed(self, publisher: Client, plugin_id: str, day: str, edition: Edition) -> dict[str, Any]:
        """Ask for an envelope that holds the plugin's history and today's schema, and return the submission.

        Raises RuntimeError where the store does not propose one.
        """
        documents = [edition.schema.decode()]
        reply = publisher.post(f"/v1/plugins/{plugin_id}/envelope-proposal", {"documents": documents})
        if reply.status != HTTPStatus.OK:
            message = f"The proposal of an envelope was answered {reply.status}: {reply.body!r}"
            raise RuntimeError(message)
        self.since, self.varies = day, reply.document["varies"]
        return {"schema_mode": "dynamic", "envelope": reply.document["envelope"]}

    def is_in_force(self, host: str) -> bool:
        """Tell whether a host's changes need no submission any more."""
        return host == HOST and bool(self.since)

    def look(self, reader: Client, plugin_id: str, day: str, edition: Edition) -> None:
        """Look at what is served on a day: it has to be what the host serves."""
        self.days += 1
        seen = poll(reader, plugin_id)
        if seen.schema and is_served_form(seen.schema.body, edition):
            self.served += 1
        else:
            self.wrong.append(f"{day}: {plugin_id} is not served as {edition.host} version {edition.number}")

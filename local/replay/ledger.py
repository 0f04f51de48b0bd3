"""What has been asked of the store, what came of it, and what readers may therefore see."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import yaml

from local.replay.history import Edition

if TYPE_CHECKING:
    from local.reader import Poll


@dataclass(frozen=True, slots=True)
class Refusal:
    """A version that the store did not accept, and the first reason that it gave."""

    edition: Edition
    code: str
    message: str


@dataclass(slots=True)
class Ledger:
    """What has been asked of the store and what came of it, as far as readers may know of it.

    `approved` and `approving` frame what a reader may see of a plugin: nothing older than the version whose approval
    was answered before the poll began, nothing newer than the one whose approval was asked for before it ended. A newer
    one that was `seen_early` must turn out to be `let_through`: approved by the policy. `varying` has, for a plugin
    with an envelope, what its host served since, today's last.
    """

    editions: dict[tuple[str, int], Edition] = field(default_factory=dict)
    plugin_of: dict[str, str] = field(default_factory=dict)
    approved: dict[str, tuple[tuple[float, int], ...]] = field(default_factory=dict)
    approving: dict[str, int] = field(default_factory=dict)
    seen_early: set[tuple[str, int]] = field(default_factory=set)
    let_through: dict[tuple[str, int], str] = field(default_factory=dict)
    varying: dict[str, list[Edition]] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    accepted: int = 0
    left_out: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def submitted(self) -> int:
        """How many versions were submitted."""
        return self.accepted + len(self.refusals)

    @property
    def unaccounted(self) -> list[str]:
        """Versions that readers saw before anybody or anything had approved them."""
        return [f"{plugin}: version {number} unapproved" for plugin, number in self.seen_early - set(self.let_through)]

    def live(self) -> list[str]:
        """Return the plugins that have been approved."""
        with self.lock:
            return list(self.approved)

    def live_edition(self, plugin_id: str) -> Edition | None:
        """Return what was approved last of a plugin."""
        with self.lock:
            number = max((number for _, number in self.approved.get(plugin_id, ())), default=0)
        return self.editions.get((plugin_id, number))

    def approved_before(self, plugin_id: str, moment: float) -> int:
        """Return the newest version whose approval was answered before a moment of the monotonic clock."""
        with self.lock:
            return max((number for at, number in self.approved[plugin_id] if at < moment), default=0)

    def note_approval(self, plugin_id: str, number: int) -> None:
        """Note that an approval was answered just now."""
        with self.lock:
            self.accepted += 1
            self.approving[plugin_id] = max(number, self.approving.get(plugin_id, 0))
            self.approved[plugin_id] = (*self.approved.get(plugin_id, ()), (time.monotonic(), number))


class Judge:
    """Tells what is wrong with what a reader got: a version that is not live, or documents that are not its own."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._fine: set[tuple[str, int, bytes, bytes]] = set()

    def __call__(self, poll: Poll) -> str:
        """Return what is wrong with a poll that went through, or ""."""
        number = int(poll.schema_path.split("/")[4])
        oldest = self._ledger.approved_before(poll.plugin_id, poll.began)
        if number < oldest:
            return f"{poll.plugin_id}: version {number} while {oldest} was approved"
        if number > self._ledger.approving.get(poll.plugin_id, 0):
            self._ledger.seen_early.add((poll.plugin_id, number))
        schema = poll.schema.body if poll.schema else b""
        seen = (poll.plugin_id, number, sha256(poll.manifest.body).digest(), sha256(schema).digest())
        if seen in self._fine:
            return ""
        edition = self._ledger.editions.get((poll.plugin_id, number))
        if edition is None:
            return f"{poll.plugin_id}: version {number}, which nobody submitted"
        if _content(poll.manifest.document) != _content(json.loads(edition.manifest)):
            return f"{poll.plugin_id}: the manifest is not that of version {number}"
        # Whoever reads while the day changes gets yesterday's schema or today's.
        allowed = [edition, *self._ledger.varying.get(poll.plugin_id, [])]
        if not any(is_served_form(schema, each) for each in allowed):
            return f"{poll.plugin_id}: the schema is not that of version {number}"
        self._fine.add(seen)
        return ""


def is_served_form(schema: bytes, edition: Edition) -> bool:
    """Tell whether a schema is what an edition's host served, but for servers that were made absolute."""
    return schema == edition.schema or _without_servers(schema) == _without_servers(edition.schema)


def _content(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest without the one member that differs in its served form."""
    return manifest | {"api": {name: value for name, value in manifest["api"].items() if name != "url"}}


@cache
def _without_servers(schema: bytes) -> Any:  # noqa: ANN401 - an OpenAPI document
    """Read a schema without its servers, which the served form makes absolute. JSON is YAML, but for tabs."""
    try:
        document = json.loads(schema)
    except ValueError:
        document = yaml.load(schema.decode("utf-8-sig"), yaml.CBaseLoader)  # noqa: S506 - texts alone
    return {name: value for name, value in document.items() if name != "servers"}

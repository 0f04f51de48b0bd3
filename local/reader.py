"""A host's view of the store: reads live manifests and the schemas they name, without pause, and keeps account."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from local.client import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from local.client import Client


def manifest_path(plugin_id: str) -> str:
    """Return the public path of a plugin's live manifest."""
    return f"/plugins/{plugin_id}/.well-known/ai-plugin.json"


@dataclass(frozen=True, slots=True)
class Poll:
    """One look at one plugin: its manifest, and the schema that the manifest named; None where that was not reached.

    `began` and `ended` are on the monotonic clock, in seconds.
    """

    plugin_id: str
    began: float
    ended: float
    manifest: Reply
    schema_path: str
    schema: Reply | None

    @property
    def has_failed(self) -> bool:
        """Whether the reader did not get both documents."""
        replies = [self.manifest, self.schema]
        return any(reply is None or reply.status != HTTPStatus.OK for reply in replies)


def poll(client: Client, plugin_id: str) -> Poll:
    """Look at a plugin once, as a host does: the manifest, then what it names."""
    began = time.monotonic()
    manifest = client.get(manifest_path(plugin_id))
    url = manifest.document.get("api", {}).get("url", "") if manifest.status == HTTPStatus.OK else ""
    path = urlsplit(url).path
    schema = client.get(path) if path else None
    return Poll(plugin_id, began, time.monotonic(), manifest, path, schema)


@dataclass(slots=True)
class Account:
    """What readers have seen so far: figures of all polls, and the polls themselves where something was wrong."""

    polls: int = 0
    failed: list[Poll] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)


class Reader:
    """Polls plugins in a thread of its own, one after the other and again from the start, until it is told to stop.

    `plugins` says at each round what there is to poll; `judge` says what is wrong with a poll that went through, or "".
    """

    def __init__(self, client: Client, plugins: Callable[[], Sequence[str]], judge: Callable[[Poll], str]) -> None:
        self.account = Account()
        self.rounds = 0
        self._client = client
        self._plugins = plugins
        self._judge = judge
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reader", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def stop(self) -> Account:
        """Stop polling and return the account."""
        self._stopping.set()
        self._thread.join()
        self._client.close()
        return self.account

    def _run(self) -> None:
        while not self._stopping.is_set():
            plugins = self._plugins()
            for plugin_id in plugins:
                if self._stopping.is_set():
                    return
                self._note(poll(self._client, plugin_id))
            self.rounds += 1
            if not plugins:
                time.sleep(0.01)

    def _note(self, seen: Poll) -> None:
        account = self.account
        account.polls += 1
        account.latencies.append(seen.manifest.seconds)
        if seen.has_failed:
            account.failed.append(seen)
        elif wrong := self._judge(seen):
            account.wrong.append(wrong)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which a share (0 to 1) of the values lies; 0 where there are none."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)] if ordered else 0.0

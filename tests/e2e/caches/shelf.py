"""Plugins of a running store, put there and changed as people do it: over its HTTP API."""

from __future__ import annotations

import itertools
import json
import signal
import time
from typing import TYPE_CHECKING, Any, Self

from local.demo import settled
from local.reader import manifest_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.client import Reply
    from local.process import StoreProcess
    from local.publisher import PublisherHosts

WELL_KNOWN = "/.well-known/ai-plugin.json"


class Shelf:
    """Plugins, each under an id of its own, whose text names their version."""

    def __init__(self, store: StoreProcess, hosts: PublisherHosts) -> None:
        self.store = store
        self._hosts = hosts
        self._numbers = itertools.count(1)
        self._developer, self._reviewer = store.client("developer"), store.client("reviewer")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for client in (self._developer, self._reviewer):
            client.close()

    def add(self, *, live: bool = True) -> str:
        """Submit a plugin, put its version 1 live unless told otherwise, and return its id."""
        plugin = f"plugin-{next(self._numbers)}"
        self._publish(plugin, 1)
        url = f"https://{plugin}.example.com{WELL_KNOWN}"
        reply = self._developer.post("/v1/plugins", {"manifest_url": url, "plugin_id": plugin})
        assert reply.status == 202, reply.body
        if live:
            self.approve(plugin, 1)
        return plugin

    def submit(self, plugin: str, number: int) -> None:
        """Submit an upgrade."""
        self._publish(plugin, number)
        reply = self._developer.post(f"/v1/plugins/{plugin}/versions", {})
        assert reply.status == 202, reply.body

    def approve(self, plugin: str, number: int) -> None:
        """Wait until a version is in review, and approve it: from then on the origin serves it."""
        version: dict[str, Any] = settled(self._developer, plugin, number)
        path = f"/v1/plugins/{plugin}/versions/{number}/approve"
        self._decide(path, {"digest": version["digest"]})

    def flip(self, plugin: str, number: int) -> None:
        """Put an upgrade live."""
        self.submit(plugin, number)
        self.approve(plugin, number)

    def ban(self, plugin: str) -> None:
        """Ban a plugin: from then on the origin serves it to nobody."""
        self._decide(f"/v1/plugins/{plugin}/ban", {"reason": "It does harm."})

    def restarted(self, read: Callable[[], list[int]]) -> tuple[float, list[int]]:
        """Kill the store, read meanwhile, start it again; return the seconds it was down and what was read."""
        self.store.end(signal.SIGKILL)
        began = time.monotonic()
        statuses = [status for _ in range(10) for status in read()]
        self.store.start()
        return time.monotonic() - began, statuses

    def _decide(self, path: str, document: dict[str, str]) -> None:
        reply = self._reviewer.post(path, document)
        assert reply.status == 200, reply.body

    def _publish(self, plugin: str, number: int) -> None:
        host = f"{plugin}.example.com"
        files = {WELL_KNOWN: manifest(host, number), "/openapi.json": schema(host, number), "/legal": b"Use it well.\n"}
        self._hosts.publish(host, files)


def text_of(number: int) -> str:
    """Return what the manifest of a version says to the model."""
    return f"Use version {number} of it."


def version_in(reply: Reply) -> str:
    """Return which version's text an answer holds, "" for none."""
    return str(reply.document.get("description_for_model", "")) if reply.status == 200 else ""


def manifest(host: str, number: int) -> bytes:
    """Return a publisher's manifest."""
    document = {
        "schema_version": "v1",
        "name_for_model": "some_plugin",
        "name_for_human": "Some plugin",
        "description_for_model": text_of(number),
        "description_for_human": "It does something.",
        "auth": {"type": "none"},
        "api": {"type": "openapi", "url": f"https://{host}/openapi.json"},
        "logo_url": f"https://{host}/logo.png",
        "contact_email": f"plugins@{host}",
        "legal_info_url": f"https://{host}/legal",
    }
    return json.dumps(document).encode()


def schema(host: str, number: int) -> bytes:
    """Return a publisher's schema."""
    operation = {"operationId": "do", "summary": "Do it", "responses": {"200": {"description": "done"}}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": "Some plugin", "version": str(number)},
        "servers": [{"url": f"https://{host}"}],
        "paths": {"/do": {"get": operation}},
    }
    return json.dumps(document).encode()


def schema_path(plugin: str, number: int = 1) -> str:
    """Return the public path of a version's schema."""
    return f"/plugins/{plugin}/versions/{number}/openapi.json"


__all__ = ["Shelf", "manifest_path", "schema_path", "text_of", "version_in"]

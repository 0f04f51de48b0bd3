"""Customers who keep a store busy, and account for everything that it has promised them."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from local.reader import poll

if TYPE_CHECKING:
    from local.client import Client
    from local.process import StoreProcess
    from local.publisher import PublisherHosts
    from local.reader import Poll

_BROKEN = 0
_SETTLE_SECONDS = 60.0


def host_of(plugin_id: str) -> str:
    return f"{plugin_id}.example.com"


def manifest(plugin_id: str, edition: int) -> bytes:
    host = host_of(plugin_id)
    document = {
        "schema_version": "v1",
        "name_for_model": plugin_id,
        "name_for_human": plugin_id,
        "description_for_model": f"Edition {edition}.",
        "description_for_human": "Something that changes often.",
        "auth": {"type": "none"},
        "api": {"type": "openapi", "url": f"https://{host}/openapi.json"},
        "logo_url": f"https://{host}/logo.png",
        "contact_email": f"plugins@{host}",
        "legal_info_url": f"https://{host}/legal",
    }
    return json.dumps(document).encode()


def schema(plugin_id: str, edition: int) -> bytes:
    operation = {"operationId": "act", "summary": "Act.", "responses": {"200": {"description": "Done"}}}
    document = {
        "openapi": "3.0.1",
        "info": {"title": plugin_id, "version": str(edition)},
        "servers": [{"url": f"https://{host_of(plugin_id)}"}],
        "paths": {"/act": {"get": operation}},
    }
    return json.dumps(document).encode()


def flaw_of(seen: Poll) -> str:
    """Return what is wrong with a poll, or ""."""
    if seen.has_failed:
        return f"{seen.plugin_id}: {seen.manifest.status}, {seen.schema and seen.schema.status}"
    text = seen.manifest.document["description_for_model"]
    version = seen.schema.document["info"]["version"] if seen.schema else ""
    return "" if text == f"Edition {version}." else f"{seen.plugin_id}: {text!r} with the schema of edition {version}"


@dataclass
class Promises:
    """What the store has said yes to, by plugin: versions accepted, and versions approved."""

    accepted: dict[str, set[int]] = field(default_factory=dict)
    approved: dict[str, set[int]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)


class Customer(threading.Thread):
    """A publisher and a reviewer who bring out one edition of a plugin after the other, until they are told to stop.

    A connection that breaks tells them nothing: they look up what became of their request before they go on.
    """

    def __init__(self, plugin_id: str, store: StoreProcess, hosts: PublisherHosts, promises: Promises) -> None:
        super().__init__(name=plugin_id, daemon=True)
        self.stopping = threading.Event()
        self._plugin_id = plugin_id
        self._path = f"/v1/plugins/{plugin_id}"
        self._hosts = hosts
        self._promises = promises
        self._accepted = promises.accepted.setdefault(plugin_id, set())
        self._approved = promises.approved.setdefault(plugin_id, set())
        self._publisher = store.client("developer")
        self._reviewer = store.client("reviewer")
        self._edition = 0

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._bring_out()
        except Exception as error:  # noqa: BLE001 - a thread's failure is told where it is looked for
            self._promises.broken.append(f"{self._plugin_id}: {error!r}")
        finally:
            self._publisher.close()
            self._reviewer.close()

    def _bring_out(self) -> None:
        self._wait_until_settled()
        self._edition += 1
        files = {
            "/.well-known/ai-plugin.json": manifest(self._plugin_id, self._edition),
            "/openapi.json": schema(self._plugin_id, self._edition),
        }
        self._hosts.publish(host_of(self._plugin_id), files)
        number = self._submit()
        if number is not None:
            self._accepted.add(number)
            self._wait_until_settled()
            self._approve(number)

    def _submit(self) -> int | None:
        """Return the number that was promised, or None where nothing was."""
        if self._publisher.get(self._path).status == HTTPStatus.OK:
            reply = self._publisher.post(f"{self._path}/versions", {})
        else:
            url = f"https://{host_of(self._plugin_id)}/.well-known/ai-plugin.json"
            reply = self._publisher.post("/v1/plugins", {"manifest_url": url, "plugin_id": self._plugin_id})
        if reply.status == HTTPStatus.ACCEPTED:
            number: int = reply.document["version"]
            return number
        if reply.status not in {_BROKEN, HTTPStatus.CONFLICT}:
            self._promises.broken.append(f"{self._plugin_id}: submission answered {reply.status} {reply.body!r}")
        return None

    def _approve(self, number: int) -> None:
        version = self._publisher.get(f"{self._path}/versions/{number}").document
        if self.stopping.is_set() or not version:
            return
        if version.get("state") != "in_review":
            # The store answered, and the documents are fine: nothing else than review may follow.
            self._promises.broken.append(f"{self._plugin_id}: version {number} is {version}")
            return
        reply = self._reviewer.post(f"{self._path}/versions/{number}/approve", {"digest": version["digest"]})
        if reply.status == HTTPStatus.OK:
            self._approved.add(number)
        elif reply.status != _BROKEN:
            self._promises.broken.append(f"{self._plugin_id}: approval answered {reply.status} {reply.body!r}")

    def _wait_until_settled(self) -> None:
        """Wait until no version is about to be fetched, so that no edition changes under a snapshot."""
        deadline = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < deadline and not self.stopping.is_set():
            reply = self._publisher.get(f"{self._path}/versions")
            if reply.status == HTTPStatus.NOT_FOUND:
                return
            if reply.status == HTTPStatus.OK and all(each["state"] != "submitted" for each in reply.document["items"]):
                return
            time.sleep(0.02)
        if not self.stopping.is_set():
            self._promises.broken.append(f"{self._plugin_id}: not settled in {_SETTLE_SECONDS} s")
            self.stopping.set()


def broken_promises(store: StoreProcess, promises: Promises) -> list[str]:
    """Return what the store does not hold of what it promised, judged by what it says now."""
    publisher, public = store.client("developer"), store.client()
    broken = list(promises.broken)
    for plugin_id, approved in promises.approved.items():
        if approved and (flaw := flaw_of(poll(public, plugin_id))):
            broken.append(flaw)
    for plugin_id, numbers in promises.accepted.items():
        for number in sorted(numbers):
            is_approved = number in promises.approved[plugin_id]
            broken += _broken_of_version(publisher, public, (plugin_id, number), is_approved=is_approved)
    publisher.close()
    public.close()
    return broken


def _broken_of_version(publisher: Client, public: Client, named: tuple[str, int], *, is_approved: bool) -> list[str]:
    plugin_id, number = named
    version = _settled(publisher, f"/v1/plugins/{plugin_id}/versions/{number}")
    name = f"{plugin_id} version {number}"
    if version.get("state") not in {"in_review", "live", "superseded", "withdrawn"}:
        return [f"{name} was accepted and is {version.get('state')}: {version.get('findings')}"]
    if not is_approved:
        return []
    if version["state"] not in {"live", "superseded"}:
        return [f"{name} was approved and is {version['state']}"]
    (part,) = (part for part in version["parts"] if part["role"] == "schema")
    body = public.get(f"/plugins/{plugin_id}/versions/{number}/{part['name']}").body
    is_whole = f"sha256:{sha256(body).hexdigest()}" == part["served_digest"] == part["digest"]
    return [] if is_whole else [f"{name} has a schema that is not the one that was pinned"]


def _settled(publisher: Client, path: str) -> dict[str, Any]:
    deadline = time.monotonic() + _SETTLE_SECONDS
    while time.monotonic() < deadline:
        version: dict[str, Any] = publisher.get(path).document
        if version.get("state") != "submitted":
            return version
        time.sleep(0.02)
    return version

"""Records to test with, made by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.documents import AI_PLUGIN_V1, Listing, Part
from shared.domain.events import Occasion
from shared.domain.findings import Severity
from shared.domain.identity import Digest, PluginId, Subject, digest_of_bytes, digest_of_parts
from shared.domain.plugin import Plugin, object_key
from shared.domain.version import Snapshot, State, Version

if TYPE_CHECKING:
    from datetime import timedelta

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OWNER = Subject("developer-1")
REVIEWER = Subject("reviewer-1")
TODO = PluginId("todo")
URL = "https://todo.example.com/.well-known/ai-plugin.json"
LISTING = Listing("Todo", "todo", "Keeps lists.", "https://todo.example.com/logo.png", "none")


def occasion(actor: Subject = OWNER, *, after: timedelta | None = None, entropy: bytes = b"12345678") -> Occasion:
    """Return the who and when of one transaction."""
    return Occasion(actor, NOON + after if after else NOON, entropy)


def plugin(plugin_id: str = TODO) -> Plugin:
    """Return a plugin as it is registered."""
    return Plugin(PluginId(plugin_id), OWNER, AI_PLUGIN_V1, URL, NOON)


def part(role: str, name: str, body: bytes, *, number: int = 1, plugin_id: str = TODO) -> Part:
    """Return a part with these bytes."""
    digest = digest_of_bytes(body)
    key = object_key(plugin_id, number, digest, name)
    return Part(role, name, f"https://todo.example.com/{name}", "application/json", len(body), digest, key, digest, key)


def snapshot(number: int = 1) -> Snapshot:
    """Return the snapshot of a fine version; its content differs from number to number."""
    parts = (
        part("manifest", "ai-plugin.json", f'{{"n":{number}}}'.encode(), number=number),
        part("schema", "openapi.yaml", f"openapi: {number}".encode(), number=number),
    )
    return Snapshot(
        at=NOON,
        profile="enforced/1",
        report_key=f"plugins/todo/versions/{number}/report.json",
        counts={Severity.NOTICE: 1},
        digest=digest_of_parts(AI_PLUGIN_V1, {each.name: each.digest for each in parts}),
        parts=parts,
        listing=LISTING,
    )


def version(state: State = State.SUBMITTED, number: int = 1) -> Version:
    """Return a version in a state, with its snapshot where it has one by then."""
    bare = Version(TODO, number, AI_PLUGIN_V1, state, URL, OWNER, NOON, NOON)
    return bare if state is State.SUBMITTED else replace(bare, snapshot=snapshot(number))


def digest(of: Version) -> Digest:
    """Return the digest of a pinned version."""
    found = of.digest
    assert found is not None
    return found

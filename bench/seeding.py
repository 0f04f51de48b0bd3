"""A store filled without anybody submitting anything: what is live, as its own storage code writes it.

100,000 submissions would take hours and measure something else. Only what the public routes read is written: pointers,
and the documents of as many plugins as will be read.
"""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from shared.domain.documents import Listing
from shared.domain.identity import PluginId, digest_of_bytes
from shared.domain.plugin import Live, Pointer, object_key
from shared.storage.items import pointer_item
from shared.storage.table import Guard, Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shared.domain.ports import ObjectStore
    from shared.storage.table import Table, Write

_MOST_WRITES = 100
_SINCE = datetime(2026, 1, 1, tzinfo=UTC)
_MANIFEST = "ai-plugin.json"
_SCHEMA = "openapi.json"
_MODEL_TEXT_LENGTH = 1200
"""Characters for the model: with them, a manifest has about 2 KB, as the larger ones of a real store have."""

_OPERATIONS = 12


def name_of(number: int) -> PluginId:
    """Return the id of a seeded plugin, by its number from 0."""
    return PluginId(f"seeded-{number}")


def seed(
    table: Table, objects: ObjectStore, *, plugins: int, versions: int = 1, with_documents: int | None = None
) -> None:
    """Write so many plugins, each with so many released versions, the last one live.

    Documents are written for the live version of the first `with_documents` plugins: all of them, if it is None.
    """
    wanted = range(plugins if with_documents is None else min(with_documents, plugins))
    for number in wanted:
        pointer = pointer_of(number, versions)
        for key, body in documents_of(number, pointer):
            objects.put(key, body, "application/json")
    for batch in itertools.batched(range(plugins), _MOST_WRITES, strict=False):
        writes: list[Write] = [
            Put(pointer_item(pointer_of(number, versions)), Guard("the pointer is new", 0)) for number in batch
        ]
        table.transact(writes)


def pointer_of(number: int, versions: int) -> Pointer:
    """Return the pointer of a seeded plugin."""
    plugin = name_of(number)
    manifest = digest_of_bytes(manifest_of(plugin))
    # Every version has a schema of its own, as upgrades do; only the last one's is stored.
    digests = [digest_of_bytes(f"{plugin} {each}".encode()) for each in range(1, versions)]
    released = {
        each: {_SCHEMA: digest} for each, digest in enumerate([*digests, digest_of_bytes(schema_of(plugin))], 1)
    }
    listing = Listing(f"Plugin {number}", f"plugin_{number}", "It does something.", "https://example.com/l.png", "none")
    live = Live(versions, manifest, _MANIFEST, manifest, _SCHEMA, listing, _SINCE)
    return Pointer(plugin, live, released, revision=versions)


def documents_of(number: int, pointer: Pointer) -> Iterator[tuple[str, bytes]]:
    """Give the keys and bodies of a live version's documents."""
    plugin, live = name_of(number), pointer.live
    if live is None:
        return
    yield object_key(plugin, live.number, live.manifest_digest, _MANIFEST), manifest_of(plugin)
    digest = pointer.released[live.number][_SCHEMA]
    yield object_key(plugin, live.number, digest, _SCHEMA), schema_of(plugin)


def manifest_of(plugin: str) -> bytes:
    """Return a manifest of about 2 KB."""
    sentence = f"Use {plugin} when somebody asks for what it does. "
    document = {
        "schema_version": "v1",
        "name_for_model": plugin.replace("-", "_"),
        "name_for_human": plugin.title(),
        "description_for_model": (sentence * _MODEL_TEXT_LENGTH)[:_MODEL_TEXT_LENGTH],
        "description_for_human": "It does something, and says what.",
        "auth": {"type": "none"},
        "api": {"type": "openapi", "url": f"https://{plugin}.example.com/openapi.json"},
        "logo_url": f"https://{plugin}.example.com/logo.png",
        "contact_email": f"plugins@{plugin}.example.com",
        "legal_info_url": f"https://{plugin}.example.com/legal",
    }
    return json.dumps(document, indent=2).encode()


def schema_of(plugin: str) -> bytes:
    """Return an OpenAPI document of a dozen operations."""
    paths = {
        f"/items/{each}": {
            "get": {
                "operationId": f"get{each}",
                "summary": f"Get item {each}",
                "responses": {"200": {"description": "It"}},
            }
        }
        for each in range(_OPERATIONS)
    }
    info = {"title": plugin, "version": "1"}
    servers = [{"url": f"https://{plugin}.example.com"}]
    return json.dumps({"openapi": "3.0.1", "info": info, "servers": servers, "paths": paths}).encode()

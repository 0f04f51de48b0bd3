"""Versions whose documents are really there, made by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from shared.domain.documents import AI_PLUGIN_V1, Part
from shared.domain.errors import IntegrityError
from shared.domain.identity import digest_of_bytes, digest_of_parts
from shared.domain.version import Snapshot, State, Version
from tests.building import LISTING, NOON, OWNER, TODO, URL, part
from tests.unit.diff.documents import MANIFEST, SCHEMA

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Shelf:
    """The `ObjectStore` port over a dictionary, and versions that are pinned in it."""

    objects: dict[str, bytes] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)

    def put(self, key: str, body: bytes, media_type: str) -> None:
        assert media_type
        self.objects.setdefault(key, body)

    def get(self, key: str) -> bytes:
        self.read.append(key)
        if key not in self.objects:
            raise IntegrityError(key)
        return self.objects[key]

    def version(
        self,
        number: int,
        *,
        schema: Mapping[str, Any] = SCHEMA,
        manifest: Mapping[str, Any] = MANIFEST,
        state: State = State.IN_REVIEW,
        logo: bytes = b"",
    ) -> Version:
        """Return a version, with its documents on the shelf."""
        parts = [self._pin(number, "manifest", "ai-plugin.json", json.dumps(manifest).encode())]
        parts.append(self._pin(number, "schema", "openapi.json", json.dumps(schema).encode()))
        if logo:
            parts.append(self._pin(number, "logo", "logo.png", logo))
        return Version(TODO, number, AI_PLUGIN_V1, state, URL, OWNER, NOON, NOON, snapshot=snapshot(*parts))

    def _pin(self, number: int, role: str, name: str, body: bytes) -> Part:
        pinned = part(role, name, body, number=number)
        self.objects[pinned.key] = body
        return pinned


def snapshot(*parts: Part) -> Snapshot:
    """Return the snapshot of a version with these parts, in which nothing was found."""
    digest = digest_of_parts(AI_PLUGIN_V1, {each.name: each.digest for each in parts})
    content = digest_of_bytes(digest.encode())
    return Snapshot(
        NOON, "enforced/1", "report.json", {}, digest=digest, content_digest=content, parts=parts, listing=LISTING
    )

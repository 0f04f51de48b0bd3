"""Holding documents against what was approved, and proposing what may vary. Nothing is written, nothing fetched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.contracts.parsing import ParseError, parse
from shared.contracts.sites import root_of
from shared.domain.access import require_owner
from shared.domain.documents import MANIFEST, SCHEMA
from shared.domain.errors import InvalidValueError, PluginBannedError, PluginNotFoundError, VersionNotFoundError
from shared.domain.identity import Digest, Subject, digest_of_bytes
from shared.domain.ports import ObjectStore, PageRequest, Records
from shared.domain.version import Version
from shared.envelope.containment import Verdict
from shared.envelope.document import Envelope
from shared.envelope.pinned import base_of, part_of, verdict_on
from shared.envelope.proposing import propose
from shared.envelope.telling import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shared.domain.identity import PluginId
    from shared.domain.plugin import Plugin

MOST_VERSIONS = 30
"""Versions that a proposal looks at, the newest ones."""
MOST_BYTES = 12 * 1024 * 1024
"""Of the documents that a proposal is made from, together: the oldest are left out beyond it."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks: a reviewer may ask about everything, a publisher about their own, everybody about what is public."""

    subject: Subject
    reads_all: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A document, by its digest, held against a version."""

    version: Version
    digest: Digest
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Proposed:
    """An envelope, what it says in sentences, and the verdict on each document by name, the base last."""

    envelope: Envelope
    varies: tuple[str, ...]
    verdicts: tuple[tuple[str, Verdict], ...]


@dataclass(frozen=True, slots=True)
class Envelopes:
    """The questions."""

    records: Records
    objects: ObjectStore

    def against_live(self, plugin_id: PluginId, document: str) -> Seen:
        """Hold a document against the live version. Raises PluginNotFoundError, PluginBannedError."""
        pointer = self.records.pointer(plugin_id)
        if pointer.live is None:
            raise PluginNotFoundError(plugin_id)
        if pointer.ban:
            raise PluginBannedError(plugin_id)
        return self._seen(self.records.version(plugin_id, pointer.live.number), document)

    def against_version(self, asker: Asker, plugin_id: PluginId, number: int, document: str) -> Seen:
        """Hold a document against a version: one that is or was live, or any for its owner and for reviewers.

        Raises PluginNotFoundError, VersionNotFoundError, PluginBannedError.
        """
        plugin, pointer = self.records.plugin(plugin_id), self.records.pointer(plugin_id)
        if number not in pointer.released and not asker.reads_all:
            require_owner(plugin, asker.subject)
        if pointer.ban:
            raise PluginBannedError(plugin_id)
        version = self.records.version(plugin_id, number)
        if version.digest is None:  # not fetched yet, or too broken to hold anything against it
            raise VersionNotFoundError(plugin_id, number)
        return self._seen(version, document)

    def proposal(self, asker: Asker, plugin_id: PluginId, documents: Sequence[str]) -> Proposed:
        """Propose an envelope from the schemas of a plugin's versions and from further documents, which are newer.

        Raises PluginNotFoundError for anybody but owner and reviewers, InvalidValueError where there is no document, or
        one that cannot be read.
        """
        plugin = self.records.plugin(plugin_id)
        if not asker.reads_all:
            require_owner(plugin, asker.subject)
        versions = tuple(self._pinned(plugin))
        seen = [(f"version {each.number}", base_of(self.objects, each)) for each in reversed(versions)]
        seen += [(f"document {index}", _read(index, text)) for index, text in enumerate(documents)]
        if not seen:
            message = (
                "There is nothing to propose from: no version is pinned yet, and no document came with the request."
            )
            raise InvalidValueError(message, field="documents")
        root = root_of(part_of(versions[0], MANIFEST).url if versions else plugin.manifest_url)
        found = propose([document for _, document in seen], root=root)
        names = (name for name, _ in seen)
        return Proposed(
            found.envelope, tuple(sentences(found.envelope)), tuple(zip(names, found.verdicts, strict=True))
        )

    def _pinned(self, plugin: Plugin) -> Iterator[Version]:
        """Give the newest versions that have a schema, the newest first, as far as there is room for them."""
        room = MOST_BYTES
        for version in self.records.versions(plugin.plugin_id, PageRequest(limit=MOST_VERSIONS)).records:
            if version.digest:
                room -= part_of(version, SCHEMA).size
                if room < 0:
                    return
                yield version

    def _seen(self, version: Version, document: str) -> Seen:
        body = document.encode()
        return Seen(version, digest_of_bytes(body), verdict_on(self.objects, version, body))


def _read(index: int, text: str) -> object:
    try:
        return parse(text.encode()).value
    except ParseError as error:
        raise InvalidValueError(error.message, field=f"documents/{index}") from error

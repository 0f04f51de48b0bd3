"""Documents as they were fetched, and as they are pinned. Nothing here assumes one kind of plugin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.domain.findings import Finding
from shared.domain.identity import Digest

MANIFEST = "manifest"
SCHEMA = "schema"
LOGO = "logo"
ENVELOPE = "envelope"
"""What may vary in the schema of a version whose schema changes by design."""
ENVELOPE_NAME = "envelope.json"
"""The file name that an envelope is pinned under."""
AI_PLUGIN_V1 = "ai-plugin-v1"
"""The kind whose documents are an `ai-plugin.json` of schema version v1 and an OpenAPI document."""


@dataclass(frozen=True, slots=True)
class Document:
    """One fetched document: its role among the plugin's documents, the final URL, and the bytes as they came."""

    role: str
    url: str
    body: bytes
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One document of a version as it is pinned.

    `name` is the file name it is pinned under (`openapi.yaml`); `digest` names the exact bytes fetched, stored at
    `key`; `served_digest` and `served_key` name the served form, the same object where nothing had to be changed.
    """

    role: str
    name: str
    url: str
    media_type: str
    size: int
    digest: Digest
    key: str
    served_digest: Digest
    served_key: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What a catalogue shows of a version. `auth_urls` is where users sign in, and where codes are exchanged."""

    name_for_human: str
    name_for_model: str
    description_for_human: str
    logo_url: str
    auth_type: str
    auth_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judges of a kind say of a set of documents.

    `names` maps a role to the file name its document is pinned under; `served` holds the served form of a role only
    where it differs from the bytes fetched; `listing` is None where the manifest is too broken to read;
    `content_digest` names what the documents say whatever their formatting, None where one cannot be parsed.
    """

    kind: str
    profile: str
    findings: tuple[Finding, ...]
    names: Mapping[str, str]
    served: Mapping[str, bytes]
    listing: Listing | None
    content_digest: Digest | None

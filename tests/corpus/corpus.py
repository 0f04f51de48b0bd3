"""The public history of a real store, and documents found elsewhere. Read where they are, never copied."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

import pytest

from shared.contracts.kinds import kind_named
from shared.domain.documents import AI_PLUGIN_V1, Document, Judgement

FOLDER = Path(__file__).parents[3] / "shared" / "corpus"
KIND = kind_named(AI_PLUGIN_V1)
needed = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the corpus is not at {FOLDER}")


class Listed(NamedTuple):
    """One version that the store listed, with the documents it served."""

    host: str
    version: int
    manifest: Document
    schema: Document

    def judged(self, profile: str = "enforced") -> Judgement:
        """Judge the version."""
        return KIND.judge({"manifest": self.manifest, "schema": self.schema}, profile=profile)


@cache
def listed() -> tuple[Listed, ...]:
    """Return every version that was listed and whose schema was collected, in one order."""
    days = json.loads((FOLDER / "store/days.json").read_text(encoding="utf-8"))
    versions = sorted({(host, version) for day in days.values() for host, version in day.items()})
    return tuple(found for host, version in versions for found in _version(host, version))


def _version(host: str, version: int) -> list[Listed]:
    folder = FOLDER / "store" / host / f"{version:02d}"
    body = (folder / "ai-plugin.json").read_bytes()
    manifest = Document("manifest", f"https://{host}/.well-known/ai-plugin.json", body)
    url = urljoin(manifest.url, json.loads(body)["api"]["url"])
    return [
        Listed(host, version, manifest, Document("schema", url, path.read_bytes())) for path in folder.glob("openapi.*")
    ]


def repositories() -> list[Path]:
    """Return the folders of the manifests found in repositories."""
    return sorted(path.parent for path in (FOLDER / "repos").glob("*/ai-plugin.json"))


def descriptions() -> list[Path]:
    """Return the large or unusual OpenAPI documents."""
    return sorted((FOLDER / "openapi").iterdir())

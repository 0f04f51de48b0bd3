"""Manifests found in repositories, many of them broken: each defect is named, with a way to mend it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.domain.documents import Document
from shared.domain.findings import is_acceptable
from tests.corpus.corpus import FOLDER, KIND, needed, repositories

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.documents import Judgement

pytestmark = needed
_FOLDERS = repositories() if FOLDER.is_dir() else []


def _judged(folder: Path) -> Judgement:
    base = "https://plugin.some-publisher.net"
    manifest = Document("manifest", f"{base}/.well-known/ai-plugin.json", (folder / "ai-plugin.json").read_bytes())
    documents = {"manifest": manifest}
    for path in folder.glob("openapi.*"):
        documents["schema"] = Document("schema", f"{base}/{path.name}", path.read_bytes())
    return KIND.judge(documents)


@pytest.mark.parametrize("folder", _FOLDERS, ids=lambda folder: folder.name)
def test_each_finding_says_what_where_and_how_to_mend_it(folder: Path) -> None:
    for finding in _judged(folder).findings:
        assert finding.message.endswith((".", "…"))
        assert finding.fix.endswith((".", "`."))
        assert finding.line is not None
        assert finding.document in {"manifest", "schema"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("12345612456__Wolfram-Plugin", "document.json-syntax"),
        ("K-myeongji__dr.true-1", "document.json-syntax"),
        ("ArchiMontana__neural-reality-assistant", "manifest.missing"),
        ("Azure-Samples__openai-plugin-fastapi", "manifest.type"),
        ("GlowthAcademy__glowth-gpt-plugin", "manifest.value"),
        ("0x22almostEvil__CrazyAssistant", "manifest.name-form"),
        ("openai__plugins-quickstart", "manifest.api-url"),
        ("claudia-crypto__calendar-ai-plugin", "manifest.api-url"),
        ("stampchain-io__stampchain.io", "manifest.too-long"),
        ("Advanta-AI__odds-api-gpt-plugin", "schema.structure"),
    ],
)
def test_known_defects_are_found(name: str, code: str) -> None:
    judgement = _judged(FOLDER / "repos" / name)
    assert code in {finding.code for finding in judgement.findings if finding.severity == "error"}


def test_most_of_what_lies_in_repositories_cannot_be_served_as_it_is() -> None:
    refused = [folder for folder in _FOLDERS if not is_acceptable(_judged(folder).findings)]
    assert len(refused) > 50

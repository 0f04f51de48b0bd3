"""Large or unusual OpenAPI documents from their vendors: each judged within a second, and none refused for its size."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from shared.contracts.parsing import ParseError, parse
from shared.domain.documents import Document
from tests.corpus.corpus import FOLDER, KIND, descriptions, needed

if TYPE_CHECKING:
    from pathlib import Path

    from shared.domain.documents import Judgement

pytestmark = needed
_NAMES = [path.name for path in descriptions()] if FOLDER.is_dir() else []
_LIMITS = ("document.too-", "document.yaml-expansion", "text.scan-failed")


def _judged(path: Path) -> tuple[Judgement, float]:
    body = path.read_bytes()
    url = f"https://plugin.some-publisher.net/{path.name}"
    try:
        servers = parse(body).value["servers"]  # type: ignore[index]
        host = urlsplit(servers[0]["url"]).hostname
        url = f"https://{host}/{path.name}" if host else url
    except (ParseError, KeyError, TypeError):
        pass
    manifest = Document("manifest", url, b"{}")
    start = time.process_time()
    judgement = KIND.judge({"manifest": manifest, "schema": Document("schema", url, body)})
    return judgement, time.process_time() - start


@pytest.mark.parametrize("name", _NAMES)
def test_each_is_judged_within_a_second_and_not_refused_for_its_size(name: str) -> None:
    judgement, seconds = _judged(FOLDER / "openapi" / name)
    # CPU time doubles while a neighbour shares the core: the best of three counts.
    for _ in range(2):
        seconds = min(seconds, _judged(FOLDER / "openapi" / name)[1]) if seconds > 1 else seconds
    assert seconds < 1
    assert not [finding.code for finding in judgement.findings if finding.code.startswith(_LIMITS)]


def test_swagger_2_is_refused_with_a_clear_word() -> None:
    judgement, _ = _judged(FOLDER / "openapi" / "slack-web-swagger2.json")
    (error,) = (
        finding for finding in judgement.findings if finding.severity == "error" and finding.document == "schema"
    )
    assert error.code == "schema.swagger-2"
    assert "Convert" in error.fix


@pytest.mark.parametrize(
    "name",
    [
        "asana.yaml",
        "oai-v3.0-callback-example.yaml",
        "oai-v3.0-petstore-expanded.yaml",
        "oai-v3.1-tictactoe.yaml",
        "twilio_api_v2010.yaml",
        "twilio_conversations_v1.json",
    ],
)
def test_honest_vendors_documents_have_no_error_on_their_own_site(name: str) -> None:
    judgement, _ = _judged(FOLDER / "openapi" / name)
    assert [
        finding for finding in judgement.findings if finding.severity == "error" and finding.document == "schema"
    ] == []

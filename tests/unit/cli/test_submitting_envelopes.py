"""`standfast submit --envelope`: a schema that varies, from the command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.integration.documents import SCHEMA_URL, manifest
from tests.integration.dynamic import ENVELOPE, prices
from tests.unit.cli.shops import MANIFEST_URL

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.cli.shops import Person, Shop


@pytest.fixture
def envelope(shop: Shop, tmp_path: Path) -> Path:
    shop.web.documents |= {MANIFEST_URL: manifest("Prices."), SCHEMA_URL: prices()}
    path = tmp_path / "envelope.json"
    path.write_text(json.dumps(ENVELOPE), encoding="utf-8")
    return path


def test_an_envelope_goes_with_a_submission_and_with_an_upgrade(publisher: Person, envelope: Path) -> None:
    for number in (1, 2):
        arguments = ["submit", MANIFEST_URL, "--plugin", "todo", "--envelope", str(envelope)]
        ended = publisher.run(*arguments, "--wait", "--until", "review", "--json")
        assert (ended.status, ended.json["version"], ended.json["schema_mode"]) == (0, number, "dynamic")
        assert any("YYYY-MM-DD" in sentence for sentence in ended.json["varies"])


@pytest.mark.parametrize("text", ["{", '{"texts": 7}'])
def test_what_is_no_envelope_is_not_sent(publisher: Person, shop: Shop, envelope: Path, text: str) -> None:
    envelope.write_text(text, encoding="utf-8")
    ended = publisher.run("submit", MANIFEST_URL, "--envelope", str(envelope))
    assert ended.status == 2
    assert "cannot be submitted as an envelope" in ended.err
    assert shop.requests == []

"""Documents that follow from the code are as the code says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from docs import generate

if TYPE_CHECKING:
    from pathlib import Path


def test_every_generated_document_is_current() -> None:
    assert generate.stale() == []


def test_one_that_is_not_current_is_named(tmp_path: Path) -> None:
    old, missing, current = (tmp_path / name for name in ("old", "missing", "current"))
    old.write_text("before", encoding="utf-8")
    current.write_text("now", encoding="utf-8")
    assert generate.differing({old: "now", missing: "now", current: "now"}) == [old, missing]


@pytest.mark.parametrize(
    "name", ["README.md", "findings.md", "changes.md", "openapi.json", "docs.html", "findings.html"]
)
def test_the_documents_are_among_them(name: str) -> None:
    assert name in {path.name for path in generate.generated()}

"""A store in this process, with a publisher and two reviewers at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cli.shops import MANIFEST_URL, Shop, opened, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.unit.cli.shops import Person


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with opened(tmp_path / "data") as found:
        publish(found.web, 1)
        yield found


@pytest.fixture
def publisher(shop: Shop, tmp_path: Path) -> Person:
    return shop.person("developer", tmp_path / "publisher")


@pytest.fixture
def reviewer(shop: Shop, tmp_path: Path) -> Person:
    return shop.person("reviewer", tmp_path / "reviewer")


@pytest.fixture
def candidate(publisher: Person) -> str:
    """The digest of a version that waits for its decision."""
    ended = publisher.run("submit", MANIFEST_URL, "--plugin", "todo", "--wait", "--until", "review", "--json")
    assert ended.status == 0, ended.err
    digest: str = ended.json["digest"]
    return digest


@pytest.fixture
def live(reviewer: Person, candidate: str) -> str:
    """The digest of a version that is live."""
    assert reviewer.run("review", "todo", 1, "--approve", "--digest", candidate).status == 0
    return candidate

"""Documents that follow from the code are as the code says."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from docs import diagrams, generate
from shared.domain.version import MOVES

if TYPE_CHECKING:
    from pathlib import Path


def test_every_generated_document_is_current() -> None:
    assert generate.stale() == []


def test_one_that_is_not_current_is_named(tmp_path: Path) -> None:
    old, missing, current = (tmp_path / name for name in ("old", "missing", "current"))
    old.write_text("before", encoding="utf-8")
    current.write_text("now", encoding="utf-8")
    assert generate.differing({old: "now", missing: "now", current: "now"}) == [old, missing]


def test_a_picture_of_an_older_graph_is_named(tmp_path: Path) -> None:
    names = set(diagrams.graphs())
    for name in names:
        (tmp_path / f"{name}.svg").write_text("<svg/>", encoding="utf-8")
    assert {path.stem for path in generate.undrawn(tmp_path)} == names


def test_a_picture_is_drawn_from_the_graph_that_it_names(tmp_path: Path) -> None:
    graph = diagrams.version_states()
    picture = diagrams.draw(graph, run=lambda *_, **__: SimpleNamespace(stdout="<?xml?><svg></svg>"))
    (tmp_path / "version-states.svg").write_text(picture, encoding="utf-8")
    assert "version-states" not in {path.stem for path in generate.undrawn(tmp_path)}
    assert not diagrams.is_drawn(graph + "more", picture)


def test_every_move_of_the_table_is_in_the_picture_of_states() -> None:
    graph = diagrams.version_states()
    assert all(f"{before} -> {after} [label=" in graph for (before, _), after in MOVES.items())


def test_the_picture_of_the_flow_shows_who_moves_the_pointer() -> None:
    movers = set(re.findall(r'"(\w+)" -> "the pointer"', diagrams.flow()))
    assert movers >= {"review", "release"}
    assert not movers & {"submission", "snapshot", "resolve", "notify", "purge"}


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "api.md",
        "changes.md",
        "docs.html",
        "events.md",
        "findings.html",
        "findings.md",
        "openapi.json",
        "settings.md",
    ],
)
def test_the_documents_are_among_them(name: str) -> None:
    assert name in {path.name for path in generate.generated()}

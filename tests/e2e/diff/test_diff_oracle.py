"""api-smart-diff as an independent witness: nothing that it reports of real upgrades is missing from ours."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.corpus.diff_pairs import Pair, needs_corpus, newest_versions, pairs
from tests.corpus.test_diff_mutations import mutated
from tests.e2e.diff.agreement import Reported, untold
from tests.unit.diff.completeness import compared
from tests.unit.diff.mutations import MUTATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shared.diff.changes import Change

    type Ask = Callable[[Sequence[Pair]], list[list[Reported]]]

pytestmark = [needs_corpus, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("oracle")]

ORACLE = Path(__file__).parent / "oracle"
EACH = 3
"""Real plugins that each mutation is tried on."""


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Install the other tool, and return how to ask it about pairs of documents."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("oracle")
    shutil.copytree(ORACLE, folder, dirs_exist_ok=True)
    subprocess.run([npm, "ci", "--silent"], cwd=folder, check=True, timeout=120)  # noqa: S603

    def asked(of: Sequence[Pair]) -> list[list[Reported]]:
        lines = "".join(f"{json.dumps({'before': old['schema'], 'after': new['schema']})}\n" for _, old, new in of)
        ran = subprocess.run(  # noqa: S603
            [node, "compare.mjs"], cwd=folder, input=lines, capture_output=True, text=True, check=True, timeout=120
        )
        answers = [json.loads(line) for line in ran.stdout.splitlines()]
        assert [answer for answer in answers if "failure" in answer] == []
        return [[Reported(diff["action"], diff["path"]) for diff in answer["diffs"]] for answer in answers]

    return asked


@pytest.fixture(scope="module")
def upgrades(ask: Ask) -> list[tuple[Pair, list[Reported]]]:
    """Return the upgrades of the real store, each with what the other tool reports of it."""
    return list(zip(pairs(), ask(pairs()), strict=True))


def missing(
    pair: Pair, reported: Sequence[Reported], *, less: Callable[[Change], bool] | None = None
) -> list[Reported]:
    """Return what is reported of a pair and not told by ours; `less` says which of ours to leave out."""
    comparison = compared(pair.old, pair.new)
    if less:
        comparison = replace(comparison, changes=tuple(each for each in comparison.changes if not less(each)))
    return untold(pair.old["schema"], pair.new["schema"], comparison, reported)


def test_nothing_that_it_reports_of_real_upgrades_is_missing(upgrades: list[tuple[Pair, list[Reported]]]) -> None:
    assert sum(len(reported) for _, reported in upgrades) > 700
    assert {pair.name: found for pair, reported in upgrades if (found := missing(pair, reported))} == {}


def test_nothing_that_it_reports_of_seeded_mutations_is_missing(ask: Ask) -> None:
    plugins = list(newest_versions())
    found: list[Pair] = []
    for name, _, mutate in MUTATIONS:
        tried = mutated(plugins, mutate, Random(name))[:EACH]  # noqa: S311 - a seeded choice, no secret
        found += [Pair(f"{name}: {pair.name}", pair.old, pair.new) for pair in tried if pair.old["schema"]]
    reports = ask(found)
    assert len(found) > 60
    assert sum(1 for report in reports if report) > len(found) / 2  # it knows nothing of manifests and of extensions
    assert {
        pair.name: told for pair, report in zip(found, reports, strict=True) if (told := missing(pair, report))
    } == {}


@pytest.mark.parametrize("lane", ["destination", "model_text", "capability", "contract"])
def test_it_notices_when_ours_leaves_a_lane_out(upgrades: list[tuple[Pair, list[Reported]]], lane: str) -> None:
    noticed = [pair.name for pair, reported in upgrades if missing(pair, reported, less=lambda each: each.lane == lane)]
    assert noticed

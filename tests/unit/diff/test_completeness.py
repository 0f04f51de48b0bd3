"""Nothing that differs is left out, and nothing is told twice."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from shared.diff import lists, objects
from tests.unit.diff.completeness import compared, gives, idle_changes
from tests.unit.diff.documents import documents
from tests.unit.diff.edits import edited
from tests.unit.diff.mutations import MUTATIONS, Mutation

SEEDS = range(40)
ROUNDS = 20


@pytest.mark.parametrize("seed", SEEDS)
def test_the_changes_give_the_new_documents_whatever_was_done_to_them(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a seeded choice, no secret
    for _ in range(ROUNDS):
        old = edited(documents(), random) if random.random() < 0.3 else documents()
        new = edited(old, random)
        comparison = compared(old, new)
        assert gives(old, new, comparison), (old, new, comparison)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_change_is_told_that_another_one_tells(seed: int) -> None:
    random = Random(1000 + seed)  # noqa: S311 - a seeded choice, no secret
    new = edited(documents(), random)
    assert list(idle_changes(documents(), new, compared(documents(), new))) == []


@pytest.mark.parametrize("mutate", [pytest.param(entry[2], id=entry[0]) for entry in MUTATIONS])
def test_every_mutation_is_accounted_for_both_ways(mutate: Mutation) -> None:
    new = documents()
    mutate(new, Random(1))  # noqa: S311 - a seeded choice, no secret
    assert gives(documents(), new, compared(documents(), new))
    assert gives(new, documents(), compared(new, documents()))


def test_several_renames_at_once_are_accounted_for() -> None:
    new = documents()
    paths = new["schema"]["paths"]
    item = paths.pop("/lists/{id}")
    item["parameters"][0]["name"] = "list"
    item["delete"]["summary"] = "Remove one."
    paths["/v2/lists/{list}"] = item
    paths["/search/all"] = {"post": {**paths.pop("/search")["get"], "summary": "Find."}}
    properties = new["schema"]["components"]["schemas"]["NewList"]["properties"]
    properties["public"] = properties.pop("shared")
    comparison = compared(documents(), new)
    assert {change.code for change in comparison.changes if change.moves} == {
        "contract.path-renamed",
        "capability.method-made-writing",
        "contract.property-renamed",
    }
    assert gives(documents(), new, comparison)


def test_a_change_that_is_left_out_is_noticed() -> None:
    new = documents()
    new["manifest"]["name_for_human"] = "Another"
    comparison = compared(documents(), new)
    assert not gives(documents(), new, replace(comparison, changes=()))


def test_a_change_that_is_told_twice_is_noticed() -> None:
    new = documents()
    new["manifest"]["name_for_human"] = "Another"
    comparison = compared(documents(), new)
    twice = replace(comparison, changes=comparison.changes * 2)
    assert list(idle_changes(documents(), new, twice)) == list(twice.changes)


@pytest.mark.parametrize(("module", "name"), [(objects, "is_same"), (lists, "_written")])
def test_a_comparison_that_overlooks_something_is_noticed(
    module: object, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, (lambda *_: True) if name == "is_same" else (lambda _: "same"))
    with pytest.raises(AssertionError):
        test_the_changes_give_the_new_documents_whatever_was_done_to_them(seed=0)

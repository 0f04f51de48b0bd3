"""Changes made to real documents, each of which must be reported as what it is, and as nothing else."""

from __future__ import annotations

import copy
from random import Random

import pytest

from shared.diff.versions import compare
from tests.corpus.diff_pairs import Pair, needs_corpus, newest_versions
from tests.unit.diff.completeness import compared, gives
from tests.unit.diff.documents import version
from tests.unit.diff.mutations import MUTATIONS, Mutation

pytestmark = needs_corpus

DOCUMENTS = 12
"""Real plugins that each mutation is tried on, of those that it fits."""


@pytest.fixture(scope="module")
def plugins() -> list[Pair]:
    return list(newest_versions())


def mutated(plugins: list[Pair], mutate: Mutation, random: Random) -> list[Pair]:
    """Return some plugins, each beside itself with the change made."""
    found: list[Pair] = []
    for name, old, _ in random.sample(plugins, len(plugins)):
        new = copy.deepcopy(old)
        try:
            fits = mutate(new, random)
        except (AttributeError, KeyError, TypeError):
            continue  # the document is not as the specification has it, and the mutation wants it so
        if fits and len(found) < DOCUMENTS:
            found.append(Pair(name, old, new))
    return found


@pytest.mark.parametrize(("code", "mutate"), [pytest.param(*entry[1:], id=entry[0]) for entry in MUTATIONS])
def test_a_change_of_real_documents_is_reported_as_what_it_is(code: str, mutate: Mutation, plugins: list[Pair]) -> None:
    random = Random(mutate.__name__)  # noqa: S311 - a seeded choice, no secret
    found = mutated(plugins, mutate, random)
    assert found, "no real plugin has a place for this"
    for pair in found:
        codes = [change.code for change in compare(version(pair.old), version(pair.new))]
        assert codes == [code], pair.name
        assert gives(pair.old, pair.new, compared(pair.old, pair.new)), pair.name

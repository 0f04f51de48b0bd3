"""Each change that a publisher might make is reported once, as what it is."""

from __future__ import annotations

from random import Random

import pytest

from shared.diff.catalogue import CATALOGUE
from shared.diff.versions import compare
from tests.unit.diff.documents import documents, version
from tests.unit.diff.mutations import MUTATIONS, Mutation


@pytest.mark.parametrize(("code", "mutate"), [pytest.param(*entry[1:], id=entry[0]) for entry in MUTATIONS])
def test_a_mutation_is_reported_once_as_what_it_is(code: str, mutate: Mutation) -> None:
    values = documents()
    assert mutate(values, Random(1))  # noqa: S311 - a seeded choice, no secret
    (change,) = compare(version(documents()), version(values))
    assert change.code == code
    assert change.lane == code.partition(".")[0]
    assert change.severity in {CATALOGUE[code].request, CATALOGUE[code].response}
    assert change.message.endswith(".")
    assert "\n" not in change.message


def test_there_are_more_than_twenty_of_them_in_all_lanes() -> None:
    codes = {code for _, code, _ in MUTATIONS}
    assert len(codes) > 20
    assert {code.partition(".")[0] for code in codes} == {
        "destination",
        "capability",
        "model_text",
        "contract",
        "listing",
    }

"""Random histories of requests: the store answers as the model does, and is what the model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import Phase

from shared.storage.table import Count, Put
from tests.proof.machine import EXAMPLES, STEPS, machine, run
from tests.proof.shares import share
from tests.proof.tampering import FaultyTable

if TYPE_CHECKING:
    from shared.storage.table import Table, Write
    from tests.proof.tampering import Wrap


def rewriting(sk_starts: str, **changes: object) -> Wrap:
    """Change attributes of whatever is put under such a key."""

    def rewrite(write: Write) -> Write:
        if isinstance(write, Put) and write.item.key.sk.startswith(sk_starts):
            attributes = {**write.item.attributes, **changes}
            return Put(type(write.item)(write.item.key, attributes), write.guard)  # type: ignore[arg-type]
        return write

    return lambda table: FaultyTable(table, rewrite)


def without_events(table: Table) -> Table:
    def rewrite(write: Write) -> Write | None:
        is_event = isinstance(write, Put) and write.item.key.sk.startswith("EVENT#")
        return None if is_event else write

    return FaultyTable(table, rewrite)


def without_counting(table: Table) -> Table:
    return FaultyTable(table, lambda write: None if isinstance(write, Count) else write)


def test_the_store_behaves_as_the_model() -> None:
    with machine() as sound:
        run(sound, examples=10, steps=25)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_the_store_behaves_as_the_model_through_many_long_histories() -> None:
    with machine() as sound:
        run(sound, examples=share(EXAMPLES), steps=STEPS)


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(without_events, id="no events"),
        pytest.param(without_counting, id="places are not counted"),
        pytest.param(rewriting("LIVE", ban=None), id="a ban is not stored"),
        pytest.param(rewriting("LIVE", live=None), id="a release is not stored"),
    ],
)
def test_a_planted_fault_is_found(wrap: Wrap) -> None:
    with machine(wrap) as faulty, pytest.raises(AssertionError):
        run(faulty, examples=60, steps=40, phases=[Phase.generate])

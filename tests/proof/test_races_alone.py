"""Whoever contends alone wins: what a contest ends with is due to the others, and to nothing that it lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof.calls import digest_of
from tests.proof.history import TODO
from tests.proof.races import CONTESTS, Bout, do
from tests.proof.tournament import PASTS

if TYPE_CHECKING:
    from tests.proof.races import Contest
    from tests.proof.theatre import Stages


@pytest.mark.parametrize(
    ("contest", "act"),
    [pytest.param(contest, act, id=f"{contest.name}: {act}") for contest in CONTESTS for act in contest.acts],
)
def test_who_is_alone_wins(stages: Stages, contest: Contest, act: str) -> None:
    world, _ = stages[PASTS[contest.prepare]]
    world.put_back()
    told = do(Bout(act, TODO, 0, digest_of(2), contest.key), world.table, world.ports.queue)
    assert told.is_done, told.text

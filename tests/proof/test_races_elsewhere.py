"""Sixteen at once, on an emulator with real transactions: one wins, nothing is written in part, losers are told why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.proof import races
from tests.proof.calls import digest_of
from tests.proof.history import TODO
from tests.proof.ministack import Endpoint, EnvironmentMissingError, environment, ministack
from tests.proof.shares import share
from tests.proof.tournament import hold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.proof.races import Arena, Contest
    from tests.proof.theatre import Stages

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600), pytest.mark.enable_socket]
_named = pytest.mark.parametrize("contest", races.CONTESTS, ids=lambda contest: contest.name)
_FEW = 2


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    try:
        environment()
    except EnvironmentMissingError as error:
        pytest.skip(f"no emulator: {error}")
    with ministack(tmp_path_factory.mktemp("ministack")) as started:
        yield started


@pytest.fixture(scope="module")
def arena(endpoint: Endpoint) -> Iterator[Arena]:
    with races.arena(endpoint) as opened:
        yield opened


@pytest.fixture(scope="module")
def careless_arena(endpoint: Endpoint) -> Iterator[Arena]:
    with races.arena(endpoint, races.careless) as opened:
        yield opened


@_named
def test_of_sixteen_at_once_one_wins(endpoint: Endpoint, arena: Arena, stages: Stages, contest: Contest) -> None:
    score = hold(endpoint, arena, stages, contest, rounds=share(races.ROUNDS))
    assert score.harms == []
    assert score.rounds == share(races.ROUNDS)


@_named
def test_without_guards_the_same_contest_ends_badly(
    endpoint: Endpoint, careless_arena: Arena, stages: Stages, contest: Contest
) -> None:
    assert hold(endpoint, careless_arena, stages, contest, rounds=_FEW).harms


def test_a_contender_that_is_lost_is_noticed(endpoint: Endpoint) -> None:
    unheard_of = [races.Bout("no such act", TODO, place, digest_of(2)) for place in range(races.CONTENDERS)]
    with races.arena(endpoint) as opened, pytest.raises(races.ContenderLostError):
        opened.race(unheard_of)

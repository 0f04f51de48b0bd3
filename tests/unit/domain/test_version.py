"""The state machine, over every state and action."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.errors import IllegalMoveError
from shared.domain.events import EVENT_OF_ACTION
from shared.domain.version import CANDIDATE_STATES, MOVES, PUBLIC_STATES, Action, State, moved
from tests.building import version

DEAD_ENDS = {State.INVALID, State.REJECTED, State.WITHDRAWN, State.REVOKED}


@pytest.mark.parametrize(("state", "action"), list(product(State, Action)))
def test_an_action_leads_where_the_table_says_or_is_refused_with_the_state_it_met(state: State, action: Action) -> None:
    if (state, action) in MOVES:
        assert moved(state, action) is MOVES[state, action]
        return
    with pytest.raises(IllegalMoveError) as refused:
        moved(state, action)
    assert refused.value.state == state
    assert refused.value.action == action


def test_no_way_leads_out_of_a_dead_end() -> None:
    assert not [state for state, _ in MOVES if state in DEAD_ENDS]


def test_every_state_but_the_first_can_be_reached() -> None:
    assert set(State) - {State.SUBMITTED} == set(MOVES.values())


def test_every_action_has_an_event_of_its_own() -> None:
    assert set(EVENT_OF_ACTION) == set(Action)
    assert len(set(EVENT_OF_ACTION.values())) == len(Action)


@given(st.lists(st.sampled_from(Action), max_size=12))
def test_nothing_becomes_public_without_an_approval(actions: list[Action]) -> None:
    state, approved = State.SUBMITTED, False
    for action in actions:
        try:
            state = moved(state, action)
        except IllegalMoveError:
            continue
        approved = approved or action is Action.APPROVE
        assert approved or state not in PUBLIC_STATES


@given(st.lists(st.sampled_from(Action), max_size=12))
def test_what_was_released_is_never_a_candidate_again(actions: list[Action]) -> None:
    state, released = State.SUBMITTED, False
    for action in actions:
        try:
            state = moved(state, action)
        except IllegalMoveError:
            continue
        released = released or action is Action.RELEASE
        assert not (released and state in CANDIDATE_STATES)


def test_two_moves_in_one_write_count_as_one_revision() -> None:
    after = version(State.IN_REVIEW).moved(Action.APPROVE, Action.RELEASE)
    assert (after.state, after.revision) == (State.LIVE, 2)

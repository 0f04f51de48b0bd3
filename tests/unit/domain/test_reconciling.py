"""Judgements of what may be left over or lost, and the runs that collect them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain import figures
from shared.domain.events import EVENT_OF_ACTION, EventType
from shared.domain.identity import EventId, Subject
from shared.domain.plugin import Ban, Live, Pointer
from shared.domain.reconciling import (
    MOST_KEPT,
    RECONCILER,
    Discrepancy,
    InUse,
    Kind,
    Phase,
    Reconciliation,
    StepResult,
    StoredObject,
    in_use,
    is_stuck,
    pending_release,
    served_by,
    take_numbers,
    version_of_key,
)
from shared.domain.version import Decision, Release, ReleaseMode, State, moved
from tests.building import LISTING, NOON, OWNER, REVIEWER, TODO, occasion, plugin, snapshot, version

HOUR = timedelta(hours=1)
RUN = Reconciliation(EventId("0a"), mends=False, asked_by=Subject("operator-1"), started_at=NOON, updated_at=NOON)


def found(kind: Kind = Kind.ORPHAN_OBJECT, *, mended: bool = False) -> Discrepancy:
    return Discrepancy(kind, "todo 1", "It is so.", mended)


def test_a_submission_is_stuck_once_every_retry_must_be_over() -> None:
    waiting = version(State.SUBMITTED)
    assert not is_stuck(waiting, waiting.submitted_at + HOUR)
    assert is_stuck(waiting, waiting.submitted_at + HOUR + timedelta(seconds=1))
    assert not is_stuck(version(State.IN_REVIEW), NOON + 99 * HOUR)


def test_only_an_approved_version_waits_for_its_moment() -> None:
    planned = Decision(REVIEWER, NOON, release=Release(ReleaseMode.SCHEDULED, NOON + HOUR))
    assert pending_release(replace(version(State.APPROVED), decision=planned)) == NOON + HOUR
    assert pending_release(replace(version(State.LIVE), decision=planned)) is None
    assert pending_release(replace(version(State.APPROVED), decision=Decision(REVIEWER, NOON))) is None


@pytest.mark.parametrize(
    "key", ["plugins/todo/versions/0/a/b", "plugins/todo/versions/1", "policies/x", "plugins/todo/versions/x/a/b"]
)
def test_a_key_of_another_form_belongs_to_no_version(key: str) -> None:
    assert version_of_key(key) is None


def test_a_key_names_its_version() -> None:
    assert version_of_key("plugins/todo/versions/12/abc/openapi.yaml") == ("todo", 12)


def test_a_version_names_its_report_and_both_forms_of_each_part() -> None:
    taken = snapshot()
    used = in_use(replace(version(State.IN_REVIEW), snapshot=taken), None)
    assert used.keys == {taken.report_key, *(key for part in taken.parts for key in (part.key, part.served_key))}
    assert in_use(version(State.SUBMITTED), None) == InUse(frozenset())


def test_what_is_stored_after_the_decision_is_evidence_and_no_orphan() -> None:
    used = InUse(frozenset(), decided_at=NOON)
    assert used.covers(StoredObject("plugins/todo/versions/1/a/report.json", NOON))
    assert not used.covers(StoredObject("plugins/todo/versions/1/a/report.json", NOON - HOUR))


def test_a_banned_plugin_is_to_serve_nothing() -> None:
    taken = snapshot()
    assert taken.digest
    live = Live(1, taken.digest, "ai-plugin.json", taken.digest, "openapi.yaml", LISTING, NOON)
    pointer = Pointer(TODO, live, {1: {"openapi.yaml": taken.digest}})
    assert len(served_by(pointer)) == 2
    assert served_by(replace(pointer, ban=Ban(REVIEWER, NOON, "bad"))) == ()
    assert served_by(Pointer(TODO)) == ()


def test_a_run_goes_from_records_to_objects_and_ends() -> None:
    records = RUN.after(StepResult(500, (), "cursor"), NOON)
    assert (records.phase, records.cursor, records.records) == (Phase.RECORDS, "cursor", 500)
    objects = records.after(StepResult(20, (), None), NOON)
    assert (objects.phase, objects.cursor, objects.records) == (Phase.OBJECTS, "", 520)
    done = objects.after(StepResult(7, (), None), NOON + HOUR)
    assert (done.phase, done.objects, done.finished_at, done.revision) == (Phase.DONE, 7, NOON + HOUR, 4)


def test_a_run_counts_everything_and_remembers_the_first_hundred() -> None:
    step = StepResult(1, (found(mended=True), *[found()] * MOST_KEPT), "more")
    after = RUN.after(step, NOON).after(step, NOON)
    assert after.found == {Kind.ORPHAN_OBJECT: 2 * MOST_KEPT + 2}
    assert after.mended == {Kind.ORPHAN_OBJECT: 2}
    assert len(after.discrepancies) == MOST_KEPT


def test_a_run_that_stopped_is_given_up_after_an_hour() -> None:
    assert RUN.is_under_way(NOON + HOUR - timedelta(seconds=1))
    assert not RUN.is_under_way(NOON + HOUR)
    assert not replace(RUN, phase=Phase.DONE).is_under_way(NOON)


def test_numbers_that_were_taken_once_are_taken_by_a_withdrawn_version() -> None:
    transition = take_numbers(plugin(), version(State.LIVE), up_to=7, occasion=occasion(RECONCILER))
    assert transition.plugin
    assert (transition.plugin.last_version, transition.plugin.revision) == (7, 2)
    (lost,) = transition.versions
    assert (lost.number, lost.state, lost.revision, lost.submitted_by) == (7, State.WITHDRAWN, 1, OWNER)


def test_an_open_candidate_goes_with_them_since_it_is_the_newest_no_more() -> None:
    candidate = version(State.IN_REVIEW)
    transition = take_numbers(plugin(), candidate, up_to=7, occasion=occasion(RECONCILER))
    assert [(each.number, each.state) for each in transition.versions] == [
        (7, State.WITHDRAWN),
        (1, State.WITHDRAWN),
    ]
    assert transition.versions[1].revision == candidate.revision + 1


def test_the_events_of_taken_numbers_replay_to_their_state() -> None:
    transition = take_numbers(plugin(), version(State.LIVE), up_to=7, occasion=occasion(RECONCILER))
    first, *rest = transition.events
    assert first.type is EventType.VERSION_SUBMITTED
    action_of = {event: action for action, event in EVENT_OF_ACTION.items()}
    state = State.SUBMITTED
    for event in rest:
        state = moved(state, action_of[event.type])
    assert state is transition.versions[0].state
    assert len({event.event_id for event in transition.events}) == len(transition.events)


def test_every_kind_is_counted_under_its_own_name() -> None:
    assert set(figures.DISCREPANCIES.values) == {kind.value for kind in Kind}

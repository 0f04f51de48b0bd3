"""The record of an origin: its table of states, what is news, and what suspends."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.domain.drift import (
    LONGEST_PAUSE,
    Danger,
    Drift,
    Origin,
    OriginState,
    Silence,
    Watched,
    drifted,
    in_sync,
    silent,
    suspended_by,
    unchanged,
)
from shared.domain.drifting import NEWS, is_made_of, is_news, looked
from shared.domain.identity import digest_of_bytes
from shared.domain.messages import MAILED, WORDINGS
from shared.domain.version import State
from tests.building import NOON, TODO, URL, occasion, part, version

LIVE = digest_of_bytes(b"live")
WATCHED = (Watched("manifest", URL, LIVE, LIVE),)
UNSEEN = Origin(TODO, 1, LIVE, OriginState.IN_SYNC, NOON, NOON, WATCHED, revision=0)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
LATER = NOON + HOUR


def drift(text: bytes = b"other", *dangers: Danger) -> Drift:
    found = (part("manifest", "ai-plugin.json", text),)
    return Drift(digest_of_bytes(text), "low", {"model_text": 1}, ("It says more.",), dangers, found, "report")


def to_in_sync(before: Origin) -> Origin:
    return in_sync(before, WATCHED, LATER, on_trust=False)


def to_drifted(before: Origin) -> Origin:
    return drifted(before, WATCHED, drift(), LATER)


def to_silence(before: Origin) -> Origin:
    return silent(before, Silence("down"), LATER, gone_after=DAY, interval=HOUR)


def to_gone(before: Origin) -> Origin:
    silence = Silence("no such name", is_absent=True)
    return silent(before, silence, LATER, gone_after=timedelta(), interval=HOUR)


IN_SYNC = to_in_sync(UNSEEN)
DRIFTED = to_drifted(UNSEEN)
UNREACHABLE = to_silence(UNSEEN)
GONE = to_gone(UNSEEN)
STATES = (IN_SYNC, DRIFTED, UNREACHABLE, GONE)
LOOKS = {
    to_in_sync: OriginState.IN_SYNC,
    to_drifted: OriginState.DRIFTED,
    to_silence: OriginState.UNREACHABLE,
    to_gone: OriginState.GONE,
}


@pytest.mark.parametrize("before", STATES, ids=lambda origin: origin.state)
@pytest.mark.parametrize("look", LOOKS)
def test_every_look_leads_from_every_state_to_its_own_and_is_news_where_that_is_another(
    before: Origin, look: object
) -> None:
    assert callable(look)
    after: Origin = look(before)
    assert after.state is LOOKS[look]
    assert is_news(before, after) is (after.state is not before.state)
    events = looked(before, after, occasion()).events
    assert [event.type for event in events] == ([NEWS[after.state]] if after.state is not before.state else [])


@pytest.mark.parametrize(("look", "is_told"), [(to_in_sync, False), (to_drifted, True), (to_silence, True)])
def test_of_a_first_look_only_trouble_is_news(look: object, *, is_told: bool) -> None:
    assert callable(look)
    assert is_news(UNSEEN, look(UNSEEN)) is is_told


def test_another_drift_is_news_and_the_same_one_is_not() -> None:
    assert not is_news(DRIFTED, drifted(DRIFTED, WATCHED, drift(), LATER))
    assert is_news(DRIFTED, drifted(DRIFTED, WATCHED, drift(b"more"), LATER))


def test_a_state_knows_since_when_it_is() -> None:
    later = replace(DRIFTED, since=NOON)
    assert drifted(later, WATCHED, drift(), LATER).since == NOON
    assert to_in_sync(later).since == LATER


def test_what_was_settled_about_a_drift_stays_settled_as_long_as_it_is_the_same() -> None:
    settled = replace(DRIFTED, drift=replace(drift(), submitted=2, is_settled=True))
    same = drifted(settled, WATCHED, drift(), LATER).drift
    other = drifted(settled, WATCHED, drift(b"more"), LATER).drift
    assert (same and same.submitted, other and other.submitted) == (2, None)


def test_an_origin_that_is_back_after_a_silence_is_what_it_was() -> None:
    for known in (IN_SYNC, DRIFTED):
        assert unchanged(to_silence(known), WATCHED, LATER, on_trust=True).state is known.state


def test_pauses_double_up_to_a_day() -> None:
    origin, pauses = IN_SYNC, []
    for _ in range(8):
        origin = to_silence(origin)
        assert origin.not_before
        pauses.append((origin.not_before - LATER + HOUR / 2) / HOUR)
    assert pauses == [1, 2, 4, 8, 16, 24, 24, 24]
    assert LONGEST_PAUSE == DAY


def test_a_name_that_does_not_exist_is_not_put_off_while_that_is_being_found_out() -> None:
    origin = IN_SYNC
    for _ in range(8):
        silence = Silence("no such name", is_absent=True)
        origin = silent(origin, silence, LATER, gone_after=DAY, interval=HOUR)
    assert origin.state is OriginState.UNREACHABLE
    assert origin.not_before == LATER + HOUR / 2


def test_other_trouble_in_between_starts_the_absence_anew() -> None:
    absent = silent(IN_SYNC, Silence("no such name", is_absent=True), LATER, gone_after=DAY, interval=HOUR)
    assert absent.absent_since == LATER
    assert to_silence(absent).absent_since is None


def test_every_state_has_an_event_that_is_worded_and_mailed() -> None:
    assert set(NEWS) == set(OriginState)
    assert set(NEWS.values()) <= WORDINGS.keys() & MAILED


@pytest.mark.parametrize(
    ("origin", "danger"),
    [
        (None, None),
        (IN_SYNC, None),
        (DRIFTED, None),
        (UNREACHABLE, None),
        (GONE, Danger.DOMAIN),
        (drifted(UNSEEN, WATCHED, drift(b"x", Danger.AUTHENTICATION), LATER), Danger.AUTHENTICATION),
        (to_silence(drifted(UNSEEN, WATCHED, drift(b"x", Danger.HOST), LATER)), Danger.HOST),
    ],
)
def test_what_suspends_new_installs(origin: Origin | None, danger: Danger | None) -> None:
    assert suspended_by(origin, 1) is danger


def test_what_was_found_beside_an_earlier_version_suspends_nothing() -> None:
    assert suspended_by(GONE, 2) is None


def test_a_version_is_known_by_its_documents_whatever_else_it_has() -> None:
    known = version(State.REJECTED, 1)
    assert known.snapshot
    assert is_made_of(known, known.snapshot.parts[:1])
    assert not is_made_of(known, (part("manifest", "ai-plugin.json", b"other"),))
    assert not is_made_of(version(State.SUBMITTED, 1), known.snapshot.parts)

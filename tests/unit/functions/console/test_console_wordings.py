"""How values are put into words and markup."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from functions.console.prospects import prospect_of, seconds_until_news
from functions.console.wordings import ago, counted, day, digest, duration, foreign, initial, label, moment, prose, size
from shared.domain.version import State

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_moment_is_told_in_utc_whatever_its_offset() -> None:
    told = moment("2026-11-21T13:00:05+02:00")
    assert ">21 Nov 2026, 11:00 UTC</time>" in told
    assert 'title="2026-11-21 11:00:05 UTC"' in told


def test_no_moment_is_a_dash() -> None:
    assert {str(moment(None)), str(ago(None, NOON)), str(digest(None))} == {"–"}  # noqa: RUF001 - a dash


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-21T11:59:30Z", "just now"),
        ("2026-11-21T11:57:00Z", "3 minutes ago"),
        ("2026-11-21T11:00:00Z", "1 hour ago"),
        ("2026-11-18T12:00:00Z", "3 days ago"),
        ("2026-11-21T12:00:09Z", "in a moment"),
        ("2026-11-21T14:00:00Z", "in 2 hours"),
    ],
)
def test_how_long_ago_is_told_by_the_largest_unit(at: str, told: str) -> None:
    assert f">{told}</time>" in ago(at, NOON)


def test_a_day_is_told_without_its_time() -> None:
    assert ">21 Nov 2026</time>" in day("2026-11-21T13:00:05Z")


@pytest.mark.parametrize(
    ("seconds", "told"), [(1, "1 second"), (90, "2 minutes"), (7200, "2 hours"), (259200, "3 days")]
)
def test_a_span_is_told_by_its_largest_unit(seconds: float, told: str) -> None:
    assert duration(seconds) == told


@pytest.mark.parametrize(
    ("count", "told"), [(1, "1 byte"), (512, "512 bytes"), (2048, "2.0 KiB"), (3145728, "3.0 MiB")]
)
def test_a_size_is_told_in_its_unit(count: int, told: str) -> None:
    assert size(count) == told


def test_things_are_counted_in_singular_and_plural() -> None:
    assert (counted(1, "finding"), counted(2000, "finding")) == ("1 finding", "2,000 findings")
    assert counted(2, "call more", "calls more") == "2 calls more"


def test_a_digest_is_short_and_whole_in_its_title() -> None:
    whole = "sha256:" + "ab" * 32
    assert digest(whole) == f'<code class="digest" title="{whole}">abababababab</code>'


def test_a_strangers_text_is_escaped_and_keeps_to_itself() -> None:
    assert foreign("<b>\u202ex") == "<bdi>&lt;b&gt;⟦U+202E⟧x</bdi>"


def test_a_short_text_is_a_paragraph() -> None:
    assert prose("<i>short</i>") == '<p class="prose" dir="auto">&lt;i&gt;short&lt;/i&gt;</p>'


def test_the_rest_of_a_long_text_opens_on_demand() -> None:
    told = prose("word " * 1000 + "<end>")
    assert told.startswith("<details")
    assert "All 5,005 characters" in told
    assert "&lt;end&gt;" in told


def test_a_name_without_letters_has_a_tile_all_the_same() -> None:
    assert (initial("  todo"), initial("\u202e*"), initial("")) == ("T", "·", "·")


def test_a_name_of_the_api_reads_as_words() -> None:
    assert label("in_review") == "In review"


@pytest.mark.parametrize("state", State)
def test_every_state_says_what_happens_next(state: State) -> None:
    assert prospect_of({"state": state.value, "release": None}, None, live=1).text


@pytest.mark.parametrize("state", State)
def test_only_what_moves_by_itself_is_looked_at_again(state: State) -> None:
    moves = state in {State.SUBMITTED, State.IN_REVIEW, State.APPROVED}
    assert bool(seconds_until_news({"state": state.value})) == moves


def test_a_place_in_the_queue_and_the_usual_wait_are_told() -> None:
    outlook = {"place": 3, "usual_seconds": 7200, "decisions": 20, "expected_at": "2026-11-21T14:00:00Z"}
    told = prospect_of({"state": "in_review"}, outlook, live=None)
    assert "number 3 in the queue" in told.text
    assert "The last 20 decisions took 2 hours" in told.text
    assert told.at == "2026-11-21T14:00:00Z"


def test_a_release_that_did_not_take_place_says_why() -> None:
    release = {"mode": "manual", "at": None, "dropped": "It was banned."}
    assert "It was banned." in prospect_of({"state": "approved", "release": release}, None, live=None).text


def test_a_scheduled_release_says_when() -> None:
    at = "2026-11-22T00:00:00Z"
    assert prospect_of({"state": "approved", "release": {"mode": "scheduled", "at": at}}, None, live=None).at == at


@pytest.mark.parametrize("state", ["submitted", "in_review", "invalid", "rejected"])
def test_what_stays_live_is_told_where_something_is(state: str) -> None:
    told, alone = (prospect_of({"state": state}, None, live=live).text for live in (3, None))
    assert told.endswith("Version 3 stays live meanwhile.")
    assert "stays live" not in alone

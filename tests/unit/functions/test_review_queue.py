"""The queue, its filters, and the claims on what is in it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from functions.review.use_case import QueueWish
from shared.domain.errors import ClaimedError, IllegalMoveError, VersionNotFoundError
from shared.domain.identity import PluginId, Subject
from shared.domain.ports import PageRequest
from shared.domain.version import State
from tests.building import REVIEWER, TODO
from tests.unit.functions.desk import CLAIM_LENGTH, OTHER_REVIEWER, WHOLE, command

if TYPE_CHECKING:
    from tests.unit.functions.desk import Desk

EVERYTHING = QueueWish()


def fill(desk: Desk, *plugins: str) -> None:
    """Put a first version of each into review, a minute apart."""
    for plugin in plugins:
        desk.candidate(plugin)
        desk.now += timedelta(minutes=1)


def queue(desk: Desk, wish: QueueWish = EVERYTHING, page: PageRequest = WHOLE, by: str = REVIEWER) -> list[str]:
    found, _ = desk.review().queue(Subject(by), wish, page)
    return [version.plugin_id for version in found.records]


def claim(desk: Desk, plugin: str, by: str = REVIEWER) -> None:
    desk.review().claim(command(by), PluginId(plugin), 1)


def test_whoever_waits_longest_is_first(desk: Desk) -> None:
    fill(desk, "c", "a", "b")
    assert queue(desk) == ["c", "a", "b"]


def test_a_newer_submission_keeps_the_place_of_the_one_that_it_replaces(desk: Desk) -> None:
    fill(desk, TODO, "other")
    desk.candidate()
    assert queue(desk) == [TODO, "other"]


def test_what_is_decided_leaves_the_queue(desk: Desk) -> None:
    fill(desk, "a", "b")
    desk.approve(1, plugin="a")
    assert queue(desk) == ["b"]


def test_a_claim_is_seen_by_the_others_until_it_expires(desk: Desk) -> None:
    fill(desk, "a")
    claim(desk, "a")
    page, now = desk.review().queue(OTHER_REVIEWER, EVERYTHING, WHOLE)
    (waiting,) = page.records
    held = waiting.claimed(now)
    assert held
    assert (held.by, held.until) == (REVIEWER, desk.now + CLAIM_LENGTH)
    desk.now += CLAIM_LENGTH
    assert waiting.claimed(desk.now) is None


def test_a_claim_keeps_nobody_from_deciding(desk: Desk) -> None:
    fill(desk, TODO)
    claim(desk, TODO)
    assert desk.approve(1, by=OTHER_REVIEWER).state == State.LIVE


def test_a_claim_is_renewed_by_its_owner_and_refused_to_others(desk: Desk) -> None:
    fill(desk, "a")
    claim(desk, "a")
    desk.now += CLAIM_LENGTH / 2
    claim(desk, "a")
    with pytest.raises(ClaimedError, match=REVIEWER):
        claim(desk, "a", by=OTHER_REVIEWER)
    desk.now += CLAIM_LENGTH
    claim(desk, "a", by=OTHER_REVIEWER)


def test_a_claim_is_given_up_by_its_owner_alone_and_giving_up_twice_is_harmless(desk: Desk) -> None:
    fill(desk, "a")
    claim(desk, "a")
    with pytest.raises(ClaimedError):
        desk.review().give_up(command(OTHER_REVIEWER), PluginId("a"), 1)
    for _ in range(2):
        desk.review().give_up(command(), PluginId("a"), 1)
    claim(desk, "a", by=OTHER_REVIEWER)


def test_a_claim_is_no_event(desk: Desk) -> None:
    fill(desk, TODO)
    before = desk.events()
    claim(desk, TODO)
    assert desk.events() == before


def test_a_claim_ends_with_the_decision(desk: Desk) -> None:
    fill(desk, TODO)
    claim(desk, TODO)
    desk.approve(1)
    assert desk.version(1).claim is None


def test_what_is_not_in_review_is_not_claimed(desk: Desk) -> None:
    fill(desk, TODO)
    desk.approve(1)
    with pytest.raises(IllegalMoveError):
        claim(desk, TODO)
    with pytest.raises(VersionNotFoundError):
        desk.review().claim(command(), TODO, 7)


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (EVERYTHING, ["a", "b", "c", "d"]),
        (QueueWish(mine=True), ["b"]),
        (QueueWish(claimed=True), ["b", "c"]),
        (QueueWish(claimed=False), ["a", "d"]),
        (QueueWish(mine=True, claimed=False), []),
        (QueueWish(plugin=PluginId("c")), ["c"]),
        (QueueWish(plugin=PluginId("c"), mine=True), []),
        (QueueWish(plugin=PluginId("nothing")), []),
    ],
)
def test_the_queue_is_filtered(desk: Desk, wish: QueueWish, expected: list[str]) -> None:
    fill(desk, "a", "b", "c", "d")
    claim(desk, "b")
    claim(desk, "c", by=OTHER_REVIEWER)
    assert queue(desk, wish) == expected


def test_a_plugin_whose_newest_version_is_decided_is_not_in_the_queue(desk: Desk) -> None:
    fill(desk, TODO)
    desk.approve(1)
    assert queue(desk, QueueWish(plugin=TODO)) == []


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_the_cursor_goes_on_under_a_filter(desk: Desk, limit: int) -> None:
    names = [f"p{number}" for number in range(9)]
    fill(desk, *names)
    for name in names[1::3]:
        claim(desk, name)
    seen: list[str] = []
    cursor = ""
    for _ in range(20):
        page, _ = desk.review().queue(REVIEWER, QueueWish(claimed=False), PageRequest(cursor, limit))
        seen += [version.plugin_id for version in page.records]
        assert len(page.records) <= limit
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == [name for name in names if name not in names[1::3]]

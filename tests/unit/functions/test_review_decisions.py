"""Approving, rejecting and banning: by whom, of what, and with how many eyes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from shared.domain.confirmations import FourEyes
from shared.domain.errors import (
    DigestMismatchError,
    IdempotencyMismatchError,
    IllegalMoveError,
    InvalidValueError,
    OwnPluginError,
    PluginBannedError,
    PluginNotFoundError,
    SecondReviewerNeededError,
)
from shared.domain.identity import Digest, PluginId
from shared.domain.plugin import PluginStatus
from shared.domain.version import Reason, Release, ReleaseMode, State
from tests.building import OWNER, REVIEWER, TODO
from tests.unit.functions.desk import OTHER_REVIEWER, WHOLE, command, elsewhere
from tests.unit.functions.promises import broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from shared.domain.transition import Outcome
    from tests.unit.functions.desk import Desk

TWO = FourEyes(least_installs=3)
OTHER_DIGEST = Digest("sha256:" + "0" * 64)
DAY = timedelta(days=1)


def reject(desk: Desk, number: int, *reasons: Reason, by: str = REVIEWER) -> Outcome:
    digest = desk.version(number).digest
    assert digest
    return desk.review().reject(command(by), TODO, number, digest=digest, reasons=reasons, note="")


def moved_elsewhere(desk: Desk) -> int:
    """Let a plugin be live, and put an upgrade from another host into review."""
    desk.live()
    number = desk.submit()
    desk.pin(number, found=elsewhere(number))
    return number


# ------------------------------------------------------------------------------------------------------- one person


def test_a_rejection_leaves_the_live_version_and_is_told_with_its_reasons(desk: Desk) -> None:
    desk.live()
    number = desk.candidate()
    reject(desk, number, Reason("unclear_description", "Which lists?"))
    assert (desk.live_number(), desk.state(number)) == (1, State.REJECTED)
    assert desk.events()[-1].detail["reason.1.unclear_description"] == "Which lists?"
    assert not broken(desk)


def test_a_reason_outside_the_catalogue_is_refused_with_the_list(desk: Desk) -> None:
    number = desk.candidate()
    with pytest.raises(InvalidValueError, match="steers_the_model") as refused:
        reject(desk, number, Reason("other", "x"), Reason("because", ""))
    assert refused.value.field == "reasons/1/code"
    assert desk.state(number) is State.IN_REVIEW


@pytest.mark.parametrize("detail", ["", " \n"])
def test_another_reason_needs_words(desk: Desk, detail: str) -> None:
    number = desk.candidate()
    with pytest.raises(InvalidValueError) as refused:
        reject(desk, number, Reason("other", detail))
    assert refused.value.field == "reasons/0/detail"


def test_after_a_rejection_the_publisher_submits_again_and_waits_anew(desk: Desk) -> None:
    number = desk.candidate()
    reject(desk, number, Reason("other", "Say more."))
    desk.now += DAY
    again = desk.candidate()
    assert desk.version(again).queued_at == desk.now


def test_an_approval_of_another_digest_changes_nothing(desk: Desk) -> None:
    number = desk.candidate()
    with pytest.raises(DigestMismatchError):
        desk.review().approve(command(), TODO, number, digest=OTHER_DIGEST, note="", release=Release())
    assert desk.told()[-1] == "VersionPinned"


def test_an_approval_of_what_was_replaced_is_refused_although_the_digest_is_right(desk: Desk) -> None:
    number = desk.candidate()
    desk.submit()
    with pytest.raises(IllegalMoveError) as refused:
        desk.approve(number)
    assert refused.value.state == State.WITHDRAWN


def _decisions(desk: Desk) -> list[Callable[[], object]]:
    """Return every decision about the plugin, as the owner would take it."""
    review, owner = desk.review(), command(OWNER)
    digest = desk.version(2).digest
    assert digest
    return [
        lambda: desk.approve(2, by=OWNER),
        lambda: reject(desk, 2, by=OWNER),
        lambda: review.revoke(owner, TODO, 1, reason="x", rollback_to=None),
        lambda: desk.ban(by=OWNER),
        lambda: desk.lift(by=OWNER),
        lambda: review.claim(owner, TODO, 2),
    ]


@pytest.mark.parametrize("number", range(6))
def test_nobody_decides_on_their_own_plugin(desk: Desk, number: int) -> None:
    desk.live()
    desk.candidate()
    before = desk.events()
    with pytest.raises(OwnPluginError):
        _decisions(desk)[number]()
    assert desk.events() == before


# ------------------------------------------------------------------------------------------------------------- bans


def test_a_ban_takes_the_plugin_off_and_lifting_it_brings_back_what_was_live(desk: Desk) -> None:
    desk.live()
    assert desk.ban().status == PluginStatus.BANNED
    assert desk.truth.catalogue(WHOLE).records == ()
    assert desk.lift().status == PluginStatus.APPROVED
    assert desk.live_number() == 1
    assert not broken(desk)


def test_a_banned_plugin_takes_no_submission_and_no_approval(desk: Desk) -> None:
    number = desk.candidate()
    desk.ban()
    for attempt in (desk.submit, lambda: desk.approve(number)):
        with pytest.raises(PluginBannedError):
            attempt()


def test_a_plugin_is_banned_once_and_lifted_once(desk: Desk) -> None:
    desk.live()
    desk.ban()
    with pytest.raises(PluginBannedError):
        desk.ban(by=OTHER_REVIEWER)
    desk.lift()
    with pytest.raises(IllegalMoveError):
        desk.lift()


def test_what_does_not_exist_cannot_be_banned(desk: Desk) -> None:
    with pytest.raises(PluginNotFoundError):
        desk.review().ban(command(), PluginId("nothing"), reason="x")


# -------------------------------------------------------------------------------------------------------- four eyes


def test_without_the_rule_one_reviewer_approves_a_move_to_another_host(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    assert desk.approve(number).state == State.LIVE


def test_with_the_rule_an_ordinary_upgrade_takes_one_reviewer(desk: Desk) -> None:
    desk.live()
    assert desk.approve(desk.candidate(), policy=TWO).state == State.LIVE


def test_with_the_rule_a_first_version_takes_one_reviewer(desk: Desk) -> None:
    assert desk.approve(desk.candidate(), policy=TWO).state == State.LIVE


def test_with_the_rule_a_move_to_another_host_takes_two(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    first = desk.approve(number, policy=TWO)
    assert (first.state, first.awaiting) == (State.IN_REVIEW, "a second reviewer")
    assert desk.live_number() == 1
    second = desk.approve(number, by=OTHER_REVIEWER, policy=TWO)
    assert (second.state, second.awaiting) == (State.LIVE, "")
    assert desk.live_number() == number
    assert desk.told()[-4:] == ["VersionApprovalProposed", "VersionApproved", "VersionReleased", "VersionSuperseded"]
    approved = desk.events()[-3]
    assert (approved.actor, approved.detail["proposed_by"]) == (OTHER_REVIEWER, REVIEWER)
    assert not broken(desk)


def test_one_person_twice_is_not_two(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    with pytest.raises(SecondReviewerNeededError):
        desk.approve(number, policy=TWO)
    assert desk.live_number() == 1


def test_the_second_approval_has_to_be_the_same_as_the_first(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    other = desk.approve(number, by=OTHER_REVIEWER, release=Release(ReleaseMode.MANUAL), policy=TWO)
    assert other.awaiting
    assert desk.approve(number, release=Release(ReleaseMode.MANUAL), policy=TWO).state == State.APPROVED


def test_a_first_approval_rests_on_what_was_live_then(desk: Desk) -> None:
    desk.live()
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    desk.roll_back(1)
    assert desk.approve(number, by=OTHER_REVIEWER, policy=TWO).awaiting


def test_a_first_approval_does_not_wait_for_ever(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    desk.now += 8 * DAY
    assert desk.approve(number, by=OTHER_REVIEWER, policy=TWO).awaiting


def test_a_first_approval_hinders_no_rejection(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    assert reject(desk, number, Reason("unexplained_change", ""), by=OTHER_REVIEWER).state == State.REJECTED
    assert desk.version(number).proposal is None


def test_a_claim_in_between_does_not_void_the_first_approval(desk: Desk) -> None:
    number = moved_elsewhere(desk)
    desk.approve(number, policy=TWO)
    desk.review().claim(command(OTHER_REVIEWER), TODO, number)
    assert desk.approve(number, by=OTHER_REVIEWER, policy=TWO).state == State.LIVE


def in_wide_use(desk: Desk) -> None:
    desk.live()
    for number in range(3):
        desk.install(f"user-{number}")


def test_the_ban_of_a_plugin_in_wide_use_takes_two(desk: Desk) -> None:
    in_wide_use(desk)
    first = desk.ban(policy=TWO)
    assert (first.status, first.awaiting) == (PluginStatus.APPROVED, "a second reviewer")
    with pytest.raises(SecondReviewerNeededError):
        desk.ban(policy=TWO)
    assert desk.ban(by=OTHER_REVIEWER, policy=TWO).status == PluginStatus.BANNED
    assert desk.told()[-2:] == ["PluginBanProposed", "PluginBanned"]
    assert desk.truth.plugin(TODO).proposed_ban is None
    assert not broken(desk)


def test_the_ban_of_a_plugin_that_few_use_takes_one(desk: Desk) -> None:
    desk.live()
    desk.install("user-1")
    assert desk.ban(policy=TWO).status == PluginStatus.BANNED


def test_a_publisher_cannot_shake_off_a_proposed_ban_by_rolling_back_or_submitting(desk: Desk) -> None:
    desk.live()
    in_wide_use(desk)
    desk.ban(policy=TWO)
    desk.roll_back(1, by=OWNER)
    desk.submit()
    assert desk.ban(by=OTHER_REVIEWER, policy=TWO).status == PluginStatus.BANNED


def test_a_proposal_does_not_outlive_the_ban(desk: Desk) -> None:
    in_wide_use(desk)
    desk.ban(policy=TWO)
    desk.ban(by=OTHER_REVIEWER)
    desk.lift()
    assert desk.ban(by=OTHER_REVIEWER, policy=TWO).awaiting


# --------------------------------------------------------------------------------------------------------- repetition


def test_a_repeated_ban_with_its_key_is_told_the_same(desk: Desk) -> None:
    desk.live()
    review = desk.review()
    answers = [review.ban(command(key="k"), TODO, reason="x") for _ in range(2)]
    assert answers[0] == answers[1]
    assert desk.told().count("PluginBanned") == 1


def test_a_key_that_was_used_for_another_request_is_refused(desk: Desk) -> None:
    desk.live()
    desk.review().ban(command(key="k"), TODO, reason="x")
    with pytest.raises(IdempotencyMismatchError):
        desk.review().ban(command(key="k", request="other"), TODO, reason="y")

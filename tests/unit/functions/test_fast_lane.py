"""The fast lane: what the policy lets through is approved without a reviewer, and nothing else ever is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from functions.fastlane.use_case import SnapshotNotYetCommittedError
from shared.domain import lifecycle
from shared.domain.confirmations import FourEyes
from shared.domain.errors import (
    DigestMismatchError,
    IllegalMoveError,
    IntegrityError,
    PeopleNeededError,
    PluginBannedError,
)
from shared.domain.events import EventType, Occasion
from shared.domain.findings import Finding, Severity
from shared.domain.identity import Digest, Subject
from shared.domain.lifecycle import Standing
from shared.domain.messages import Author, deserves_mail, message_of
from shared.domain.version import Dynamic, State
from tests.building import OWNER, REVIEWER, TODO
from tests.unit.functions.desk import OTHER_REVIEWER, Desk, command, elsewhere
from tests.unit.functions.interposing import Interposing, Unguarded
from tests.unit.functions.office import Office, as_it_was, number_the_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.database import Database
    from shared.domain.events import Event

TWO = FourEyes(least_installs=1)
WARNING = Finding("text.control", Severity.WARNING, "schema", "A control.", "Remove it.")
MACHINE = "policy:careful"


@pytest.fixture
def office(desk: Desk) -> Office:
    """Return an office in which every version says the same, in other bytes."""
    return Office(desk, as_it_was)


def consider(office: Office, number: int, **options: Any) -> State:  # noqa: ANN401 - those of the fast lane
    office.fast_lane(**options).consider(TODO, number, asked_at=office.desk.now)
    return office.desk.state(number)


def approval(office: Office) -> Event:
    return next(event for event in reversed(office.desk.events()) if event.type is EventType.VERSION_APPROVED)


# ---------------------------------------------------------------------------------------------------- what goes through


def test_an_upgrade_that_fits_a_rule_is_live_at_once(office: Office) -> None:
    office.live()
    number = office.candidate()
    assert consider(office, number) is State.LIVE
    assert office.desk.live_number() == number
    assert office.desk.state(1) is State.SUPERSEDED


def test_the_audit_says_by_which_rule_of_which_policy(office: Office) -> None:
    office.live()
    consider(office, office.candidate())
    event = approval(office)
    lane = office.fast_lane()
    assert lane.policy
    assert event.actor == MACHINE
    assert event.detail == {
        "release": "immediate",
        "policy": "careful",
        "policy_digest": lane.policy.digest,
        "rule": "same",
        "rule.1.same": "yes",
        "rule.2.shop": "yes",
    }


def test_the_publisher_is_told_that_no_reviewer_was_needed_and_gets_one_letter(office: Office) -> None:
    office.live()
    consider(office, office.candidate())
    told = [message for event in office.desk.events()[-3:] if (message := message_of(event, OWNER))]
    assert told[0].text == (
        "No reviewer was needed: it fits the rule same of the policy careful. It is live from now on."
    )
    assert {message.by for message in told} == {Author.POLICY}
    assert [message.type for message in told if deserves_mail(message)] == [EventType.VERSION_APPROVED]


def test_how_long_machines_take_says_nothing_of_how_long_people_will(office: Office) -> None:
    office.live()
    before = office.desk.truth.waits()
    consider(office, office.candidate())
    assert office.desk.truth.waits() == before


def test_asked_again_it_finds_nothing_to_do(office: Office) -> None:
    office.live()
    number = office.candidate()
    consider(office, number)
    events = office.desk.events()
    assert consider(office, number) is State.LIVE
    assert office.desk.events() == events


# --------------------------------------------------------------------------------------------------- what is for people


def test_without_a_policy_everything_is_for_people(office: Office) -> None:
    office.live()
    assert consider(office, office.candidate(), policy=None) is State.IN_REVIEW


def test_a_first_version_is_for_people(office: Office) -> None:
    assert consider(office, office.candidate()) is State.IN_REVIEW


def test_what_fits_no_rule_is_for_people(desk: Desk) -> None:
    office = Office(desk, number_the_title)
    office.live()
    assert consider(office, office.candidate()) is State.IN_REVIEW


def test_what_has_warnings_is_for_people(office: Office) -> None:
    office.live()
    assert consider(office, office.candidate(WARNING)) is State.IN_REVIEW


def test_what_a_reviewer_is_on_is_for_people(office: Office) -> None:
    office.live()
    number = office.candidate()
    office.desk.review().claim(command(REVIEWER), TODO, number)
    assert consider(office, number) is State.IN_REVIEW
    office.desk.now += timedelta(hours=1)
    assert consider(office, number) is State.LIVE


def test_what_takes_two_people_is_for_people(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    office.desk.pin(number, found=elsewhere(number))
    everything = {"policy": "p", "rules": [{"name": "a", "allow": "changes", "lanes": ["destination"], "risk": "high"}]}
    assert consider(office, number, policy=everything, four_eyes=TWO) is State.IN_REVIEW


def test_what_cannot_be_compared_is_for_people(office: Office) -> None:
    office.live()
    number = office.candidate()
    version = office.desk.version(number)
    assert version.snapshot
    office.shelf.objects[version.snapshot.parts[1].key] = b"{"
    assert consider(office, number) is State.IN_REVIEW


def test_the_candidate_of_a_banned_plugin_stays_where_it_is(office: Office) -> None:
    office.live()
    number = office.candidate()
    office.desk.ban()
    assert consider(office, number) is State.IN_REVIEW


def test_what_is_decided_stays_decided(office: Office) -> None:
    office.live()
    number = office.candidate()
    digest = office.desk.version(number).digest
    assert digest
    office.desk.review().reject(command(REVIEWER), TODO, number, digest=digest, reasons=(), note="")
    assert consider(office, number) is State.REJECTED


# ---------------------------------------------------------------------------------------------- at least once, in order


def test_asked_before_the_snapshot_is_committed_it_wants_to_be_asked_again(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    with pytest.raises(SnapshotNotYetCommittedError):
        consider(office, number)


def test_asked_about_what_never_got_into_review_it_gives_up(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    asked_at = office.desk.now
    office.desk.now += timedelta(minutes=3)
    office.fast_lane().consider(TODO, number, asked_at=asked_at)
    office.fast_lane().consider(TODO, 99, asked_at=asked_at)
    assert office.desk.state(number) is State.SUBMITTED


def test_a_missing_object_is_not_taken_for_a_verdict(office: Office) -> None:
    office.live()
    number = office.candidate()
    office.shelf.objects.clear()
    with pytest.raises(IntegrityError):
        consider(office, number)


# ---------------------------------------------------------------------------------------------------------------- races


class Contest:
    """An office whose fast lane is interrupted between reading and writing."""

    def __init__(self, database: Database, *, dropped: str | None) -> None:
        self.between = Interposing(None)  # type: ignore[arg-type] # the desk gives it its table

        def over(table: Any) -> Interposing:  # noqa: ANN401 - a table
            self.between.table = table if dropped is None else Unguarded(table, dropped)
            return self.between

        self.office = Office(Desk(database, over), as_it_was)
        self.office.live()
        self.number = self.office.candidate()

    def run(self, other: Callable[[], object]) -> None:
        self.between.before.append(other)
        self.office.fast_lane().consider(TODO, self.number, asked_at=self.office.desk.now)


def rejected(contest: Contest) -> bool:
    desk, number = contest.office.desk, contest.number
    digest = desk.version(number).digest
    assert digest
    contest.run(lambda: desk.review().reject(command(REVIEWER), TODO, number, digest=digest, reasons=(), note=""))
    return desk.state(number) is State.REJECTED and desk.live_number() == 1


def approved(contest: Contest) -> bool:
    desk, number = contest.office.desk, contest.number
    contest.run(lambda: desk.approve(number, by=OTHER_REVIEWER))
    approvals = [event for event in desk.events() if event.type is EventType.VERSION_APPROVED]
    return [event.actor for event in approvals[1:]] == [OTHER_REVIEWER]


def replaced(contest: Contest) -> bool:
    desk = contest.office.desk
    contest.run(contest.office.candidate)
    return desk.state(contest.number) is State.WITHDRAWN and desk.live_number() == 1


def banned(contest: Contest) -> bool:
    desk = contest.office.desk
    contest.run(desk.ban)
    return desk.state(contest.number) is State.IN_REVIEW and desk.live_number() == 1


def claimed(contest: Contest) -> bool:
    desk = contest.office.desk
    contest.run(lambda: desk.review().claim(command(REVIEWER), TODO, contest.number))
    return desk.state(contest.number) is State.IN_REVIEW


RACES = [(rejected, "version "), (approved, "is as it was read"), (replaced, "version "), (banned, "the pointer")]


@pytest.mark.parametrize("race", [*(race for race, _ in RACES), claimed])
def test_whoever_decides_first_has_decided(race: Callable[[Contest], bool], database: Database) -> None:
    assert race(Contest(database, dropped=None))


@pytest.mark.parametrize(("race", "guard"), [*RACES, (claimed, "version ")])
def test_without_the_guard_the_race_is_lost(race: Callable[[Contest], bool], guard: str, database: Database) -> None:
    assert not race(Contest(database, dropped=guard))


# -------------------------------------------------------------------------------------------------- the last line of it


def policy_approval(office: Office, number: int, **changes: Any) -> None:  # noqa: ANN401 - those of the call
    desk = office.desk
    pointer = desk.truth.pointer(TODO)
    live = desk.version(pointer.live.number) if pointer.live else None
    version = desk.version(number)
    occasion = Occasion(Subject(MACHINE), desk.now, bytes(8))
    given: dict[str, Any] = {"digest": version.digest, "trace": {}, "occasion": occasion}
    lifecycle.approve_by_policy(version, Standing(pointer, live), **{**given, **changes})


def test_the_domain_itself_refuses_what_no_policy_may_decide(office: Office) -> None:
    number = office.candidate()
    with pytest.raises(PeopleNeededError, match="nothing is live"):
        policy_approval(office, number)
    office.desk.approve(number)
    with pytest.raises(IllegalMoveError):
        policy_approval(office, number)
    number = office.candidate()
    with pytest.raises(DigestMismatchError):
        policy_approval(office, number, digest=Digest(f"sha256:{0:064x}"))
    office.desk.ban()
    with pytest.raises(PluginBannedError):
        policy_approval(office, number)


def test_another_host_is_for_two_people_where_two_are_wanted(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    office.desk.pin(number, found=elsewhere(number))
    with pytest.raises(PeopleNeededError, match="two people"):
        policy_approval(office, number, policy=TWO)


def test_a_proposal_of_a_reviewer_is_not_overtaken(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    office.desk.pin(number, found=elsewhere(number))
    office.desk.approve(number, policy=TWO)
    with pytest.raises(PeopleNeededError, match="proposed"):
        policy_approval(office, number)


def test_what_may_vary_is_not_changed_without_a_reviewer(office: Office) -> None:
    office.live()
    number = office.candidate()
    version = office.desk.version(number)
    assert version.digest
    pointer = office.desk.truth.pointer(TODO)
    dynamic = replace(version, dynamic=Dynamic(version.digest, 60))
    occasion = Occasion(Subject(MACHINE), office.desk.now, bytes(8))
    with pytest.raises(PeopleNeededError, match="vary"):
        lifecycle.approve_by_policy(
            dynamic, Standing(pointer, office.desk.version(1)), digest=version.digest, trace={}, occasion=occasion
        )

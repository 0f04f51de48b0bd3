"""What publishers and reviewers read: where a plugin stands, what to expect, and who did what."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from local.objects import FileObjects
from shared.domain.confirmations import FourEyes
from shared.domain.differences import Difference
from shared.domain.errors import PluginNotFoundError
from shared.domain.identity import PluginId
from shared.domain.messages import Author
from shared.domain.ports import PageRequest
from shared.domain.report import Report
from shared.domain.version import Release, ReleaseMode, State
from shared.storage.reports import write_report
from tests.building import NOON, OWNER, REVIEWER, TODO
from tests.unit.functions.desk import OTHER_REVIEWER, WHOLE, command, elsewhere, reader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from functions.status.use_case import Outlook, Status
    from shared.domain.audit import Entry
    from tests.unit.functions.desk import Desk

HOUR = timedelta(hours=1)
TWO = FourEyes(least_installs=1)


@pytest.fixture
def status(desk: Desk, tmp_path: Path) -> Status:
    objects = FileObjects(tmp_path)
    for number in range(1, 4):
        body = write_report(Report(profile="enforced/1"))
        objects.put(f"plugins/todo/versions/{number}/report.json", body, "application/json")
    return desk.status(objects)


def audit(status: Status, by: str = OWNER) -> list[Entry]:
    return list(status.audit(reader(by), TODO, WHOLE).records)


def outlook(status: Status, plugin: str = TODO) -> Outlook:
    found = status.plugin(reader(REVIEWER), PluginId(plugin)).outlook
    assert found
    return found


# --------------------------------------------------------------------------------------------------------- side by side


def test_live_and_candidate_stand_side_by_side(desk: Desk, status: Status) -> None:
    desk.live()
    number = desk.candidate()
    view = status.plugin(reader(), TODO)
    assert view.live
    assert view.candidate
    assert (view.live.number, view.candidate.number) == (1, number)


def test_the_place_in_the_queue_counts_from_one(desk: Desk, status: Status) -> None:
    for plugin in ("a", "b", TODO):
        desk.candidate(plugin)
        desk.now += HOUR
    assert [outlook(status, plugin).place for plugin in ("a", "b", TODO)] == [1, 2, 3]
    desk.approve(1, plugin="a")
    assert outlook(status).place == 2


def test_a_candidate_that_is_not_examined_yet_has_no_place(desk: Desk, status: Status) -> None:
    desk.submit()
    assert outlook(status).place is None


def test_what_waits_for_its_release_waits_for_no_decision(desk: Desk, status: Status) -> None:
    desk.approve(desk.candidate(), release=Release(ReleaseMode.MANUAL))
    view = status.plugin(reader(), TODO)
    assert view.candidate
    assert (view.candidate.state, view.outlook) == (State.APPROVED, None)


def test_what_to_expect_is_unknown_before_the_first_decision(desk: Desk, status: Status) -> None:
    desk.candidate()
    found = outlook(status)
    assert (found.forecast, found.expected_at) == (None, None)


def test_what_to_expect_is_the_median_of_the_last_waits(desk: Desk, status: Status) -> None:
    for hours, plugin in ((1, "a"), (2, "b"), (30, "c")):
        desk.candidate(plugin)
        desk.now += hours * HOUR
        desk.approve(1, plugin=plugin)
    desk.candidate()
    found = outlook(status)
    assert found.forecast
    assert (found.forecast.usual, found.forecast.decisions) == (2 * HOUR, 3)
    assert found.expected_at == desk.now + 2 * HOUR
    desk.now += 3 * HOUR
    assert outlook(status).expected_at is None


def test_a_wait_counts_from_the_first_of_the_candidates_that_replaced_one_another(desk: Desk, status: Status) -> None:
    desk.candidate()
    desk.now += HOUR
    number = desk.candidate()
    desk.now += HOUR
    desk.approve(number)
    desk.candidate()
    found = outlook(status).forecast
    assert found
    assert found.usual == 2 * HOUR


def test_the_owner_reads_the_ban_and_its_reason(desk: Desk, status: Status) -> None:
    desk.live()
    desk.ban()
    view = status.plugin(reader(), TODO)
    assert view.pointer.ban
    assert view.pointer.ban.reason == "malware"


def test_a_move_to_another_host_is_shown_with_the_version(desk: Desk, status: Status) -> None:
    desk.live()
    number = desk.submit()
    desk.pin(number, found=elsewhere(number))
    found = status.version(reader(REVIEWER), TODO, number).differences
    assert found.host == Difference("todo.example.com", "lists.example.net")
    assert found.auth is None
    assert not status.version(reader(), TODO, 1).differences


@pytest.mark.parametrize("read", ["plugin", "versions", "version", "audit", "export"])
def test_a_stranger_is_told_that_there_is_no_such_plugin(desk: Desk, status: Status, read: str) -> None:
    desk.live()
    stranger = reader("developer-2")
    reads: dict[str, Callable[[], object]] = {
        "plugin": lambda: status.plugin(stranger, TODO),
        "versions": lambda: status.versions(stranger, TODO, WHOLE),
        "version": lambda: status.version(stranger, TODO, 1),
        "audit": lambda: status.audit(stranger, TODO, WHOLE),
        "export": lambda: status.export(stranger, TODO, ""),
    }
    with pytest.raises(PluginNotFoundError):
        reads[read]()


# ---------------------------------------------------------------------------------------------------------------- audit


def test_the_audit_says_who_did_what_to_which_content_when_and_why(desk: Desk, status: Status) -> None:
    desk.live()
    desk.now += HOUR
    desk.ban()
    newest = audit(status, REVIEWER)[0]
    assert (newest.event.type, newest.actor, newest.event.at) == ("PluginBanned", REVIEWER, NOON + HOUR)
    assert newest.detail == {"reason": "malware"}
    approved = next(entry for entry in audit(status, REVIEWER) if entry.event.type == "VersionApproved")
    assert approved.event.digest == desk.version(1).digest


def test_the_owner_reads_that_it_was_a_reviewer_but_not_who(desk: Desk, status: Status) -> None:
    desk.live()
    told = {entry.event.type.value: (entry.author, entry.actor) for entry in audit(status)}
    assert told["VersionApproved"] == (Author.REVIEWER, None)
    assert told["VersionSubmitted"] == (Author.PUBLISHER, OWNER)
    assert told["VersionPinned"][0] is Author.STORE


def test_half_a_decision_is_for_reviewers_alone_and_a_whole_one_names_nobody_to_the_owner(
    desk: Desk, status: Status
) -> None:
    desk.live()
    number = desk.submit()
    desk.pin(number, found=elsewhere(number))
    desk.approve(number, policy=TWO)
    assert "VersionApprovalProposed" in [entry.event.type for entry in audit(status, REVIEWER)]
    assert "VersionApprovalProposed" not in [entry.event.type for entry in audit(status)]
    desk.approve(number, by=OTHER_REVIEWER, policy=TWO)
    approved = [entry for entry in audit(status) if entry.event.type == "VersionApproved"]
    assert all(REVIEWER not in entry.detail.values() for entry in approved)


def test_only_reviewers_see_who_proposed_and_who_claimed(desk: Desk, status: Status) -> None:
    desk.live()
    number = desk.submit()
    desk.pin(number, found=elsewhere(number))
    desk.approve(number, policy=TWO)
    desk.review().claim(command(OTHER_REVIEWER), TODO, number)
    view = status.version(reader(REVIEWER), TODO, number)
    assert view.version.proposal
    assert view.version.claimed(view.now)


def test_the_audit_pages_in_order_for_the_owner_too(desk: Desk, status: Status) -> None:
    for _ in range(3):
        desk.now += HOUR
        desk.live()
    seen: list[str] = []
    cursor = ""
    while True:
        page = status.audit(reader(), TODO, PageRequest(cursor, 2))
        seen += [entry.event.event_id for entry in page.records]
        if page.next_cursor is None:
            break
        cursor = page.next_cursor
    assert seen == sorted(seen, reverse=True)
    assert len(seen) == len(desk.events())


def test_an_export_holds_all_that_the_pages_do(desk: Desk, status: Status) -> None:
    for _ in range(3):
        desk.live()
    whole = status.export(reader(REVIEWER), TODO, "")
    assert whole.next_cursor is None
    assert {entry.event.event_id for entry in whole.records} == {event.event_id for event in desk.events()}

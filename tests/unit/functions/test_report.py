"""The report: what a version changes, against what is live and against what the asking reviewer saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from shared.domain.findings import Finding, Severity
from shared.domain.identity import PluginId, Subject
from shared.domain.version import Reason
from shared.reporting.comparing import Against
from tests.building import OWNER, REVIEWER, TODO
from tests.unit.functions.desk import OTHER_REVIEWER, command
from tests.unit.functions.office import Office

if TYPE_CHECKING:
    from tests.unit.functions.desk import Desk

FINDING = Finding("text.control", Severity.WARNING, "schema", "A control.", "Remove it.")


@pytest.fixture
def office(desk: Desk) -> Office:
    return Office(desk)


def test_an_upgrade_is_compared_with_what_is_live_now(office: Office) -> None:
    office.live()
    number = office.candidate()
    report = office.report(number, OWNER)
    (comparison,) = report.comparisons
    assert comparison.compared
    (change,) = comparison.compared.changes
    assert (comparison.against, comparison.earlier.number) == (Against.LIVE, 1)
    assert (change.before, change.after) == ("Title 1", "Title 2")
    assert report.summary.reasons[0] == comparison.compared.assessment.reasons[0]


def test_a_first_version_is_compared_with_nothing_and_says_so(office: Office) -> None:
    report = office.report(office.candidate())
    assert (report.live, report.seen, report.comparisons) == (None, None, ())
    assert report.summary.reasons == ("Nothing is live to compare it with: all of it is new.",)


def test_a_version_that_is_not_fetched_yet_has_a_report_that_says_so(office: Office) -> None:
    office.live()
    number = office.desk.submit()
    report = office.report(number)
    assert report.comparisons == ()
    assert report.summary.reasons == ("Version 2 has not been fetched yet.",)


def test_findings_are_among_the_reasons(office: Office) -> None:
    office.live()
    number = office.candidate(FINDING)
    assert office.report(number).summary.reasons[-1] == "1 warning among the findings: text.control."


def test_a_reviewer_sees_what_changed_since_they_last_looked(office: Office) -> None:
    office.live()
    office.report(office.candidate())
    number = office.candidate()
    assert office.compared(number) == [(Against.LIVE, 1), (Against.SEEN, 2)]
    assert office.compared(number, OTHER_REVIEWER) == [(Against.LIVE, 1)]


def test_looking_again_changes_nothing(office: Office) -> None:
    office.live()
    office.report(office.candidate())
    number = office.candidate()
    assert office.compared(number) == office.compared(number)


def test_an_older_report_is_compared_with_what_was_seen_before_it(office: Office) -> None:
    for _ in range(3):
        office.report(office.candidate())
    assert office.compared(2) == [(Against.SEEN, 1)]


def test_what_was_seen_and_is_live_is_compared_once(office: Office) -> None:
    office.report(office.live())
    report = office.report(office.candidate())
    assert [each.against for each in report.comparisons] == [Against.LIVE]
    assert report.seen
    assert report.seen.number == 1


@pytest.mark.parametrize("deed", ["claim", "approve", "reject"])
def test_who_claims_or_decides_has_seen(office: Office, deed: str) -> None:
    number = office.candidate()
    review, digest = office.desk.review(), office.desk.version(number).digest
    assert digest
    match deed:
        case "claim":
            review.claim(command(REVIEWER), TODO, number)
        case "approve":
            office.desk.approve(number)
        case _:
            reasons = (Reason("other", "Not this one."),)
            review.reject(command(REVIEWER), TODO, number, digest=digest, reasons=reasons, note="")
    report = office.report(office.candidate())
    assert report.seen
    assert report.seen.number == number
    assert office.report(2, OTHER_REVIEWER).seen is None


def test_publishers_see_nothing_of_what_reviewers_saw_and_leave_no_trace(office: Office) -> None:
    office.report(office.candidate())
    number = office.candidate()
    assert office.report(number, OWNER).seen is None
    assert office.desk.truth.last_seen(TODO, OWNER, up_to=number) is None


def test_a_version_that_does_not_pass_is_not_seen(office: Office) -> None:
    number = office.desk.submit()
    office.report(number)
    assert office.desk.truth.last_seen(TODO, REVIEWER, up_to=number) is None


def test_reading_a_report_twice_writes_once(office: Office) -> None:
    number = office.candidate()
    office.report(number)
    before = office.desk.truth.last_seen(PluginId(TODO), Subject(REVIEWER), up_to=number)
    writes = _writes(office)
    office.report(number)
    assert (before, _writes(office)) == (number, writes)


def _writes(office: Office) -> int:
    with office.desk.database.reading() as connection:
        row = connection.execute("SELECT COUNT(*) FROM changes").fetchone()
    return int(row[0])

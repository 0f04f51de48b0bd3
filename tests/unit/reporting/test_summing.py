"""How much a version asks of a reviewer: what it changes and what was found in it, each with its reason."""

from __future__ import annotations

import copy
from dataclasses import replace

import pytest

from shared.diff.changes import Risk
from shared.domain.findings import Finding, Severity
from shared.domain.version import State, Version
from shared.reporting.comparing import Against, Comparing
from shared.reporting.summing import Summary, summarise
from tests.unit.diff.documents import SCHEMA
from tests.unit.reporting.pinned import Shelf


def finding(severity: Severity, code: str = "text.control") -> Finding:
    return Finding(code, severity, "schema", "A control.", "Remove it.")


def upgraded(title: str, *findings: Finding) -> Summary:
    """Return the summary of an upgrade that changes the title to this."""
    shelf = Shelf()
    schema = copy.deepcopy(SCHEMA)
    schema["info"]["title"] = title
    live, version = shelf.version(1, state=State.LIVE), shelf.version(2, schema=schema)
    return summarise(version, live, [Comparing(version, shelf).against(Against.LIVE, live)], findings)


def test_equal_versions_ask_nothing() -> None:
    assert upgraded(SCHEMA["info"]["title"]).risk is Risk.NONE


@pytest.mark.parametrize(
    ("severity", "risk"),
    [(Severity.ERROR, Risk.HIGH), (Severity.WARNING, Risk.MEDIUM), (Severity.NOTICE, Risk.NONE)],
)
def test_a_finding_weighs_as_much_as_a_change(severity: Severity, risk: Risk) -> None:
    summary = upgraded(SCHEMA["info"]["title"], finding(severity))
    assert summary.risk is risk
    assert f"1 {severity} among the findings: text.control." in summary.reasons


def test_the_gravest_of_changes_and_findings_counts_and_both_are_reasons() -> None:
    summary = upgraded("Other", finding(Severity.WARNING), finding(Severity.WARNING, "text.hidden"))
    assert summary.risk is Risk.MEDIUM
    assert len(summary.reasons) == 2
    assert summary.reasons[-1] == "2 warnings among the findings: text.control, text.hidden."


def test_many_kinds_of_findings_are_one_sentence() -> None:
    summary = upgraded("Other", *(finding(Severity.WARNING, f"text.{n}") for n in range(9)))
    assert summary.reasons[-1].endswith("text.4 and others.")


def test_a_first_version_has_no_risk_to_tell_and_says_so() -> None:
    version = Shelf().version(1)
    assert summarise(version, None, [], []) == Summary(None, ("Nothing is live to compare it with: all of it is new.",))


def test_what_is_live_is_no_upgrade() -> None:
    version = Shelf().version(1, state=State.LIVE)
    assert summarise(version, version, [], []).reasons == ("This version is live.",)


def test_what_is_not_fetched_yet_says_so() -> None:
    version: Version = replace(Shelf().version(2), snapshot=None, state=State.SUBMITTED)
    assert summarise(version, None, [], []).reasons == ("Version 2 has not been fetched yet.",)


def test_a_comparison_that_could_not_be_made_says_why() -> None:
    shelf = Shelf()
    live, version = shelf.version(1, state=State.LIVE), shelf.version(2)
    assert version.snapshot
    broken = replace(version, snapshot=replace(version.snapshot, content_digest=None))
    comparison = Comparing(broken, shelf).against(Against.LIVE, live)
    summary = summarise(broken, live, [comparison], [finding(Severity.ERROR)])
    assert summary.risk is None
    assert summary.reasons == (
        "Not all documents of version 2 could be fetched and read: its findings say which.",
        "1 error among the findings: text.control.",
    )

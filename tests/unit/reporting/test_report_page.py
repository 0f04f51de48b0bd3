"""The report as a page: everything is on it, nothing runs, and no text of a publisher leaves its place."""

from __future__ import annotations

import copy

from shared.domain.differences import Differences
from shared.domain.findings import Finding, Severity
from shared.domain.ports import Hop
from shared.domain.probing import Endpoint, Of, Probes
from shared.domain.report import Evidence, Report
from shared.domain.version import State
from shared.reporting.comparing import Against, Comparing
from shared.reporting.report_page import report_page
from shared.reporting.reports import VersionReport
from shared.reporting.summing import summarise
from tests.building import NOON
from tests.unit.cli.test_diff_command import page
from tests.unit.diff.documents import SCHEMA
from tests.unit.reporting.pinned import Shelf

HOSTILE = "</code><script>alert(1)</script><img src=x onerror=y>\u202e\n::error::z ##[group]"
FINDINGS = (
    Finding(
        "text.control", Severity.WARNING, "schema", f"A control: {HOSTILE}", "Remove it.", f"/info/{HOSTILE}", 3, 4
    ),
)
EVIDENCE = (
    Evidence("manifest", "https://todo.example.com/", (Hop(f"https://todo.example.com/{HOSTILE}", "192.0.2.1", 200),)),
    Evidence("logo", "https://todo.example.com/logo.png", (), "fetch.timeout"),
)


def html(*, text: str, findings: tuple[Finding, ...] = FINDINGS) -> str:
    """Return the page of an upgrade that changes a text to this one."""
    shelf = Shelf()
    schema = copy.deepcopy(SCHEMA)
    schema["info"]["description"] = text
    live, version = shelf.version(1, state=State.LIVE), shelf.version(2, schema=schema)
    comparing = Comparing(version, shelf)
    comparisons = (comparing.against(Against.LIVE, live), comparing.against(Against.SEEN, shelf.version(1)))
    report = Report("enforced/1", findings, EVIDENCE)
    summary = summarise(version, live, comparisons, findings)
    return report_page(VersionReport(version, report, summary, live, live, comparisons, Differences()))


def test_the_page_stands_alone_and_runs_nothing() -> None:
    written = html(text=HOSTILE)
    parsed = page(written)
    assert not parsed.tags & {"script", "img", "link", "iframe", "a", "form"}
    assert not {name for name in parsed.attributes if name.startswith("on")} | (parsed.attributes & {"src", "href"})
    assert "<script>alert(1)</script>" in parsed.text
    assert "default-src 'none'" in written
    assert "##[" not in written
    assert not [line for line in written.splitlines() if line.strip().startswith("::")]
    assert "\u202e" not in written


def test_it_holds_risk_changes_findings_and_evidence() -> None:
    text = page(html(text="The lists of everybody.")).text
    for expected in (
        "todo, version 2",
        "Risk: medium",
        "1 warning among the findings: text.control.",
        "Compared with version 1, which is live",
        "Compared with version 1, the last one that you saw",
        "What the model reads",
        "1 change.",
        "line 3, column 4",
        "192.0.2.1",
        "fetch.timeout",
    ):
        assert expected in text


def test_it_says_which_servers_answer_and_what_may_vary() -> None:
    shelf = Shelf()
    version = shelf.version(2)
    endpoints = (
        Endpoint(Of.CANDIDATE, f"https://todo.example.com/{HOSTILE}", NOON, 404),
        Endpoint(Of.LIVE, "https://gone.example.com", NOON, failure="fetch.dns"),
    )
    report = Report("enforced/1", varies=(f"The text at /info: {HOSTILE}",))
    probes = Probes(version.plugin_id, 2, NOON, endpoints)
    summary = summarise(version, None, (), ())
    written = report_page(VersionReport(version, report, summary, None, None, (), Differences(), probes))
    text = page(written).text
    for expected in (
        "Whether its servers answer",
        "404",
        "fetch.dns",
        "2026-11-21",
        "What may vary",
        "The text at /info",
    ):
        assert expected in text
    assert "<script>" not in written
    assert "What may vary" not in page(html(text="x")).text


def test_what_is_left_out_is_said() -> None:
    shelf = Shelf()
    answer = {"200": {"description": "ok"}}
    paths = {f"/{n}": {"get": {"operationId": f"o{n}", "responses": answer}} for n in range(600)}
    live, version = shelf.version(1, state=State.LIVE), shelf.version(2, schema={**SCHEMA, "paths": paths})
    comparisons = (Comparing(version, shelf).against(Against.LIVE, live),)
    found = VersionReport(
        version, Report("enforced/1"), summarise(version, live, comparisons, ()), live, None, comparisons, Differences()
    )
    text = page(report_page(found)).text
    assert "more changes not shown." in text
    assert "Nothing was found." in text


def test_equal_versions_and_comparisons_that_failed_are_said_to_be_so() -> None:
    shelf = Shelf()
    live, version = shelf.version(1, state=State.LIVE), shelf.version(2)
    equal = Comparing(version, shelf).against(Against.LIVE, live)
    assert version.snapshot
    shelf.objects[version.snapshot.parts[0].key] = b"{"
    failed = Comparing(version, shelf).against(Against.SEEN, live)
    summary = summarise(version, live, (equal,), ())
    found = VersionReport(version, Report("enforced/1"), summary, live, live, (equal, failed), Differences())
    text = page(report_page(found)).text
    assert "The versions are equal." in text
    assert "The manifest of version 2 cannot be read: " in text

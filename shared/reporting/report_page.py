"""The report on a version as a page that stands alone."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from shared.domain.identity import format_moment
from shared.reporting.comparing import Against
from shared.reporting.page import article, assessment, between, counted, lane_section, page, shown
from shared.reporting.showing import in_lanes
from shared.reporting.telling import tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.domain.findings import Finding
    from shared.domain.ports import Hop
    from shared.domain.probing import Endpoint
    from shared.domain.report import Evidence
    from shared.domain.version import Version
    from shared.reporting.comparing import Compared, Comparison
    from shared.reporting.reports import VersionReport

_HEADINGS = {
    Against.LIVE: "Compared with version {number}, which is live",
    Against.SEEN: "Compared with version {number}, the last one that you saw",
    Against.RELEASED: "Compared with version {number}, which was released before it",
}


def report_page(found: VersionReport) -> str:
    """Return the page. What is told of changes is bounded, as in the JSON answer."""
    version = found.version
    title = f"{version.plugin_id}, version {version.number}"
    sections = [
        _head(version, title),
        assessment(found.summary.risk or "unknown", found.summary.reasons),
        _variations(found.report.varies),
        *map(_comparison, found.comparisons),
        _findings(found.report.findings),
        _servers(found.probes.endpoints if found.probes else ()),
        _evidence(found.report.evidence),
    ]
    return page(f"Report on {title}", "\n".join(sections))


def _head(version: Version, title: str) -> str:
    digest = version.digest or "not pinned"
    return (
        f"<h1>{shown(title)}</h1>\n"
        f'<p class="faint">{escape(version.state)} · <code>{shown(digest)}</code> · {shown(version.manifest_url)}</p>'
    )


def _variations(sentences: Sequence[str]) -> str:
    """Say what may vary in the schema without another review; nothing where nothing may."""
    items = "".join(f"<li>{shown(sentence)}</li>" for sentence in sentences)
    return f"<section>\n<h2>What may vary without another review</h2>\n<ul>{items}</ul>\n</section>" if items else ""


def _comparison(comparison: Comparison) -> str:
    heading = _HEADINGS[comparison.against].format(number=comparison.earlier.number)
    body = _changes(comparison.compared) if comparison.compared else f"<p>{shown(comparison.problem)}</p>"
    return f"<section>\n<h2>{heading}</h2>\n{body}\n</section>"


def _changes(compared: Compared) -> str:
    told = tell(compared.changes)
    lanes = in_lanes(told.changes, lambda each: each.change.lane)
    sections = [
        lane_section(lane, (article(each.change, each.pieces) for each in changes), level=3) for lane, changes in lanes
    ]
    more = f"<p>{counted(told.left_out, 'more change')} not shown.</p>" if told.left_out else ""
    summary = assessment(compared.assessment.risk, compared.assessment.reasons, count=len(compared.changes))
    return "\n".join([between(compared.old, compared.new), summary, *sections, more])


def _findings(findings: Sequence[Finding]) -> str:
    told = "".join(map(_finding, findings)) or "<p>Nothing was found.</p>"
    return f"<section>\n<h2>Findings</h2>\n{told}</section>"


def _finding(finding: Finding) -> str:
    place = f"{finding.document} {finding.pointer}".strip()
    line = f" · line {finding.line}, column {finding.column}" if finding.line else ""
    return (
        f'<article class="{finding.severity}">\n'
        f'<p><span class="risk">{finding.severity}</span> <code>{escape(finding.code)}</code></p>\n'
        f"<p>{shown(finding.message)} {shown(finding.fix)}</p>\n"
        f'<p class="faint"><code>{shown(place)}</code>{line}</p>\n</article>\n'
    )


def _servers(endpoints: Sequence[Endpoint]) -> str:
    """Say which servers answered; nothing before they were asked."""
    rows = [(each.of, each.url, str(each.status or each.failure), format_moment(each.at)) for each in endpoints]
    return _table("Whether its servers answer", ("Version", "Server", "Answer", "Asked"), rows) if rows else ""


def _evidence(evidence: Sequence[Evidence]) -> str:
    rows = [_fetch(each, hop) for each in evidence for hop in each.hops or (None,)]
    return _table("How its documents were come by", ("Document", "URL", "Address", "Answer", "Time"), rows)


def _fetch(evidence: Evidence, hop: Hop | None) -> tuple[str, ...]:
    if hop is None:
        return (evidence.role, evidence.url, "", evidence.failure, "")
    return (evidence.role, hop.url, hop.address, str(hop.status), f"{hop.milliseconds} ms")


def _table(heading: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{column}</th>' for column in columns)
    body = "".join(f"<tr>{''.join(f'<td>{shown(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f"<section>\n<h2>{heading}</h2>\n<table>\n<thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody>\n"
        "</table>\n</section>"
    )

"""Findings for a person at a terminal: by document, each with its line, a caret, and how to mend it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from rich.text import Text

from cli.excerpts import excerpt
from cli.findings.closing import closing_line
from cli.paper import GUTTER, Paper
from cli.plain import one_line
from shared.domain.findings import Severity

if TYPE_CHECKING:
    from typing import TextIO

    from cli.sources import Checked, Source
    from shared.domain.findings import Finding

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "bold yellow", Severity.NOTICE: "bold cyan"}
_NAMES = {"manifest": "Manifest", "schema": "API description", "logo": "Logo", "": "All documents"}


def write(checked: Checked, out: TextIO) -> None:
    """Write all findings and a closing line."""
    paper = Paper(out)
    # The sort is stable: the findings of one document stay in the order of its text.
    roles = list(dict.fromkeys([*checked.sources, *(finding.document for finding in checked.findings)]))
    ordered = sorted(checked.findings, key=lambda finding: roles.index(finding.document))
    for role, findings in groupby(ordered, key=lambda finding: finding.document):
        _write_document(paper, role, list(findings), checked.sources.get(role))
    style = "bold green" if checked.is_accepted else "bold red"
    paper.line(Text(closing_line(checked), style))
    if checked.digest:
        paper.line(Text(f"Content {checked.digest}", "dim"))


def _write_document(paper: Paper, role: str, findings: list[Finding], source: Source | None) -> None:
    heading = Text(_NAMES.get(role, one_line(role)), "bold underline")
    if source:
        heading.append("  ")
        heading.append(one_line(source.label), "not bold not underline dim")
    paper.line(heading)
    paper.line()
    for finding in findings:
        _write_finding(paper, finding, source)


def _write_finding(paper: Paper, finding: Finding, source: Source | None) -> None:
    head = Text(f"  {finding.severity}", _STYLES[finding.severity])
    head.append(f"  {one_line(finding.code)}", "not bold default")
    if finding.line is not None:
        head.append(f"  {finding.line}:{finding.column or 1}", "not bold dim")
    paper.line(head)
    paper.paragraph(one_line(finding.message))
    if source and finding.line is not None:
        _write_excerpt(paper, source, finding.line, finding.column or 1)
    if finding.fix:
        paper.paragraph(one_line(finding.fix), lead="Fix: ", style="green")
    paper.line()


def _write_excerpt(paper: Paper, source: Source, line: int, column: int) -> None:
    digits = len(str(line))
    # Both gutters, and room for an ellipsis at each end.
    found = excerpt(source.text, line, column, width=paper.width - len(GUTTER) - digits - 5)
    if found is None:
        return
    for number, text in found.lines:
        row = Text(GUTTER, "dim")
        row.append(f"{number:>{digits}} │ ", "dim")
        row.append(text, "default not dim")
        paper.line(row)
    caret = Text(f"{GUTTER}{' ' * digits} │ ", "dim")
    caret.append(f"{' ' * found.caret}^", "bold red not dim")
    paper.line(caret)

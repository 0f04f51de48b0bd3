"""Findings as workflow commands of GitHub Actions, which show them beside the lines of a pull request.

A command ends with its line, and `%`, `:` and `,` mean something inside it: what documents hold is escaped as the
runner's own toolkit does, after hidden characters have been written out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.findings.closing import closing_line
from cli.plain import one_line
from shared.domain.findings import Severity

if TYPE_CHECKING:
    from typing import TextIO

    from cli.sources import Checked, Source
    from shared.domain.findings import Finding

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}


def write(checked: Checked, out: TextIO) -> None:
    """Write one command a finding, and a closing line."""
    out.writelines(f"{_command(finding, checked.sources.get(finding.document))}\n" for finding in checked.findings)
    out.write(f"{closing_line(checked)}\n")


def _command(finding: Finding, source: Source | None) -> str:
    properties = {"title": f"{finding.code} ({finding.document})" if finding.document else finding.code}
    if source and source.relative_path:
        properties = {"file": source.relative_path.as_posix(), **_position(finding), **properties}
    told = ",".join(f"{name}={_escaped_property(one_line(value))}" for name, value in properties.items())
    message = f"{finding.message} {finding.fix}".strip()
    return f"::{_COMMANDS[finding.severity]} {told}::{_escaped(one_line(message))}"


def _position(finding: Finding) -> dict[str, str]:
    if finding.line is None:
        return {}
    return {"line": str(finding.line), **({"col": str(finding.column)} if finding.column else {})}


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escaped_property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")

"""Findings as SARIF 2.1.0 (OASIS), which code scanning and editors read."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from cli.json_text import write_json
from shared.contracts.catalogue import CATALOGUE
from shared.domain.findings import Severity
from shared.fetching.failures import FIXES, FetchCode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import TextIO

    from cli.sources import Checked, Source
    from shared.domain.findings import Finding

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}


def write(checked: Checked, out: TextIO) -> None:
    """Write one SARIF log with one run."""
    write_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(checked)]}, out)


def _run(checked: Checked) -> dict[str, object]:
    codes = list(dict.fromkeys(finding.code for finding in checked.findings))
    return {
        "tool": {"driver": _driver(codes)},
        "invocations": [{"executionSuccessful": True}],
        "artifacts": [
            {"location": {"uri": source.uri}, "roles": ["analysisTarget"]} for source in checked.sources.values()
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, codes.index(finding.code), checked.sources) for finding in checked.findings],
        "properties": {"accepted": checked.is_accepted, "profile": checked.profile, "digest": checked.digest},
    }


def _driver(codes: Sequence[str]) -> dict[str, object]:
    known = {"version": found} if (found := _version()) else {}
    return {"name": "standfast", **known, "rules": [_rule(code) for code in codes]}


def _version() -> str:
    try:
        return version("standfast")
    except PackageNotFoundError:
        return ""


def _rule(code: str) -> dict[str, object]:
    rule = CATALOGUE.get(code)
    means = rule.means if rule else "A document of the plugin could not be fetched."
    fix = rule.fix if rule else FIXES[FetchCode(code)] if code in FIXES else means
    return {"id": code, "shortDescription": {"text": means}, "help": {"text": fix}}


def _result(finding: Finding, index: int, sources: Mapping[str, Source]) -> dict[str, object]:
    source = sources.get(finding.document)
    text = f"{finding.message} {finding.fix}".strip()
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "properties": {"document": finding.document, "pointer": finding.pointer},
    }
    return {**result, "locations": [_location(finding, source)]} if source else result


def _location(finding: Finding, source: Source) -> dict[str, object]:
    physical: dict[str, object] = {"artifactLocation": {"uri": source.uri}}
    if finding.line is not None:
        start = {"startLine": finding.line}
        physical["region"] = start | ({"startColumn": finding.column} if finding.column else {})
    logical = [{"fullyQualifiedName": finding.pointer, "kind": "member"}] if finding.pointer else []
    return {"physicalLocation": physical, **({"logicalLocations": logical} if logical else {})}

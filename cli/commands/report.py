"""A version's report in a terminal: the risk, what changed lane by lane, texts by the word, findings, evidence."""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.text import Text

from cli.plain import lines_of, one_line
from cli.store.showing import cell, findings, members, sentence

if TYPE_CHECKING:
    from cli.paper import Paper

_LANES = {
    "destination": "Where it sends data",
    "model_text": "What the model reads",
    "capability": "What it can do",
    "contract": "What is sent and what comes back",
    "listing": "What people see",
}
_STYLES = {"high": "bold red", "medium": "bold yellow", "low": "bold cyan", "none": "bold green"}
# With brackets as well: without colours, a struck-out word reads like any other.
_WORDS = {"equal": ("", "", ""), "delete": ("red", "[-", "-]"), "insert": ("green", "{+", "+}")}
_AGAINST = {"live": "what is live", "seen": "what you saw last"}


def write_report(paper: Paper, report: dict[str, Any]) -> None:
    """Write a report in the order in which a decision is made."""
    risk = report["risk"]
    members(
        paper,
        f"Version {report['version']} of {report['plugin_id']}",
        [("state", report.get("state")), ("digest", report["digest"]), ("profile", report["profile"])],
    )
    sentence(paper, f"Risk: {risk['level'] or 'unknown'}.", style=_STYLES.get(risk["level"] or "", "bold"))
    for reason in risk["reasons"]:
        paper.paragraph(one_line(reason))
    for comparison in report["differences"]:
        _write_comparison(paper, comparison)
    _write_findings(paper, report["findings"])
    _write_endpoints(paper, report.get("endpoints") or [])
    _write_evidence(paper, report["evidence"])


def _write_comparison(paper: Paper, comparison: dict[str, Any]) -> None:
    paper.line()
    against = _AGAINST.get(comparison["against"], cell(comparison["against"]))
    sentence(paper, f"Against {against}: version {comparison['version']}", style="bold underline")
    if comparison["problem"]:
        paper.paragraph(one_line(comparison["problem"]))
    elif not comparison["changes"]:
        sentence(paper, "  No changes.")
    for lane, changes in groupby(comparison["changes"], key=lambda change: change["lane"]):
        sentence(paper, f"  {_LANES.get(lane, lane)}", style="bold")
        for change in changes:
            _write_change(paper, change)
    if comparison["left_out"]:
        sentence(paper, f"  … and {comparison['left_out']} lesser changes, which are not shown.", style="dim")


def _write_change(paper: Paper, change: dict[str, Any]) -> None:
    head = Text(f"  {cell(change['severity'])}", _STYLES.get(change["severity"], ""))
    head.append(f"  {cell(change['code'])}", "not bold default")
    paper.line(head)
    paper.paragraph(one_line(change["message"]))
    paper.paragraph(one_line(_places(change["old_pointer"], change["new_pointer"])), style="dim")
    words = change["words"] if change["words"] is not None else _wholes(change)
    if words:
        paper.text(_worded(words))
    paper.line()


def _places(old: str | None, new: str | None) -> str:
    return f"{old} → {new}" if old and new and old != new else old or new or ""


def _wholes(change: dict[str, Any]) -> list[dict[str, str]]:
    """Return what was there and what is there, where it is no text."""
    sides = (("delete", change["old_pointer"], change["before"]), ("insert", change["new_pointer"], change["after"]))
    return [{"op": op, "text": _written(value)} for op, pointer, value in sides if pointer is not None]


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _worded(words: list[dict[str, str]]) -> Text:
    text = Text()
    for word in words:
        style, opening, closing = _WORDS.get(word["op"], _WORDS["equal"])
        shown = "\n".join(lines_of(word["text"]))
        text.append(f"{opening}{shown}{closing}", style or None)
    return text


def _write_findings(paper: Paper, found: list[dict[str, Any]]) -> None:
    paper.line()
    sentence(paper, "Findings", style="bold underline")
    if found:
        findings(paper, found)
    else:
        sentence(paper, "  None.")


def _write_endpoints(paper: Paper, endpoints: list[dict[str, Any]]) -> None:
    if endpoints:
        sentence(paper, "Endpoints", style="bold underline")
    for each in endpoints:
        reached = f"answers with {each['status']}" if each["reachable"] else "cannot be reached"
        paper.paragraph(one_line(f"{each['of']}: {each['url']} {reached}"))


def _write_evidence(paper: Paper, evidence: list[dict[str, Any]]) -> None:
    sentence(paper, "Fetched", style="bold underline")
    for each in evidence:
        hops = " → ".join(f"{hop['status']} from {hop['address']} in {hop['milliseconds']} ms" for hop in each["hops"])
        paper.paragraph(one_line(f"{each['role']}: {each['url']} {each['failure'] or hops}"))

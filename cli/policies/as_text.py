"""A policy and what it would have done, for a person at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from cli.paper import Paper
from cli.plain import one_line

if TYPE_CHECKING:
    from typing import TextIO

    from cli.policies.trying import BackTest, Outcome
    from shared.policies.policy import Policy


def write(policy: Policy, tested: BackTest | None, out: TextIO) -> None:
    """Write the policy's name and digest, what each rule did, and what was left to people."""
    paper = Paper(out)
    paper.line(Text(f"{policy.name}  {policy.digest}", "bold"))
    counts = tested.approved_by_rule if tested else {}
    for rule in policy.rules:
        let_through = f"{counts[rule.name]:>5} without a reviewer" if rule.name in counts else ""
        paper.line(f"  {rule.name:<24} {rule.allow:<14}{let_through}".rstrip())
    if tested:
        _write_tested(paper, tested)


def _write_tested(paper: Paper, tested: BackTest) -> None:
    _write_outcomes(paper, "Without a reviewer", tested.approved)
    _write_outcomes(paper, "For people", tested.for_people)
    paper.line()
    paper.line(
        Text(
            f"{len(tested.upgrades)} upgrades: {len(tested.approved)} without a reviewer, {len(tested.for_people)} for"
            f" people. {tested.first_versions} first versions are for people anyway, {tested.refused} versions are"
            " refused.",
            "bold",
        )
    )


def _write_outcomes(paper: Paper, heading: str, outcomes: tuple[Outcome, ...]) -> None:
    if not outcomes:
        return
    paper.line()
    paper.line(Text(heading, "bold underline"))
    for outcome in outcomes:
        edition = outcome.edition
        paper.line(f"  {edition.day:<11}{one_line(edition.host)}, version {edition.number}  {outcome.rule}".rstrip())
        for hindrance in _hindrances(outcome):
            paper.paragraph(hindrance, style="dim")


def _hindrances(outcome: Outcome) -> list[str]:
    """Return why no rule lets an upgrade through; rules that say the same stand together."""
    if outcome.rule or outcome.trace is None:
        return []
    said: dict[str, list[str]] = {}
    for verdict in outcome.trace.verdicts:
        said.setdefault(verdict.hindrance, []).append(verdict.rule.name)
    return [f"{', '.join(rules)}: {hindrance}" for hindrance, rules in said.items()]

"""A policy and what it would have done, as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cli.json_text import write_json

if TYPE_CHECKING:
    from typing import TextIO

    from cli.policies.trying import BackTest, Outcome
    from shared.policies.policy import Policy


def write(policy: Policy, tested: BackTest | None, out: TextIO) -> None:
    """Write one JSON object; without a back-test, what the policy says of itself."""
    counts = tested.approved_by_rule if tested else {}
    rules = [{"name": rule.name, "allow": rule.allow, "approved": counts.get(rule.name)} for rule in policy.rules]
    write_json({"policy": policy.name, "digest": policy.digest, "rules": rules, **_tested(tested)}, out)


def _tested(tested: BackTest | None) -> dict[str, object]:
    if tested is None:
        return {}
    return {
        "first_versions": tested.first_versions,
        "refused": tested.refused,
        "upgrades": len(tested.upgrades),
        "approved": [{**_edition(outcome), "rule": outcome.rule} for outcome in tested.approved],
        "for_people": [{**_edition(outcome), "why": _why(outcome)} for outcome in tested.for_people],
    }


def _edition(outcome: Outcome) -> dict[str, object]:
    edition = outcome.edition
    return {"day": edition.day or None, "plugin": edition.host, "version": edition.number}


def _why(outcome: Outcome) -> dict[str, str]:
    verdicts = outcome.trace.verdicts if outcome.trace else ()
    return {verdict.rule.name: verdict.hindrance for verdict in verdicts}

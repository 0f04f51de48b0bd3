"""The documented example of a policy over the upgrades of a real store."""

from __future__ import annotations

from pathlib import Path

from cli.policies.trying import tried
from shared.policies.reading import read_policy
from tests.corpus.corpus import FOLDER, needed

pytestmark = needed

EXAMPLE = Path(__file__).parents[2] / "docs/examples/policy.yaml"


def test_a_careful_policy_lets_few_real_upgrades_through_and_none_that_people_should_see() -> None:
    tested = tried(read_policy(EXAMPLE.read_bytes()), FOLDER / "store")
    assert (len(tested.upgrades), tested.refused) == (131, 13)
    assert tested.approved_by_rule == {
        "same-in-other-bytes": 0,
        "less-than-before": 1,
        "shop-window": 6,
        "inside-its-envelope": 0,
    }
    assert {(outcome.edition.host, outcome.edition.number) for outcome in tested.approved} == {
        ("ai-agents-plugin.vercel.app", 2),
        ("plugins.midgard.avalara.io", 2),
        ("chatgpt.apps.mantiumai.com", 2),
        ("chatgpt.apps.mantiumai.com", 3),
        ("glarity.app", 2),
        ("www.mixerboxnews.com", 3),
        ("gpt.nylas.com", 2),
    }

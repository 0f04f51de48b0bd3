"""The file of a policy: what it may say, and where it is wrong if it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.diff.changes import Lane, Risk
from shared.domain.errors import IntegrityError
from shared.domain.identity import digest_of_bytes
from shared.policies.policy import Policy, Rule
from shared.policies.reading import PolicyInvalidError, read_policy
from shared.policies.storing import policy_key, store_policy, stored_policy
from tests.unit.reporting.pinned import Shelf

EXAMPLE = Path(__file__).parents[3] / "docs/examples/policy.yaml"
FULL = b"""policy: all-of-it
rules:
  - name: texts
    allow: changes
    lanes: [model_text]
    codes: [listing.name-changed]
    risk: medium
    tolerates: [text.control]
"""


def problems(text: str) -> list[str]:
    with pytest.raises(PolicyInvalidError) as caught:
        read_policy(text.encode())
    return [str(problem) for problem in caught.value.problems]


def test_a_policy_is_read_whole() -> None:
    rule = Rule(
        "texts",
        "changes",
        Risk.MEDIUM,
        frozenset({Lane.MODEL_TEXT}),
        frozenset({"listing.name-changed"}),
        frozenset({"text.control"}),
    )
    assert read_policy(FULL) == Policy("all-of-it", (rule,), digest_of_bytes(FULL))
    assert read_policy(FULL).subject == "policy:all-of-it"


def test_json_is_as_good_as_yaml() -> None:
    body = b'{"policy": "p", "rules": [{"name": "same", "allow": "byte-only"}]}'
    assert [rule.allow for rule in read_policy(body).rules] == ["byte-only"]


def test_the_example_of_the_documentation_is_a_policy() -> None:
    assert [rule.allow for rule in read_policy(EXAMPLE.read_bytes()).rules] == [
        "byte-only",
        "narrowing",
        "listing-only",
        "in-envelope",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("policy: p\nrules:\n  - name: a\n    allow: byteonly\n", "line 4, column 12: /rules/0/allow: there is no"),
        ("policy: p\nrules:\n  - name: a\n    allows: byte-only\n", "/rules/0/allow: this is missing"),
        ("policy: p\nrules:\n  - {name: a, allow: byte-only, x: 1}\n", "line 3, column 36: /rules/0/x: there is no"),
        ("policy: P p\nrules: []\n", "line 1, column 9: /policy: "),
        ("policy: p\nrules: []\n", "line 2, column 8: /rules: "),
        ("policy: p\n", "/rules: this is missing"),
        ("policy: p\nrules:\n  - {name: a, allow: changes}\n", "/rules/0: a rule of the kind changes names codes or"),
        (
            "policy: p\nrules:\n  - {name: a, allow: byte-only, risk: high, lanes: [listing]}\n",
            "line 3, column 5: /rules/0: a rule of the kind byte-only takes no lanes and no risk",
        ),
        (
            "policy: p\nrules:\n  - {name: a, allow: changes, codes: [listing.x, listing.name-changed]}\n",
            "/rules/0/codes: there is no change 'listing.x'",
        ),
        ("policy: p\nrules:\n  - {name: a, allow: changes, lanes: [texts]}\n", "/rules/0/lanes/0: "),
        (
            "policy: p\nrules:\n  - {name: a, allow: byte-only, tolerates: [text.x]}\n",
            "/rules/0/tolerates: there is no finding 'text.x'",
        ),
        (
            "policy: p\nrules:\n  - {name: a, allow: byte-only}\n  - {name: a, allow: narrowing}\n",
            "line 3, column 3: /rules: two rules have the name a",
        ),
        ("policy: p\npolicy: q\n", "line 2, column 1: the policy: "),
        ("- policy\n", "the policy: "),
        ("policy: 1\nrules: 2\n", "/policy: "),
        ("policy: '{message}'\nrules: []\n", "/policy: "),
    ],
)
def test_what_is_wrong_is_said_with_its_line(text: str, said: str) -> None:
    assert any(said in problem for problem in problems(text)), problems(text)


def test_all_that_is_wrong_is_said_at_once() -> None:
    assert len(problems("policy: P\nrules:\n  - {name: a, allow: x}\n  - {name: B, allow: byte-only}\n")) == 3


def test_a_policy_has_no_end_of_rules() -> None:
    rules = "".join(f"  - {{name: r{n}, allow: byte-only}}\n" for n in range(21))
    assert any("/rules: " in problem for problem in problems(f"policy: p\nrules:\n{rules}"))


def test_a_stored_policy_is_found_by_its_digest() -> None:
    shelf = Shelf()
    policy = store_policy(shelf, FULL)
    assert stored_policy(shelf, policy.digest) == policy


def test_a_policy_that_was_changed_in_place_is_not_followed() -> None:
    shelf = Shelf()
    policy = store_policy(shelf, FULL)
    shelf.objects[policy_key(policy.digest)] += b"# and more\n"
    with pytest.raises(IntegrityError):
        stored_policy(shelf, policy.digest)


def test_what_is_no_policy_is_not_stored() -> None:
    shelf = Shelf()
    with pytest.raises(PolicyInvalidError):
        store_policy(shelf, b"policy: P")
    assert shelf.objects == {}

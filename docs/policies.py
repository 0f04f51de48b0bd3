"""The page of policies: what a rule can allow, from the table of kinds."""

from __future__ import annotations

from pathlib import Path

from shared.policies.kinds import KINDS

_EXAMPLE = Path(__file__).parent / "examples/policy.yaml"
_HEAD = """# Policies: upgrades without a reviewer

The fast lane is closed unless an operator opens it. A policy is a file of rules, in YAML or JSON; an upgrade that fits
one of them goes live at once, and everything else waits for people as before. This page is generated from
`shared/policies/kinds.py`: `make docs-write`.

```yaml
{example}```

| field of a rule | means |
|---|---|
| `name` | what the audit and the publisher's message call it: lower-case letters, digits, hyphens |
| `allow` | its kind, see below |
| `risk` | `low`, `medium` or `high`: the gravest change that it lets through; `low` unless it says so |
| `lanes`, `codes` | the [changes](changes.md) that it is about |
| `tolerates` | codes of [findings](findings.md) that do not stop it |

| kind | lets an upgrade through where | takes |
|---|---|---|
{kinds}

## What no policy decides

Whatever its rules say: a first version; a version with an error or a warning that the rule does not tolerate; one that
a reviewer has claimed or proposed to approve; a banned plugin; another host or other authentication while `FourEyes` is
on; another envelope. People may decide at any moment, and whoever decides first has decided.

## Try it first

```console title="With versions of yours"
$ standfast policy test policy.yaml --history store    # folders HOST/NUMBER/, with or without days.json
```

tells for each upgrade of a history which rule would have let it through, or what every rule had against it. An invalid
policy ends with 1 and names the lines.

## Put it in force

On one machine: `make run POLICY=policy.yaml`. On AWS a policy is an object that its own digest names, so that nobody
changes it in place, and the deployment names the digest:

```console title="On AWS"
$ standfast policy test policy.yaml | head -1
careful  sha256:9f2c…
$ aws s3 cp policy.yaml s3://BUCKET/policies/9f2c…
$ sam deploy --parameter-overrides FastLanePolicy=sha256:9f2c…
```

The audit of an approval has the policy, its digest, the rule, and what every rule said. Its author is `policy`, its
actor `policy:NAME`; the publisher's message says that no reviewer was needed, and by which rule.
"""


def page() -> str:
    """Return `docs/policies.md`."""
    rows = (f"| `{kind.name}` | {kind.means} | {_options(kind.takes)} |" for kind in KINDS.values())
    return _HEAD.format(example=_EXAMPLE.read_text(encoding="utf-8"), kinds="\n".join(rows))


def _options(names: frozenset[str]) -> str:
    return ", ".join(f"`{name}`" for name in sorted(names))

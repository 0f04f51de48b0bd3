"""The page of all findings, from the rule tables."""

from __future__ import annotations

import html

from docs.openapi import STYLE
from shared.contracts.catalogue import CATALOGUE, Rule
from shared.contracts.policy import PROFILES
from shared.fetching.failures import FIXES

_INTRODUCTION = """# Findings

What `standfast check` and the store say of a plugin's documents. This page is generated from
`shared/contracts/catalogue.py` and `shared/fetching/failures.py`: `make docs-write`.

An **error** makes a version `invalid`, a **warning** is for the reviewer to decide, a **notice** is for whoever cares.
How much a finding weighs depends on the policy profile: `enforced`, the default, holds publishers to what the original
store in fact accepted, `documented` to what it published. A dash says that the profile does not report it. Codes are
stable.

"""
_FETCHING = """## Fetching a document

A manifest or an OpenAPI document that cannot be fetched is an error, a logo a warning. The message says what was asked,
which address answered, and what came back.

| code | to mend it |
|---|---|
"""
_HEADINGS = {
    "document": "Reading a document",
    "findings": "About the list itself",
    "manifest": "The manifest",
    "domain": "The domain, where the store demands proof",
    "schema": "The OpenAPI document",
    "logo": "The logo",
    "envelope": "The envelope of a schema that changes by design",
    "text": "Text that a model will read",
}
_LIMITS = (
    ("name_for_model", "name_for_model, characters"),
    ("name_alphabet", "name_for_model, without a finding"),
    ("name_for_human", "name_for_human, characters"),
    ("description_for_human", "description_for_human, characters"),
    ("description_for_model", "description_for_model, characters"),
)


def page() -> str:
    """Return the whole page."""
    sections = [_section(family, heading) for family, heading in _HEADINGS.items()]
    return _INTRODUCTION + _limits() + "\n".join([*sections, _fetching()])


def _limits() -> str:
    profiles = list(PROFILES.values())
    lines = ["## Limits", "", "| | " + " | ".join(f"`{profile.label}`" for profile in profiles) + " |", "|---|---|---|"]
    for field, name in _LIMITS:
        lines.append(f"| {name} | " + " | ".join(str(getattr(profile, field)) for profile in profiles) + " |")
    return "\n".join([*lines, "", ""])


def _section(family: str, heading: str) -> str:
    rules = [rule for rule in CATALOGUE.values() if rule.code.partition(".")[0] == family]
    return "\n".join([f"## {heading}", "", *(_entry(rule) for rule in rules)])


def _entry(rule: Rule) -> str:
    weights = f"enforced: {rule.enforced or '—'} · documented: {rule.documented or '—'}"
    return f"### `{rule.code}`\n\n{weights}\n\n{rule.means}\n\n*To mend it:* {rule.fix}\n"


def _fetching() -> str:
    rows = "\n".join(f"| `{code}` | {fix} |" for code, fix in FIXES.items())
    return f"{_FETCHING}{rows}\n"


def web_page() -> str:
    """Return the same as a page that the store serves; each finding's anchor is its code."""
    entries = [_web_entry(code, rule.means, rule.fix) for code, rule in CATALOGUE.items()]
    fetching = [_web_entry(code, "A document could not be fetched.", fix) for code, fix in FIXES.items()]
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Findings</title>
<style>{STYLE}</style>
</head>
<body><main>
<h1>Findings</h1>
<p>An error makes a version invalid, a warning is for the reviewer to decide, a notice is for whoever cares.</p>
{"".join([*entries, *fetching])}</main></body>
</html>
"""


def _web_entry(code: str, means: str, fix: str) -> str:
    words = html.escape(means), html.escape(fix)
    return f'<h2 id="{code}"><code>{code}</code></h2>\n<p>{words[0]}</p>\n<p>To mend it: {words[1]}</p>\n'

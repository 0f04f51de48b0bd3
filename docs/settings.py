"""The page of all settings, from the template's parameters and the options of `make run`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from local.cloudformation import load
from local.template import TEMPLATE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_INTRODUCTION = """# Settings

The template's parameters are all there is to set. They hold on AWS, by `--parameter-overrides` or `samconfig.toml`,
and on one machine, by `make run PARAMETERS="Name=value …"`, as far as there is something to set there. This page is
generated from `template.yaml`: `make docs-write`.

"""
_ONE_MACHINE = """
## One machine alone

`make run` takes these from the environment; `.venv/bin/python -m local run --help` lists them as options.

| variable | default | what it is |
|:--|:--|:--|
| `PORT` | 8080 | where to serve |
| `BIND` | 127.0.0.1 | the address to serve on |
| `DATA_DIR` | .standfast | where everything is kept |
| `CONNECT_TO` | none | fetch publishers' documents from there in plain HTTP, with the URL's own `Host` |
| `PUBLIC_BASE_URL` | none | the origin that served documents name |
| `PURGE_URL` | none | where a cache in front takes purges by tag |
| `POLICY` | none | a file: upgrades that fit this [policy](policies.md) are approved without a reviewer |
| `PARAMETERS` | none | the template's parameters, as above |
| `LOG_LEVEL` | WARNING | how much it says |
"""


def page() -> str:
    """Return the whole page."""
    parameters: Mapping[str, Any] = load(TEMPLATE)["Parameters"]
    lines = ["| parameter | default | allowed | what it is |", "|:--|:--|:--|:--|", *_rows(parameters)]
    return _INTRODUCTION + "\n".join(lines) + "\n" + _ONE_MACHINE


def _rows(parameters: Mapping[str, Any]) -> Iterator[str]:
    for name, said in parameters.items():
        default = f"`{said['Default']}`" if said.get("Default", "") != "" else "—"
        yield f"| `{name}` | {default} | {_allowed(said)} | {said.get('Description', '')} |"


def _allowed(said: Mapping[str, Any]) -> str:
    if "AllowedValues" in said:
        return ", ".join(f"`{value}`" for value in said["AllowedValues"])
    if "MinValue" in said:
        return f"{said['MinValue']} to {said['MaxValue']}"
    pattern = str(said.get("AllowedPattern", "")).replace("|", "\\|")
    return f"`{pattern}`" if pattern else "—"

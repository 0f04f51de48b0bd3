"""`standfast check URL|FOLDER`: judge a plugin's documents as the store would."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

ACCEPTED, REFUSED = 0, 1


class Format(StrEnum):
    """How findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


Target = Annotated[
    str,
    typer.Argument(
        metavar="URL|FOLDER",
        help="The https URL of an ai-plugin.json, or a folder that holds ai-plugin.json (or"
        " .well-known/ai-plugin.json) and openapi.json, openapi.yaml or openapi.yml.",
    ),
]
OutputFormat = Annotated[
    Format,
    typer.Option(
        "--format",
        "-f",
        help="text for people, json for programs, sarif for code scanning, github for a workflow's annotations.",
    ),
]
Profile = Annotated[
    str,
    typer.Option(
        "--profile",
        "-p",
        metavar="enforced|documented",
        help="The limits to hold the documents to: those that the original store enforced, or those it documented.",
    ),
]
Host = Annotated[
    str,
    typer.Option(
        "--host",
        metavar="HOST",
        help="For a folder: the host that its documents will be served from. By default the one in api.url.",
    ),
]
ConnectTo = Annotated[
    str,
    typer.Option(
        "--connect-to",
        metavar="HOST:PORT",
        help="For a URL: a loopback address to connect to in plain HTTP in place of every host, to try documents"
        " before they are served.",
    ),
]


def check(
    target: Target,
    *,
    output_format: OutputFormat = Format.TEXT,
    profile: Profile = "enforced",
    host: Host = "",
    connect_to: ConnectTo = "",
) -> None:
    """Judge a plugin's documents as the store would: the same rules, no account, nothing sent anywhere.

    A URL is fetched as the store fetches it; a folder is judged as if its documents had been fetched from its host.
    Exit status: 0 accepted, 1 refused, 2 wrong usage.

    \b
    standfast check .
    standfast check plugin --host todo.example.com --profile documented
    standfast check https://todo.example.com/.well-known/ai-plugin.json --format json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    # Loaded here: a usage error or --help should not wait for parsers, meta-schemas and TLS.
    from cli.checking import Options, UsageError, check_target  # noqa: PLC0415
    from cli.findings.formats import write_findings  # noqa: PLC0415

    try:
        checked = check_target(target, Options(profile=profile, host=host, connect_to=connect_to))
    except UsageError as error:
        raise typer.BadParameter(str(error), param_hint=error.option) from error
    write_findings(checked, output_format.value, sys.stdout)
    raise typer.Exit(ACCEPTED if checked.is_accepted else REFUSED)

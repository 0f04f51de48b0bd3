"""`standfast diff OLD NEW`: what changed between two versions of a plugin, and how much of it matters."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

EQUAL, DIFFERENT = 0, 1
_FOLDER = "A folder that holds ai-plugin.json and openapi.json, openapi.yaml or openapi.yml."


class Format(StrEnum):
    """How changes are written."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help=f"The version before. {_FOLDER}")],
    new: Annotated[str, typer.Argument(metavar="NEW", help=f"The version after. {_FOLDER}")],
    *,
    output_format: Annotated[
        Format,
        typer.Option("--format", "-f", help="text for people, json for programs, html as a page that stands alone."),
    ] = Format.TEXT,
) -> None:
    """Tell what changed between two versions: where it sends data, what it can do, what the model reads.

    Order and formatting are no changes, and JSON may have become YAML. Exit status: 0 equal, 1 different, 2 usage.

    \b
    standfast diff released .
    standfast diff released . --format html > changes.html
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    # Loaded here: a usage error or --help should not wait for the parsers.
    from cli.changes.formats import write_changes  # noqa: PLC0415
    from cli.comparing import UnreadableError, compare_folders  # noqa: PLC0415

    try:
        compared = compare_folders(old, new)
    except UnreadableError as error:
        raise typer.BadParameter(str(error), param_hint=error.argument) from error
    write_changes(compared, output_format.value, sys.stdout)
    raise typer.Exit(DIFFERENT if compared.changes else EQUAL)

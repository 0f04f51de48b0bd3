"""`standfast envelope`: what may vary in a schema, proposed from what was seen, and tried on documents."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

CONTAINED, NOT_CONTAINED = 0, 1
_LONGEST_INTERVAL = 10_080

envelope = typer.Typer(
    name="envelope",
    help="Say what may vary in a schema that changes by design, and hold documents against it.",
    short_help="Propose and try what may vary in a schema.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@envelope.callback()
def envelopes() -> None:
    """Say what may vary in a schema that changes by design, and hold documents against it."""


@envelope.command(short_help="Propose an envelope from versions that were seen.")
def propose(
    folders: Annotated[
        list[str],
        typer.Argument(
            metavar="DIR...",
            help="Folders with an API description each, the oldest first; or one folder that holds such, by name.",
        ),
    ],
    *,
    refresh_minutes: Annotated[
        int,
        typer.Option(min=15, max=_LONGEST_INTERVAL, help="How often the store is to look for a newer document."),
    ] = 1440,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="The plugin's host, where no manifest or server names it.")
    ] = "",
) -> None:
    """Write the narrowest envelope that holds what was seen; say on the side what it allows, and what it does not hold.

    The newest document is the base. Exit status: 0 it holds all of them, 1 it does not, 2 usage.

    \b
    standfast envelope propose versions/* > envelope.json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    # Loaded here: a usage error or --help should not wait for the parsers.
    from cli.envelopes.documents import UnreadableError, read_history  # noqa: PLC0415
    from cli.envelopes.writing import write_proposal  # noqa: PLC0415
    from shared.envelope.proposing import propose as derive  # noqa: PLC0415

    try:
        history = read_history(folders, host=host)
    except UnreadableError as error:
        raise typer.BadParameter(str(error), param_hint=error.argument) from error
    proposal = derive([each.value for each in history.documents], root=history.root, refresh_minutes=refresh_minutes)
    write_proposal(proposal, history, sys.stdout, sys.stderr)
    raise typer.Exit(CONTAINED if all(verdict.contained for verdict in proposal.verdicts) else NOT_CONTAINED)


@envelope.command("check", short_help="Hold a document against an envelope.")
def check_containment(
    file: Annotated[str, typer.Argument(metavar="ENVELOPE", help="The envelope, in JSON or YAML.")],
    base: Annotated[str, typer.Argument(metavar="BASE", help="The API description that it belongs to, or its folder.")],
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The API description to try, or its folder.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
    host: Annotated[
        str, typer.Option(metavar="HOST", help="The plugin's host, where no manifest or server names it.")
    ] = "",
) -> None:
    """Tell whether a document is within an envelope over a base, and where it is not, as the store would.

    Exit status: 0 it is, 1 it is not, or the envelope does not fit its base, 2 usage.

    \b
    standfast envelope check envelope.json openapi.yaml tomorrow.yaml
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    from cli.envelopes.checking import tried  # noqa: PLC0415
    from cli.envelopes.documents import UnreadableError  # noqa: PLC0415
    from cli.envelopes.writing import write_json_verdict, write_verdict  # noqa: PLC0415

    try:
        found = tried(file, base, document, host=host)
    except UnreadableError as error:
        raise typer.BadParameter(str(error), param_hint=error.argument) from error
    (write_json_verdict if as_json else write_verdict)(found, sys.stdout)
    raise typer.Exit(CONTAINED if found.is_contained else NOT_CONTAINED)

"""`standfast policy test POLICY`: what would go live without a reviewer, tried on a history."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

INVALID = 1
policy = typer.Typer(
    name="policy",
    help="Try the rules under which upgrades go live without a reviewer.",
    short_help="Try a policy of the fast lane.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@policy.callback()
def policies() -> None:
    """Try the rules under which upgrades go live without a reviewer."""


@policy.command("test", short_help="Check a policy, and tell what it would have done.")
def try_policy(
    file: Annotated[str, typer.Argument(metavar="POLICY", help="The policy, in YAML or JSON.")],
    *,
    history: Annotated[
        str | None,
        typer.Option(metavar="DIR", help="Folders HOST/NUMBER/ of versions, with or without a days.json."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON for programs.")] = False,
) -> None:
    """Check a policy, print the digest that puts it in force, and tell what it would have done to a history.

    Exit status: 0 the policy is valid, 1 it is not, and the lines say where, 2 usage.

    \b
    standfast policy test policy.yaml
    standfast policy test policy.yaml --history store --json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    # Loaded here: a usage error or --help should not wait for the parsers.
    from pathlib import Path  # noqa: PLC0415

    from cli.folders import FolderError, read_bytes  # noqa: PLC0415
    from cli.plain import one_line  # noqa: PLC0415
    from cli.policies import as_json as in_json  # noqa: PLC0415
    from cli.policies import as_text  # noqa: PLC0415
    from cli.policies.history import HistoryError  # noqa: PLC0415
    from cli.policies.trying import tried  # noqa: PLC0415
    from shared.policies.reading import PolicyInvalidError, read_policy  # noqa: PLC0415

    try:
        read = read_policy(read_bytes(Path(file)))
        tested = tried(read, Path(history)) if history else None
    except FolderError as error:
        raise typer.BadParameter(one_line(str(error)), param_hint="POLICY") from error
    except HistoryError as error:
        raise typer.BadParameter(one_line(str(error)), param_hint="--history") from error
    except PolicyInvalidError as error:
        for problem in error.problems:
            typer.echo(f"{one_line(file)}: {one_line(str(problem))}", err=True)
        raise typer.Exit(INVALID) from error
    (in_json if as_json else as_text).write(read, tested, sys.stdout)

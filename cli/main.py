"""`standfast`: the commands, and nothing that takes time to load."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.check import check
from cli.diff import diff

_EPILOG = "Set NO_COLOR to anything for output without colours."

app = typer.Typer(
    name="standfast",
    help="Check an assistant's plugin as the store would, and compare two versions of one.",
    epilog=_EPILOG,
    no_args_is_help=True,
    add_completion=False,
    # Plain help: rich takes as long to load as all the rest, and boxes are of no use in a build's log.
    rich_markup_mode=None,
    # A traceback would show what strangers' documents hold as it stands in memory.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=_EPILOG, short_help="Judge a plugin's documents as the store would.")(check)
app.command(epilog=_EPILOG, short_help="Tell what changed between two versions.")(diff)


def _print_version(value: bool) -> None:  # noqa: FBT001 - the form of an option's callback
    if value:
        typer.echo(f"standfast {_version()}")
        raise typer.Exit


def _version() -> str:
    # Half of the time that --help takes would be spent on it.
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    try:
        return version("standfast")
    except PackageNotFoundError:
        return "(not installed)"


@app.callback()
def standfast(
    *,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Check an assistant's plugin as the store would, and compare two versions of one."""


def main() -> None:
    """Run the command that the arguments name. Ends the process: 2 for wrong usage, else what the command says."""
    for stream in (sys.stdout, sys.stderr):
        # Documents hold any character, and some terminals cannot write all of them.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()

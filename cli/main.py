"""`standfast`: the commands, and nothing that takes time to load."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.check import check
from cli.commands.installing import install, uninstall
from cli.commands.moderating import ban, lift_ban, revoke
from cli.commands.moving import export_store, import_store
from cli.commands.people import login, logout, whoami
from cli.commands.plugins import audit, list_plugins, messages, status
from cli.commands.reviewing import queue, review
from cli.commands.submitting import submit
from cli.commands.trusting import trust
from cli.commands.versions import release, rollback, withdraw
from cli.commands.webhooks import webhooks
from cli.diff import diff
from cli.envelope import envelope
from cli.policy import policy

_ABOUT = "Check an assistant's plugin, submit it to a store, and decide on what others submit."
_EPILOG = "Set NO_COLOR to anything for output without colours."

app = typer.Typer(
    name="standfast",
    help=_ABOUT,
    epilog=_EPILOG,
    no_args_is_help=True,
    # Plain help: rich takes as long to load as all the rest, and boxes are of no use in a build's log.
    rich_markup_mode=None,
    # A traceback would show what strangers' documents hold as it stands in memory.
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(epilog=_EPILOG, short_help="Judge a plugin's documents as the store would.")(check)
app.command(epilog=_EPILOG, short_help="Tell what changed between two versions.")(diff)
app.command(short_help="Sign in to a store.")(login)
app.command(short_help="Forget the token of a profile.")(logout)
app.command(short_help="Tell who a profile is.")(whoami)
app.command(short_help="Submit a plugin or an upgrade, and wait for what comes of it.")(submit)
app.command("list", short_help="List your plugins.")(list_plugins)
app.command(short_help="Tell where a plugin stands.")(status)
app.command(short_help="Tell what happened to a plugin, and why.")(messages)
app.command(short_help="Tell who did what to a plugin.")(audit)
app.command(short_help="Make an approved version live.")(release)
app.command(short_help="Take a candidate back.")(withdraw)
app.command(short_help="Go back to an earlier approved version.")(rollback)
app.command(short_help="List what waits for a decision.")(queue)
app.command(short_help="Show what a version changes, and decide on it.")(review)
app.command(short_help="Ban a plugin.")(ban)
app.command("lift-ban", short_help="Lift a ban.")(lift_ban)
app.command(short_help="Revoke an approved version.")(revoke)
app.command(short_help="Install a plugin.")(install)
app.command(short_help="Uninstall a plugin.")(uninstall)
app.add_typer(policy)
app.add_typer(envelope)
app.command("export", short_help="Write a whole store into a directory.")(export_store)
app.command("import", short_help="Put an exported store into an empty place.")(import_store)
app.add_typer(webhooks)
app.add_typer(trust)


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
    """Check an assistant's plugin, submit it to a store, and decide on what others submit."""


def main() -> None:
    """Run the command that the arguments name. Ends the process: 2 for wrong usage, else what the command says."""
    for stream in (sys.stdout, sys.stderr):
        # Documents hold any character, and some terminals cannot write all of them.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    app()


if __name__ == "__main__":
    main()

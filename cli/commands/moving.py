"""`standfast export` and `import`: a whole store, from one place to another. For its operator, beside the API."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from cli.store.errors import CommandError, Exit
from cli.store.session import tell_error

if TYPE_CHECKING:
    from collections.abc import Callable

_PLACE = "A data directory on this machine, or aws:STACK with your own AWS credentials."
_AsJson = Annotated[bool, typer.Option("--json", help="Write what came of it as JSON.")]


def export_store(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help=f"Where the store is. {_PLACE}")],
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="The directory to write.")],
    *,
    as_json: _AsJson = False,
) -> None:
    """Write a whole store, its records and objects, into a directory.

    Run it again when it was interrupted: it goes on where it was. Nobody may write meanwhile: stop a store on this
    machine first; on AWS, what changed while it was read is found at the end. The bundle holds the webhooks' secrets.

    \b
    standfast export .standfast backup
    standfast export aws:standfast-prod backup
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    # The door out of the client: no other command reaches the stores themselves.
    from exchange.commands import export_store as run  # noqa: PLC0415

    _carry_out(lambda tell: run(source, bundle, tell), as_json=as_json)


def import_store(
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="The directory that an export wrote.")],
    target: Annotated[str, typer.Argument(metavar="TARGET", help=f"Where the store is to be. {_PLACE}")],
    *,
    people: Annotated[
        str, typer.Option(metavar="FILE", help="A JSON object of people's subjects, old to new, as user pools differ.")
    ] = "",
    as_json: _AsJson = False,
) -> None:
    """Put an exported store into an empty place, and check every record and object that is there then.

    Run it again when it was interrupted: what is there is passed over. What was under way goes on: scheduled releases,
    snapshots, deliveries. Nobody is told a second time of what happened before.

    \b
    standfast import backup aws:standfast-prod --people people.json
    standfast import backup .standfast
    """  # noqa: D301 - see export_store
    from exchange.commands import import_store as run  # noqa: PLC0415 - see export_store

    _carry_out(lambda tell: run(bundle, target, people, tell), as_json=as_json)


def _carry_out(run: Callable[[Callable[[str, int], None]], dict[str, object]], *, as_json: bool) -> None:
    from cli.json_text import write_json  # noqa: PLC0415 - loaded when it is needed, as all the rest here
    from cli.paper import Paper  # noqa: PLC0415
    from cli.store.showing import members  # noqa: PLC0415
    from shared.domain.errors import StandfastError  # noqa: PLC0415

    try:
        done = run(_Progress())
    except StandfastError as error:
        tell_error(CommandError(str(error), hint="Mend that, and run the same command again."), as_json=as_json)
        raise typer.Exit(Exit.REFUSED) from error
    except KeyboardInterrupt as error:
        print("Interrupted. Run the same command again: it goes on where it was.", file=sys.stderr)
        raise typer.Exit(Exit.INTERRUPTED) from error
    if as_json:
        write_json(done, sys.stdout)
    else:
        members(Paper(sys.stdout), "Done", list(done.items()))


class _Progress:
    """Tells how far it is on the error stream: on one line of a terminal, now and then anywhere else."""

    _EVERY = 5_000

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()
        self._told = 0

    def __call__(self, what: str, count: int) -> None:
        if self._is_terminal:
            print(f"\r{count} {what}\033[K", end="", file=sys.stderr, flush=True)
        elif count // self._EVERY != self._told:
            self._told = count // self._EVERY
            print(f"{count} {what}", file=sys.stderr, flush=True)

"""`standfast install` and `uninstall`: using plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Plugin
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper


@at_a_store
def install(
    session: Session,
    plugin: Plugin,
    *,
    preview: Annotated[
        bool, typer.Option("--preview", help="Take one of the places for trying what is not approved.")
    ] = False,
) -> None:
    """Install a plugin for yourself.

    \b
    standfast install todo
    standfast install todo --preview
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    body = {"channel": "preview" if preview else "live"}
    session.show(session.api.put(path_of("plugins", plugin, "installs", "me"), body), _write_install)


def _write_install(paper: Paper, install: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415 - rich takes a while

    members(paper, install["plugin_id"], [("installed", install["installed_at"]), ("channel", install["channel"])])


@at_a_store
def uninstall(session: Session, plugin: Plugin) -> None:
    """Uninstall a plugin; its place is free for somebody else then.

    \b
    standfast uninstall todo
    """  # noqa: D301 - see install
    session.api.delete(path_of("plugins", plugin, "installs", "me"))
    session.show({}, lambda paper, _: paper.line("Uninstalled."))

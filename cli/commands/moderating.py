"""`standfast ban`, `lift-ban` and `revoke`: what a reviewer does about what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Because, Plugin, Version
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper


@at_a_store
def ban(session: Session, plugin: Plugin, *, reason: Because) -> None:
    """Ban a plugin: nobody is served it any more, until the ban is lifted.

    \b
    standfast ban todo --reason "sends lists to another host"
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    session.show(session.api.post(path_of("plugins", plugin, "ban"), {"reason": reason}), _write_standing)


@at_a_store
def lift_ban(session: Session, plugin: Plugin, *, reason: Because) -> None:
    """Lift a ban: whatever was live is live again.

    \b
    standfast lift-ban todo --reason "the host was a mistake"
    """  # noqa: D301 - see ban
    session.show(session.api.post(path_of("plugins", plugin, "lift-ban"), {"reason": reason}), _write_standing)


def _write_standing(paper: Paper, standing: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415 - rich takes a while

    members(paper, standing["plugin_id"], [("status", standing["status"]), ("awaiting", standing["awaiting"])])


@at_a_store
def revoke(
    session: Session,
    plugin: Plugin,
    version: Version,
    *,
    reason: Because,
    rollback_to: Annotated[
        int, typer.Option("--rollback-to", metavar="VERSION", min=0, help="For a live version: the one to go back to.")
    ] = 0,
) -> None:
    """Revoke an approved version in which something bad was found.

    \b
    standfast revoke todo 3 --reason "asks for passwords" --rollback-to 2
    """  # noqa: D301 - see ban
    body: dict[str, Any] = {"reason": reason, **({"rollback_to": rollback_to} if rollback_to else {})}
    path = path_of("plugins", plugin, "versions", version, "revoke")
    session.show(session.api.post(path, body), write_decided)


def write_decided(paper: Paper, decided: dict[str, Any]) -> None:
    """Write what a decision led to."""
    from cli.store.showing import members  # noqa: PLC0415

    members(
        paper,
        f"Version {decided['version']} of {decided['plugin_id']}",
        [("state", decided["state"]), ("instead of", decided["replaced"]), ("awaiting", decided["awaiting"])],
    )

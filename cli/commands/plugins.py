"""`standfast list`, `status`, `messages` and `audit`: how things stand, and how they came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.commands.arguments import Limit, Plugin
from cli.commands.versions import write_version
from cli.store.api import path_of
from cli.store.session import Session, at_a_store

if TYPE_CHECKING:
    from cli.paper import Paper


@at_a_store
def list_plugins(session: Session, *, limit: Limit = 100) -> None:
    """List your plugins.

    \b
    standfast list
    standfast list --json
    """  # noqa: D301 - \b is a control character here: it keeps the lines below as they are
    session.show(session.api.pages(path_of("plugins"), most=limit), _write_plugins)


def _write_plugins(paper: Paper, page: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415 - rich takes a while, here and below

    rows = [
        (each["plugin_id"], each["last_version"], each["created_at"], each["manifest_url"]) for each in page["items"]
    ]
    table(
        paper, ("plugin", "newest", "registered", "manifest"), rows, empty="You have no plugins. standfast submit URL"
    )


@at_a_store
def status(
    session: Session,
    plugin: Plugin,
    version: Annotated[int, typer.Argument(metavar="[VERSION]", min=0, help="One version, with its findings.")] = 0,
) -> None:
    """Tell where a plugin stands: what is live, what waits, and for how long; or one version of it in full.

    \b
    standfast status todo
    standfast status todo 3
    """  # noqa: D301 - see list_plugins
    if version:
        session.show(session.api.get(path_of("plugins", plugin, "versions", version)), write_version)
    else:
        session.show(session.api.get(path_of("plugins", plugin)), _write_plugin)


def _write_plugin(paper: Paper, plugin: dict[str, Any]) -> None:
    from cli.store.showing import members  # noqa: PLC0415

    live, candidate, outlook = plugin["live"] or {}, plugin["candidate"] or {}, plugin["outlook"] or {}
    ban, origin = plugin["ban"] or {}, plugin.get("origin") or {}
    members(
        paper,
        plugin["plugin_id"],
        [
            ("status", plugin["status"]),
            ("banned", ban.get("reason")),
            ("live", _version(live)),
            ("candidate", _version(candidate)),
            ("place in the queue", outlook.get("place")),
            ("decision expected", outlook.get("expected_at")),
            ("origin", origin.get("state")),
            ("last verified", origin.get("last_verified_at")),
            ("manifest", plugin["manifest_url"]),
        ],
    )


def _version(version: dict[str, Any]) -> str:
    if not version:
        return ""
    since = version["released_at"] or version["submitted_at"]
    return f"version {version['version']}, {version['state'].replace('_', ' ')}, since {since[:16].replace('T', ' ')}"


@at_a_store
def messages(session: Session, plugin: Plugin, *, limit: Limit = 20) -> None:
    """Tell what happened to a plugin and why, newest first.

    \b
    standfast messages todo
    standfast messages todo -n 3 --json
    """  # noqa: D301 - see list_plugins
    session.show(session.api.pages(path_of("plugins", plugin, "messages"), most=limit), _write_messages)


def _write_messages(paper: Paper, page: dict[str, Any]) -> None:
    from cli.plain import one_line  # noqa: PLC0415
    from cli.store.showing import members  # noqa: PLC0415

    for message in page["items"]:
        members(
            paper, message["title"], [("at", message["at"]), ("by", message["by"]), ("version", message["version"])]
        )
        paper.paragraph(one_line(message["text"]))
        for reason in message["reasons"]:
            paper.paragraph(
                one_line(f"{reason['text']} {reason['detail']}".strip()), lead=f"{one_line(reason['code'])}: "
            )
        if message["note"]:
            paper.paragraph(one_line(message["note"]), lead="Note: ")
        paper.line()


@at_a_store
def audit(session: Session, plugin: Plugin, *, limit: Limit = 50) -> None:
    """Tell who did what to a plugin, when and why, newest first.

    \b
    standfast audit todo
    standfast audit todo --json
    """  # noqa: D301 - see list_plugins
    session.show(session.api.pages(path_of("plugins", plugin, "audit"), most=limit), _write_audit)


def _write_audit(paper: Paper, page: dict[str, Any]) -> None:
    from cli.store.showing import table  # noqa: PLC0415

    rows = [
        (each["at"], each["type"], each["version"], each["actor"] or each["author"], each["detail"])
        for each in page["items"]
    ]
    table(paper, ("at", "what", "version", "who", "more"), rows, empty="Nothing has happened yet.")
